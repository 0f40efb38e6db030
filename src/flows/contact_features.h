#pragma once

#include <optional>

#include "features/feature_rows.h"
#include "flows/services.h"

namespace rapport::flows {

/// The features of a stored contact as of now. Throws kNotFound "unknown_contact".
features::FeatureVector contact_features(const Services& services, const TenantId& tenant, ModelKind kind,
                                         const ContactId& contact);

/// The engagement features of a message that is about to be sent to a stored contact.
features::FeatureVector planned_message_features(const Services& services, const TenantId& tenant,
                                                 const ContactId& contact, const features::PlannedMessage& message);

}  // namespace rapport::flows
