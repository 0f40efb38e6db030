#pragma once

#include "flows/score_lead.h"

namespace rapport::flows {

/// Will this message be answered? Throws kUnavailable "model_not_trained".
Answer<scoring::EngagementPrediction> predict_engagement(const Services& services, const TenantId& tenant,
                                                         std::span<const double> row, std::size_t max_factors = 5);

/// When should it be sent?
Answer<scoring::SendTime> best_send_time(const Services& services, const TenantId& tenant,
                                         const scoring::SendTimeQuestion& question);

}  // namespace rapport::flows
