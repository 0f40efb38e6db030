#include "flows/best_send_time.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/planned_message.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/scored_json.h"

namespace rapport::api {
namespace {

constexpr ModelKind kKind = ModelKind::kEngagementPrediction;

Scored answer(const Context& context, const http::Request& request) {
  const Json document = parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  AskedMessage asked = read_asked_message(reader, context, "engagement_data");
  const std::size_t max_factors = read_max_factors(reader, kKind);
  finish(reader, std::move(asked.row.mistakes));
  const TenantId& tenant = tenant_of(request);
  const features::FeatureVector row = features_of(context, tenant, std::move(asked));

  const auto predicted = flows::predict_engagement(context.services.flows, tenant, row, max_factors);

  JsonText out = open_success();
  out.open_object();
  write_engagement(out, predicted.prediction);
  out.name("model_version").text(predicted.model_version).close_object();
  return {close_success(std::move(out)), 1, predicted.model_version};
}

}  // namespace

Endpoint engagement_prediction_predict(const ContextPointer& context) {
  return {{.method = "POST",
           .pattern = model_path(kKind) + "/predict",
           .role = auth::Role::kViewer,
           .max_body_bytes = kSmallBody,
           .reads_json = true,
           .handle = predicting(context, kKind, answer)},
          {.id = "predictEngagement",
           .tag = model_tag(kKind),
           .summary = "Will this message be answered?",
           .description = "Give the features, or the id of a stored contact with the message that is about to be sent "
                          "(message, send_at). contribution is in log-odds.",
           .request = message_request_schema("engagement_data", {}),
           .request_example = example(R"({"engagement_data": {"past_open_rate": 0.65, "hour_of_day": 14,
             "day_of_week": 2, "is_business_hours": true, "preferred_contact_hour": 14, "has_call_to_action": true,
             "personalization_level": 0.8, "messages_received_last_7d": 3}})"),
           .response = schema::engagement(),
           .response_example = example(R"({"engagement_probability": 0.7234, "will_engage": true,
             "engagement_level": "very_high", "top_contributing_factors": [{"factor": "Past Open Rate",
             "feature": "past_open_rate", "value": 0.65, "importance": 0.21, "contribution": 0.83}],
             "base_value": -0.4, "recommendations": ["Include a clear call to action"],
             "model_version": "engagement_prediction@2026-11-23.1"})"),
           .errors = {404, 422, 503}}};
}

}  // namespace rapport::api
