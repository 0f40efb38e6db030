#include "flows/best_send_time.h"

namespace rapport::flows {

Answer<scoring::EngagementPrediction> predict_engagement(const Services& services, const TenantId& tenant,
                                                         std::span<const double> row, std::size_t max_factors) {
  const auto champion = services.models.champion(tenant, ModelKind::kEngagementPrediction);
  return {champion->version, scoring::predict_engagement(*champion->model, row, max_factors)};
}

Answer<scoring::SendTime> best_send_time(const Services& services, const TenantId& tenant,
                                         const scoring::SendTimeQuestion& question) {
  const auto champion = services.models.champion(tenant, ModelKind::kEngagementPrediction);
  return {champion->version, scoring::optimal_send_time(*champion->model, question)};
}

}  // namespace rapport::flows
