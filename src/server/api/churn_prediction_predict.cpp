#include "flows/predict_churn.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/scored_json.h"
#include "server/api/scored_rows.h"

namespace rapport::api {
namespace {

constexpr ModelKind kKind = ModelKind::kChurnPrediction;

Scored answer(const Context& context, const http::Request& request) {
  const ExplainedRow asked = read_row(context, request, {kKind, "customer_data"});

  const auto predicted =
      flows::predict_churn(context.services.flows, tenant_of(request), asked.features, asked.max_factors);

  JsonText out = open_success();
  out.open_object();
  write_churn(out, predicted.prediction, Detail::kExplained);
  out.name("model_version").text(predicted.model_version).close_object();
  return {close_success(std::move(out)), 1, predicted.model_version};
}

}  // namespace

Endpoint churn_prediction_predict(const ContextPointer& context) {
  return {
      {.method = "POST",
       .pattern = model_path(kKind) + "/predict",
       .role = auth::Role::kViewer,
       .max_body_bytes = kSmallBody,
       .reads_json = true,
       .handle = predicting(context, kKind, answer)},
      {.id = "predictChurn",
       .tag = model_tag(kKind),
       .summary = "Will this customer leave, why, and what to do?",
       .description = "Give the customer's features, or the id of a stored contact. contribution is in probability.",
       .request = row_request_schema(kKind, "customer_data"),
       .request_example = example(R"({"customer_data": {"days_since_last_purchase": 45,
             "purchase_frequency_decline": 0.6, "sentiment_decline_rate": 0.3, "support_tickets_count": 3,
             "unresolved_tickets_count": 1, "response_rate_current": 0.2, "response_rate_30d_ago": 0.7}})"),
       .response = schema::churn(true),
       .response_example = example(R"({"churn_probability": 0.7823, "will_churn": true, "risk_level": "critical",
             "top_risk_factors": [{"factor": "Purchase Frequency Decline", "feature": "purchase_frequency_decline",
             "value": 0.6, "importance": 0.156, "contribution": 0.112}], "base_value": 0.41,
             "retention_recommendations": ["Send win-back campaign with exclusive discount"],
             "model_version": "churn_prediction@2026-11-23.1"})"),
       .errors = {404, 422, 503}}};
}

}  // namespace rapport::api
