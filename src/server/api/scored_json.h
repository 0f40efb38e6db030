#pragma once

#include <vector>

#include "base/json.h"
#include "scoring/predictions.h"
#include "server/api/json_text.h"

/// Predictions as the contract writes them. Each function writes the members of an object that the caller has opened
/// and closes; the schemas beside them describe the same members.
namespace rapport::api {

/// Whether factors (and what follows from them) are written.
enum class Detail { kScoreOnly, kExplained };

void write_lead_score(JsonText& out, const scoring::LeadScore& score, Detail detail);
void write_churn(JsonText& out, const scoring::ChurnPrediction& prediction, Detail detail);
void write_engagement(JsonText& out, const scoring::EngagementPrediction& prediction);

namespace schema {

/// `with_version`: the single prediction's answer, which names its model; the rows of a batch do not.
Json lead_score(bool with_version);
Json churn(bool with_version);
Json engagement();

}  // namespace schema
}  // namespace rapport::api
