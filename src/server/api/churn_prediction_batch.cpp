#include <algorithm>

#include "flows/predict_churn.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/scored_json.h"
#include "server/api/scored_rows.h"

namespace rapport::api {
namespace {

constexpr Fields kFields{ModelKind::kChurnPrediction, "customers_data"};

bool is_high_risk(const scoring::ChurnPrediction& prediction) {
  return prediction.level == scoring::RiskLevel::kCritical || prediction.level == scoring::RiskLevel::kHigh;
}

Scored answer(const Context& context, const http::Request& request) {
  const AskedBatch batch = read_batch(context, request, kFields);

  const auto predicted = flows::predict_churn_batch(context.services.flows, tenant_of(request), batch.rows,
                                                    {.explain = batch.explain, .max_factors = batch.max_factors});

  const auto& results = predicted.prediction;
  JsonText out = open_success();
  out.reserve(results.size() * bytes_per_row(batch));
  out.open_object().name("results").open_array();
  for (const scoring::ChurnPrediction& prediction : results) {
    out.open_object();
    write_churn(out, prediction, detail_of(batch));
    out.close_object();
  }
  out.close_array();
  out.name("count").integer(static_cast<std::int64_t>(results.size()));
  out.name("high_risk_count").integer(std::count_if(results.begin(), results.end(), is_high_risk));
  out.name("model_version").text(predicted.model_version).close_object();
  return {close_success(std::move(out)), results.size(), predicted.model_version};
}

Json response_schema() {
  Json schema = batch_response_schema(schema::churn(false));
  schema.get_object()["properties"].get_object()["high_risk_count"] =
      schema::integer(0, INT64_MAX, "Rows whose risk level is critical or high.");
  schema.get_object()["required"].get_array().emplace_back("high_risk_count");
  return schema;
}

}  // namespace

Endpoint churn_prediction_batch(const ContextPointer& context) {
  return {{.method = "POST",
           .pattern = model_path(kFields.kind) + "/batch",
           .role = auth::Role::kViewer,
           .where = http::Where::kWorker,
           .max_body_bytes = kBatchBody,
           .reads_json = true,
           .inline_below_bytes = kInlineBatchBytes,
           .handle = predicting(context, kFields.kind, answer)},
          {.id = "predictChurnBatch",
           .tag = model_tag(kFields.kind),
           .summary = "Predicts churn for many customers at once",
           .description = "One result per row, in the order of the rows. One bad row refuses the batch and is named "
                          "with its index and field. explain = false leaves factors and recommendations out and is "
                          "several times faster.",
           .request = batch_request_schema(*context, kFields),
           .request_example = example(R"({"customers_data": [
             {"days_since_last_purchase": 120, "response_rate_current": 0.1, "response_rate_30d_ago": 0.8},
             {"days_since_last_purchase": 3, "messages_this_month": 12}], "explain": false})"),
           .response = response_schema(),
           .response_example = example(R"({"results": [
             {"churn_probability": 0.81, "will_churn": true, "risk_level": "critical"},
             {"churn_probability": 0.07, "will_churn": false, "risk_level": "low"}], "count": 2,
             "high_risk_count": 1, "model_version": "churn_prediction@2026-11-23.1"})"),
           .errors = {413, 422, 503}}};
}

}  // namespace rapport::api
