#include "server/api/scored_json.h"

#include <string_view>

#include "server/api/schema.h"

namespace rapport::api {
namespace {

void write_factors(JsonText& out, std::string_view name, const std::vector<scoring::Factor>& factors, double base) {
  out.name(name).open_array();
  for (const scoring::Factor& factor : factors) {
    out.open_object();
    out.name("factor").literal(factor.label);
    out.name("feature").literal(factor.feature);
    out.name("value").exact(factor.value);
    out.name("importance").rounded(factor.importance);
    out.name("contribution").rounded(factor.contribution);
    out.close_object();
  }
  out.close_array();
  out.name("base_value").rounded(base);
}

void write_texts(JsonText& out, std::string_view name, const std::vector<std::string>& texts) {
  out.name(name).open_array();
  for (const std::string& text : texts) out.text(text);
  out.close_array();
}

}  // namespace

void write_lead_score(JsonText& out, const scoring::LeadScore& score, Detail detail) {
  out.name("lead_score").rounded(score.lead_score);
  out.name("quality_tier").literal(to_string(score.tier));
  if (detail == Detail::kExplained) write_factors(out, "top_contributing_factors", score.factors, score.base);
}

void write_churn(JsonText& out, const scoring::ChurnPrediction& prediction, Detail detail) {
  out.name("churn_probability").rounded(prediction.churn_prob);
  out.name("will_churn").boolean(prediction.will_churn);
  out.name("risk_level").literal(to_string(prediction.level));
  if (detail == Detail::kScoreOnly) return;
  write_factors(out, "top_risk_factors", prediction.factors, prediction.base);
  write_texts(out, "retention_recommendations", prediction.recommendations);
}

void write_engagement(JsonText& out, const scoring::EngagementPrediction& prediction) {
  out.name("engagement_probability").rounded(prediction.engagement_prob);
  out.name("will_engage").boolean(prediction.will_engage);
  out.name("engagement_level").literal(to_string(prediction.level));
  write_factors(out, "top_contributing_factors", prediction.factors, prediction.base);
  write_texts(out, "recommendations", prediction.recommendations);
}

namespace schema {
namespace {

void add(Json& object, std::string_view name, Json value) {
  object.get_object()["properties"].get_object()[name] = std::move(value);
  object.get_object()["required"].get_array().emplace_back(name);
}

Json factors() {
  return array_of(reference("Factor"), "What moved this prediction most, strongest first.");
}

}  // namespace

Json lead_score(bool with_version) {
  Json schema = answer_object(
      {{"lead_score", number(0, 100, "How good the lead is.")},
       {"quality_tier", choice({"hot", "warm", "cold", "unqualified"}, "From 80, from 60, from 40, below.")},
       {"top_contributing_factors", factors(), with_version},
       {"base_value",
        number("Points of an average lead: plus all contributions, it is the score before it is cut to 0..100."),
        with_version}});
  if (with_version) add(schema, "model_version", model_version());
  return schema;
}

Json churn(bool with_version) {
  Json schema = answer_object(
      {{"churn_probability", number(0, 1, "Probability that the customer leaves within 90 days.")},
       {"will_churn", boolean("Whether it is at least one half.")},
       {"risk_level", choice({"critical", "high", "medium", "low"}, "From 0.70, from 0.50, from 0.30, below.")},
       {"top_risk_factors", factors(), with_version},
       {"base_value", number("Probability of an average customer."), with_version},
       {"retention_recommendations", array_of(text(""), "What to do about it, most urgent first."), with_version}});
  if (with_version) add(schema, "model_version", model_version());
  return schema;
}

Json engagement() {
  return answer_object(
      {{"engagement_probability", number(0, 1, "Probability of an answer or a click within 24 hours.")},
       {"will_engage", boolean("Whether it is at least one half.")},
       {"engagement_level", choice({"very_high", "high", "medium", "low"}, "From 0.70, from 0.50, from 0.30, below.")},
       {"top_contributing_factors", factors()},
       {"base_value", number("Log-odds of an average message.")},
       {"recommendations", array_of(text(""), "What would make this message better.")},
       {"model_version", model_version()}});
}

}  // namespace schema
}  // namespace rapport::api
