#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <memory>

#include "app/training_job.h"
#include "app/workspace.h"
#include "base/error.h"
#include "cli/context.h"
#include "cli/model_names.h"
#include "flows/feature_table.h"

namespace rapport::cli {
namespace {

namespace json = boost::json;

struct TrainFlags {
  std::string model;
  std::string csv;
  std::vector<std::string> hyperparameters;
  std::uint64_t seed = 42;
};

/// name=value pairs as a JSON object: numbers as numbers, other words as strings.
Json hyperparameters(const std::vector<std::string>& pairs) {
  json::object object;
  for (const auto& [name, value] : parse_pairs(pairs)) {
    const auto parsed = parse_json(value);
    const Json* number = std::get_if<Json>(&parsed);
    object[name] = number != nullptr && number->is_number() ? *number : Json(value);
  }
  return object;
}

std::string metrics_text(const json::object& metrics) {
  std::string text;
  for (const auto& [name, value] : metrics) {
    if (!value.is_number()) continue;
    char line[96];
    std::snprintf(line, sizeof(line), "  %-24.*s %.4f\n", static_cast<int>(name.size()), name.data(),
                  value.to_number<double>());
    text += line;
  }
  return text;
}

/// How near the model came to the best possible, where somebody knows it.
std::string best_text(const Json& card) {
  const json::object* best = card.as_object().if_contains("best_possible")
                                 ? card.at("best_possible").if_object()
                                 : nullptr;
  if (best == nullptr) return "";
  std::string text;
  for (const auto& [name, entry] : *best) {
    char line[160];
    std::snprintf(line, sizeof(line), "  %.*s %.4f is %.1f %% of the best possible %.4f\n",
                  static_cast<int>(name.size()), name.data(), entry.at("reached").to_number<double>(),
                  100 * entry.at("share").to_number<double>(), entry.at("best_possible").to_number<double>());
    text += line;
  }
  return text;
}

std::string outcome_text(const flows::TrainOutcome& outcome) {
  const std::string name(to_string(outcome.kind));
  if (outcome.error) return name + ": not trained: " + outcome.error->message() + "\n";
  return name + ": " + outcome.record->version + " is in service, trained on " +
         std::to_string(outcome.trained_samples) + " rows\n" + metrics_text(outcome.result.metrics.as_object()) +
         best_text(outcome.result.card);
}

int report(const Context& context, const std::vector<flows::TrainOutcome>& outcomes) {
  json::object models;
  std::string text;
  std::int64_t failed = 0;
  for (const flows::TrainOutcome& outcome : outcomes) {
    models[to_string(outcome.kind)] = app::outcome_json(outcome);
    text += outcome_text(outcome);
    failed += outcome.error ? 1 : 0;
  }
  const auto total = static_cast<std::int64_t>(outcomes.size());
  context.print(json::object{{"total_models", total},
                             {"successful", total - failed},
                             {"failed", failed},
                             {"models", std::move(models)}},
                text);
  return failed == 0 ? 0 : 1;
}

std::vector<flows::TrainOutcome> train_csv(const Context& context, app::Workspace& workspace, const TrainFlags& flags,
                                           const training::TrainingOptions& options) {
  const flows::FeatureTable table =
      flows::read_feature_table(*parse_model_kind(flags.model), flags.csv, context.progress());
  warn_about_columns(table, flags.csv);
  require_target(table, flags.csv);
  std::vector<flows::TrainOutcome> outcomes;
  outcomes.push_back(flows::train_from_table(workspace.services(), context.tenant_id(), table.table, options,
                                             context.progress()));
  return outcomes;
}

int run_train(const Context& context, const TrainFlags& flags) {
  flows::TrainingOrder order;
  order.options.hyperparameters = hyperparameters(flags.hyperparameters);
  order.options.seed = flags.seed;
  const bool all = flags.model == "all";
  if (all && !flags.csv.empty()) {
    throw Error(ErrorKind::kInvalid, "invalid_setting", "A CSV file trains one model: name it instead of all.");
  }
  if (all && !flags.hyperparameters.empty()) {
    throw Error(ErrorKind::kInvalid, "invalid_setting", "--set trains one model: name it instead of all.");
  }
  if (all) order.kinds.assign(kModelKinds.begin(), kModelKinds.end());
  if (!all) order.kinds.push_back(*parse_model_kind(flags.model));
  app::check_order(order);
  app::Workspace workspace(context.settings());
  if (!flags.csv.empty()) return report(context, train_csv(context, workspace, flags, order.options));
  return report(context, flows::train_models(workspace.services(), context.tenant_id(), order, std::nullopt,
                                             context.progress()));
}

}  // namespace

void add_train(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("train", "Train a model from the stored history or a table, and put it into service");
  const auto flags = std::make_shared<TrainFlags>();
  std::vector<std::string> names = model_names();
  names.emplace_back("all");
  verb->add_option("model", flags->model, "Which model, or all")->required()->check(CLI::IsMember(names));
  verb->add_option("--csv", flags->csv, "A table: its header names the features and the target");
  verb->add_option("--set", flags->hyperparameters, "A hyperparameter: name=value")->allow_extra_args(false);
  verb->add_option("--seed", flags->seed, "Of every random choice")->capture_default_str();
  verb->callback([&context, flags] { context.run = [&context, flags] { return run_train(context, *flags); }; });
}

}  // namespace rapport::cli
