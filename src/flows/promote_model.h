#pragma once

#include <string>

#include "flows/services.h"

namespace rapport::flows {

/// Puts a stored version into service, after it was loaded and found whole. Throws kNotFound "unknown_model_version".
store::ModelRecord promote_model(const Services& services, const TenantId& tenant, const std::string& version);

/// Puts the version back that was in service before the present champion. Throws kConflict "no_previous_version".
store::ModelRecord roll_back_model(const Services& services, const TenantId& tenant, ModelKind kind);

}  // namespace rapport::flows
