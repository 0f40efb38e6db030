#pragma once

#include "base/progress.h"
#include "demo/business.h"
#include "flows/services.h"

namespace rapport::flows {

/// Fills the tenant's workspace with a generated business and keeps what the best possible models would reach, so that
/// training prints it beside what it reached. All in one transaction. Throws kConflict "workspace_not_empty" when the
/// tenant has contacts already.
demo::BestPossible generate_demo(const Services& services, const TenantId& tenant,
                                 const demo::BusinessOptions& options, const Progress& progress = {});

/// The facts that `generate_demo` keeps: best possible figure by metric name ("val_r2", "roc_auc"), empty when the
/// workspace is no demo.
std::map<std::string, double> best_possible(const Services& services, const TenantId& tenant, ModelKind kind);

}  // namespace rapport::flows
