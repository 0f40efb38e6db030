#pragma once

#include "flows/score_lead.h"

namespace rapport::flows {

/// Will this customer leave? Throws kUnavailable "model_not_trained".
Answer<scoring::ChurnPrediction> predict_churn(const Services& services, const TenantId& tenant,
                                               std::span<const double> row, std::size_t max_factors = 5);
Answer<std::vector<scoring::ChurnPrediction>> predict_churn_batch(const Services& services, const TenantId& tenant,
                                                                  ml::MatrixView rows, const BatchOptions& options);

}  // namespace rapport::flows
