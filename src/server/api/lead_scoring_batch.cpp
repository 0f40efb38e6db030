#include "flows/score_lead.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/scored_json.h"
#include "server/api/scored_rows.h"

namespace rapport::api {
namespace {

constexpr Fields kFields{ModelKind::kLeadScoring, "leads_data"};

Scored answer(const Context& context, const http::Request& request) {
  const AskedBatch batch = read_batch(context, request, kFields);

  const auto scored = flows::score_leads(context.services.flows, tenant_of(request), batch.rows,
                                         {.explain = batch.explain, .max_factors = batch.max_factors});

  JsonText out = open_success();
  out.reserve(scored.prediction.size() * bytes_per_row(batch));
  out.open_object().name("results").open_array();
  for (const scoring::LeadScore& score : scored.prediction) {
    out.open_object();
    write_lead_score(out, score, detail_of(batch));
    out.close_object();
  }
  out.close_array();
  out.name("count").integer(static_cast<std::int64_t>(scored.prediction.size()));
  out.name("model_version").text(scored.model_version).close_object();
  return {close_success(std::move(out)), scored.prediction.size(), scored.model_version};
}

}  // namespace

Endpoint lead_scoring_batch(const ContextPointer& context) {
  return {
      {.method = "POST",
       .pattern = model_path(kFields.kind) + "/batch",
       .role = auth::Role::kViewer,
       .where = http::Where::kWorker,
       .max_body_bytes = kBatchBody,
       .reads_json = true,
       .inline_below_bytes = kInlineBatchBytes,
       .handle = predicting(context, kFields.kind, answer)},
      {.id = "predictLeadScores",
       .tag = model_tag(kFields.kind),
       .summary = "Scores many leads at once",
       .description = "One result per row, in the order of the rows. One bad row refuses the batch and is named "
                      "with its index and field. explain = false leaves the factors out and is several times faster.",
       .request = batch_request_schema(*context, kFields),
       .request_example = example(R"({"leads_data": [{"response_rate": 0.85, "messages_received": 12},
             {"response_rate": 0.1, "days_since_last_contact": 60}], "explain": false})"),
       .response = batch_response_schema(schema::lead_score(false)),
       .response_example = example(R"({"results": [{"lead_score": 71.2, "quality_tier": "warm"},
             {"lead_score": 22.9, "quality_tier": "unqualified"}], "count": 2,
             "model_version": "lead_scoring@2026-11-23.1"})"),
       .errors = {413, 422, 503}}};
}

}  // namespace rapport::api
