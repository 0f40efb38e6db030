#include "flows/score_lead.h"

namespace rapport::flows {

Answer<scoring::LeadScore> score_lead(const Services& services, const TenantId& tenant, std::span<const double> row,
                                      std::size_t max_factors) {
  const auto champion = services.models.champion(tenant, ModelKind::kLeadScoring);
  return {champion->version, scoring::score_lead(*champion->model, row, max_factors)};
}

Answer<std::vector<scoring::LeadScore>> score_leads(const Services& services, const TenantId& tenant,
                                                    ml::MatrixView rows, const BatchOptions& options) {
  const auto champion = services.models.champion(tenant, ModelKind::kLeadScoring);
  return {champion->version, scoring::score_leads(*champion->model, rows, options)};
}

}  // namespace rapport::flows
