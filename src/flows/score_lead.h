#pragma once

#include <span>
#include <string>
#include <vector>

#include "flows/services.h"
#include "ml/matrix.h"
#include "scoring/predictions.h"

namespace rapport::flows {

using scoring::BatchOptions;

/// A prediction and the version of the model that made it.
template <class Prediction>
struct Answer {
  std::string model_version;
  Prediction prediction;
};

/// Scores one lead, and many. Throws kUnavailable "model_not_trained".
Answer<scoring::LeadScore> score_lead(const Services& services, const TenantId& tenant, std::span<const double> row,
                                      std::size_t max_factors = 5);
Answer<std::vector<scoring::LeadScore>> score_leads(const Services& services, const TenantId& tenant,
                                                    ml::MatrixView rows, const BatchOptions& options);

}  // namespace rapport::flows
