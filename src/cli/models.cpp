#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "app/workspace.h"
#include "cli/context.h"
#include "cli/model_names.h"
#include "cli/models_run.h"
#include "cli/pretrained.h"
#include "flows/promote_model.h"

namespace rapport::cli {
namespace {

namespace json = boost::json;

Json to_json(const store::ModelRecord& record) {
  return json::object{{"model", to_string(record.kind)},
                      {"version", record.version},
                      {"created_at", format_rfc3339(record.created_at)},
                      {"trained_samples", record.trained_samples},
                      {"sha256", record.sha256},
                      {"aliases", json::value_from(record.aliases)}};
}

std::string to_text(const store::ModelRecord& record) {
  std::string text = record.version + "  trained " + format_rfc3339(record.created_at) + " on " +
                     std::to_string(record.trained_samples) + " rows";
  for (const std::string& alias : record.aliases) text += "  [" + alias + "]";
  return text + "\n";
}

int run_list(const Context& context) {
  app::Workspace workspace(context.settings());
  PretrainedList pretrained = list_pretrained(workspace.settings());
  json::array models;
  std::string text;
  for (const store::ModelRecord& record : workspace.store().models(context.tenant_id(), std::nullopt)) {
    models.push_back(to_json(record));
    text += to_text(record);
  }
  if (models.empty()) text = "No model is trained yet: rapport train all\n";
  context.print(json::object{{"models", std::move(models)}, {"pretrained", std::move(pretrained.json)}},
                "Pretrained (rapport models pull NAME):\n" + pretrained.text + "\nTrained here:\n" + text);
  return 0;
}

int run_promote(const Context& context, const std::string& version) {
  app::Workspace workspace(context.settings());
  const store::ModelRecord record = flows::promote_model(workspace.services(), context.tenant_id(), version);
  context.print(to_json(record), "In service: " + to_text(record));
  return 0;
}

int run_rollback(const Context& context, const std::string& model) {
  app::Workspace workspace(context.settings());
  const store::ModelRecord record =
      flows::roll_back_model(workspace.services(), context.tenant_id(), *parse_model_kind(model));
  context.print(to_json(record), "In service again: " + to_text(record));
  return 0;
}

}  // namespace

void add_models(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("models", "The pretrained models, and the versions of the trained ones");
  verb->require_subcommand(1);
  verb->fallthrough();
  CLI::App* list = verb->add_subcommand("list", "Every pretrained model, and every trained version, newest first");
  list->callback([&context] { context.run = [&context] { return run_list(context); }; });

  add_pretrained(*verb, context);
  add_models_run(*verb, context);

  const auto version = std::make_shared<std::string>();
  CLI::App* promote = verb->add_subcommand("promote", "Put a version into service; a running server takes it up");
  promote->add_option("version", *version, "Such as lead_scoring@2026-11-23.1")->required();
  promote->callback([&context, version] { context.run = [&context, version] { return run_promote(context, *version); }; });

  const auto model = std::make_shared<std::string>();
  CLI::App* rollback = verb->add_subcommand("rollback", "Put the version back that was in service before");
  rollback->add_option("model", *model, "Which model")->required()->check(CLI::IsMember(model_names()));
  rollback->callback([&context, model] { context.run = [&context, model] { return run_rollback(context, *model); }; });
}

}  // namespace rapport::cli
