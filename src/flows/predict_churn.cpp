#include "flows/predict_churn.h"

namespace rapport::flows {

Answer<scoring::ChurnPrediction> predict_churn(const Services& services, const TenantId& tenant,
                                               std::span<const double> row, std::size_t max_factors) {
  const auto champion = services.models.champion(tenant, ModelKind::kChurnPrediction);
  return {champion->version, scoring::predict_churn(*champion->model, row, max_factors)};
}

Answer<std::vector<scoring::ChurnPrediction>> predict_churn_batch(const Services& services, const TenantId& tenant,
                                                                  ml::MatrixView rows, const BatchOptions& options) {
  const auto champion = services.models.champion(tenant, ModelKind::kChurnPrediction);
  return {champion->version, scoring::predict_churn_batch(*champion->model, rows, options)};
}

}  // namespace rapport::flows
