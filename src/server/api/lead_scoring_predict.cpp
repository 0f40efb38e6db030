#include "flows/score_lead.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/scored_json.h"
#include "server/api/scored_rows.h"

namespace rapport::api {
namespace {

constexpr ModelKind kKind = ModelKind::kLeadScoring;

Scored answer(const Context& context, const http::Request& request) {
  const ExplainedRow asked = read_row(context, request, {kKind, "lead_data"});

  const auto scored = flows::score_lead(context.services.flows, tenant_of(request), asked.features, asked.max_factors);

  JsonText out = open_success();
  out.open_object();
  write_lead_score(out, scored.prediction, Detail::kExplained);
  out.name("model_version").text(scored.model_version).close_object();
  return {close_success(std::move(out)), 1, scored.model_version};
}

}  // namespace

Endpoint lead_scoring_predict(const ContextPointer& context) {
  return {{.method = "POST",
           .pattern = model_path(kKind) + "/predict",
           .role = auth::Role::kViewer,
           .max_body_bytes = kSmallBody,
           .reads_json = true,
           .handle = predicting(context, kKind, answer)},
          {.id = "predictLeadScore",
           .tag = model_tag(kKind),
           .summary = "How good is this lead, 0 to 100, and why?",
           .description = "Give the lead's features, or the id of a stored contact. contribution is in points.",
           .request = row_request_schema(kKind, "lead_data"),
           .request_example = example(R"({"lead_data": {"avg_response_time_minutes": 15.5, "response_rate": 0.85,
             "messages_received": 12, "messages_sent": 15, "conversation_count": 3, "avg_sentiment_score": 0.75,
             "campaign_opens": 5, "question_count": 4, "price_inquiry_count": 2}})"),
           .response = schema::lead_score(true),
           .response_example = example(R"({"lead_score": 78.5, "quality_tier": "warm", "top_contributing_factors": [
             {"factor": "Response Rate", "feature": "response_rate", "value": 0.85, "importance": 0.142,
              "contribution": 9.31}], "base_value": 52.4, "model_version": "lead_scoring@2026-11-23.1"})"),
           .errors = {404, 422, 503}}};
}

}  // namespace rapport::api
