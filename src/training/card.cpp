#include "training/card.h"

#include <algorithm>
#include <boost/json.hpp>
#include <numeric>
#include <string>

#include "base/clock.h"
#include "features/feature_set.h"
#include "training/figures.h"

namespace rapport::training {
namespace {

namespace json = boost::json;

std::string_view label_definition(ModelKind kind) {
  switch (kind) {
    case ModelKind::kLeadScoring: return "the score that the lead was given, 0 to 100";
    case ModelKind::kChurnPrediction: return "1: no inbound message and no order in the 90 days after the cutoff";
    case ModelKind::kEngagementPrediction: return "1: answered or clicked within 24 hours of sending";
  }
  return {};
}

json::value training_window(const TrainingTable& table) {
  if (table.as_of.empty()) return nullptr;
  const auto [first, last] = std::minmax_element(table.as_of.begin(), table.as_of.end());
  return json::object{{"from", format_rfc3339(*first)}, {"to", format_rfc3339(*last)}};
}

json::object describe_split(const EvaluationSplit& split) {
  return {{"method", split.method},
          {"validation_from", split.cut ? json::value(format_rfc3339(*split.cut)) : json::value(nullptr)},
          {"train_rows", split.rows.train.size()},
          {"validation_rows", split.rows.test.size()},
          {"contacts_apart", split.contacts_apart},
          {"left_out_outcome_not_over", split.left_out_outcome},
          {"left_out_same_contact", split.left_out_contact}};
}

/// Each known figure beside what was reached of it.
json::object reached_of_best(const std::map<std::string, double>& best, const json::object& metrics) {
  json::object out;
  for (const auto& [name, figure] : best) {
    const auto* reached = metrics.if_contains(name);
    if (!reached || !reached->is_double() || !(figure > 0)) continue;
    out[name] = json::object{
        {"reached", *reached}, {"best_possible", figure}, {"share", reached->get_double() / figure}};
  }
  return out;
}

json::array notes(const CardContext& context, const CardParts& parts) {
  json::array notes;
  notes.emplace_back(
      "The figures are those of a model fitted on the training rows alone. The model that is served was then fitted by the "
      "same recipe on all rows" +
      std::string(parts.calibration.is_null() ? "." : ", and calibrated on the scores that rows got from models that had not seen them."));
  if (context.split.cut && !context.split.contacts_apart && !context.table.group.empty()) {
    notes.emplace_back("Most contacts have rows before and after the cut: training and validation are apart in time only.");
  }
  if (!parts.leak_suspects.empty()) {
    notes.emplace_back("Some features say more about the truth than a feature can: see leak_suspects.");
  }
  return notes;
}

}  // namespace

json::array describe_suspects(ModelKind kind, const std::vector<LeakSuspect>& suspects, std::string_view figure,
                              const Json& without) {
  constexpr double kNearlyAsGood = 0.97;
  const auto set = features::feature_set(kind);
  const bool easy = without.is_double() && without.get_double() >= kNearlyAsGood;
  json::array out;
  for (const LeakSuspect& suspect : suspects) {
    out.push_back(json::object{
        {"feature", set[suspect.feature].name},
        {"measure", suspect.measure},
        {"value", suspect.value},
        {"model_without_suspects", json::object{{figure, without}}},
        {"meaning", easy ? "Strong, but a model without the suspects is nearly as good: probably an easy problem."
                         : "Alone it tells the outcome: check that it was known before the outcome was."}});
  }
  return out;
}

Json importance_by_name(const scoring::ScoringModel& model) {
  const auto set = features::feature_set(model.kind());
  const auto shares = model.importance();
  std::vector<std::size_t> order(set.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return shares[a] > shares[b]; });
  json::object out;
  for (const std::size_t f : order) out[set[f].name] = shares[f];
  return out;
}

Json write_card(const CardParts& parts, const CardContext& context) {
  const TrainingTable& table = context.table;
  return json::object{{"kind", to_string(table.kind)},
                      {"algorithm", algorithm_name(table.kind)},
                      {"label", label_definition(table.kind)},
                      {"trained_samples", table.target.size()},
                      {"rows_without_features", parts.rows_given - table.target.size()},
                      {"training_window", training_window(table)},
                      {"seed", context.options.seed},
                      {"hyperparameters", context.recipe.hyperparameters()},
                      {"selection", context.recipe.selection()},
                      {"split", describe_split(context.split)},
                      {"metrics", parts.metrics},
                      {"cross_validation", parts.cross_validation},
                      {"calibration", parts.calibration},
                      {"reliability", parts.reliability},
                      {"best_possible", reached_of_best(context.options.best_possible, parts.metrics)},
                      {"data_report", parts.data_report},
                      {"leak_suspects", parts.leak_suspects},
                      {"feature_importance", context.feature_importance},
                      {"notes", notes(context, parts)}};
}

}  // namespace rapport::training
