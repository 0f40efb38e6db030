#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <memory>

#include "app/workspace.h"
#include "cli/context.h"
#include "cli/model_names.h"
#include "flows/feature_table.h"
#include "flows/train_model.h"

namespace rapport::cli {
namespace {

namespace json = boost::json;

struct EvaluateFlags {
  std::string model;
  std::string csv;
};

training::TrainingTable truth(const Context& context, app::Workspace& workspace, const EvaluateFlags& flags) {
  const ModelKind kind = *parse_model_kind(flags.model);
  if (flags.csv.empty()) {
    return flows::training_table(workspace.services(), context.tenant_id(), kind, context.progress());
  }
  flows::FeatureTable table = flows::read_feature_table(kind, flags.csv, context.progress());
  warn_about_columns(table, flags.csv);
  require_target(table, flags.csv);
  return std::move(table.table);
}

int run_evaluate(const Context& context, const EvaluateFlags& flags) {
  app::Workspace workspace(context.settings());
  const training::TrainingTable table = truth(context, workspace, flags);
  const auto champion = workspace.services().models.champion(context.tenant_id(), table.kind);
  const Json metrics = training::evaluate(*champion->model, table);
  std::string text = champion->version + " on " + std::to_string(table.target.size()) + " rows\n";
  for (const auto& [name, value] : metrics.as_object()) {
    char line[96];
    std::snprintf(line, sizeof(line), "  %-24.*s %s\n", static_cast<int>(name.size()), name.data(),
                  rapport::to_string(value).c_str());
    text += line;
  }
  context.print(json::object{{"model_version", champion->version}, {"rows", table.target.size()}, {"metrics", metrics}},
                text);
  return 0;
}

}  // namespace

void add_evaluate(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("evaluate", "Hold the model in service against rows whose truth is known");
  const auto flags = std::make_shared<EvaluateFlags>();
  verb->add_option("model", flags->model, "Which model")->required()->check(CLI::IsMember(model_names()));
  verb->add_option("--csv", flags->csv, "A table with the target column (default: the stored history)");
  verb->callback([&context, flags] { context.run = [&context, flags] { return run_evaluate(context, *flags); }; });
}

}  // namespace rapport::cli
