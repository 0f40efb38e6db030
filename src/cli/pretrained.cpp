#include "cli/pretrained.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "app/hub_access.h"
#include "base/clock.h"
#include "base/log.h"
#include "flows/installed_models.h"
#include "flows/pull_model.h"

namespace rapport::cli {
namespace {

namespace json = boost::json;
using State = flows::PretrainedModel::State;

std::string megabytes(std::uint64_t bytes) {
  return std::to_string((bytes + 500'000) / 1'000'000) + " MB";
}

std::string text_of(State state) {
  switch (state) {
    case State::kNotInstalled:
      return "not installed";
    case State::kInstalled:
      return "installed";
    case State::kDamaged:
      return "DAMAGED: pull it again";
  }
  return "";
}

Json to_json(const hub::ModelRecord& record) {
  json::array files;
  for (const hub::RecordedFile& file : record.files) {
    files.push_back(json::object{{"name", file.name}, {"size", file.size_bytes}, {"sha256", file.sha256}});
  }
  return json::object{{"model", record.name},
                      {"repository", record.repository},
                      {"commit", record.commit.empty() ? Json() : Json(record.commit)},
                      {"source", record.source},
                      {"installed_at", format_rfc3339(record.installed_at)},
                      {"files", std::move(files)}};
}

int run_pull(const Context& context, const flows::PullOrder& order) {
  const app::Settings settings = context.settings();
  set_log_level(parse_log_level(settings.text("log.level")));
  const SystemClock clock;
  const std::filesystem::path folder = app::models_folder(settings);
  const hub::Installed installed = flows::pull_model(
      order, app::hub_access(settings), {.models_folder = folder, .clock = clock, .progress = context.progress()});
  const hub::ModelSpec& spec = hub::find_model(installed.record.name);
  json::object document = to_json(installed.record).as_object();
  document["folder"] = (folder / spec.name).string();
  document["licence"] = spec.licence;
  document["fetched_bytes"] = installed.fetched_bytes;
  std::string text = installed.fetched_bytes == 0 ? std::string(spec.name) + " is installed already, and whole."
                                                  : std::string(spec.name) + " is installed (" +
                                                        megabytes(installed.fetched_bytes) + " fetched).";
  text += "\nfolder:  " + (folder / spec.name).string() + "\nlicence: " + std::string(spec.licence) + "\n";
  context.print(document, text);
  return 0;
}

/// 1 when any file is not what it was.
int run_verify(const Context& context, const std::string& model) {
  json::array models;
  std::string text;
  bool whole = true;
  for (const flows::Verification& result :
       flows::verify_models(app::models_folder(context.settings()), model, context.progress())) {
    json::array damaged;
    text += result.model + (result.damaged.empty() ? ": whole\n" : ": DAMAGED, pull it again\n");
    for (const hub::DamagedFile& file : result.damaged) {
      damaged.push_back(json::object{{"file", file.name}, {"problem", file.problem}});
      text += "  " + file.name + " " + file.problem + "\n";
    }
    whole = whole && result.damaged.empty();
    models.push_back(
        json::object{{"model", result.model}, {"ok", result.damaged.empty()}, {"damaged", std::move(damaged)}});
  }
  if (models.empty()) text = "No pretrained model is installed: rapport models list\n";
  context.print(json::object{{"ok", whole}, {"models", std::move(models)}}, text);
  return whole ? 0 : 1;
}

int run_remove(const Context& context, const std::string& model) {
  const std::filesystem::path folder = app::models_folder(context.settings());
  const std::uint64_t freed = flows::remove_model(folder, model);
  context.print(json::object{{"model", model}, {"freed_bytes", freed}},
                model + " is removed from " + folder.string() + " (" + megabytes(freed) + " freed).\n");
  return 0;
}

}  // namespace

PretrainedList list_pretrained(const app::Settings& settings) {
  json::array models;
  std::string text;
  for (const flows::PretrainedModel& model : flows::pretrained_models(app::models_folder(settings))) {
    const hub::ModelSpec& spec = model.spec;
    models.push_back(json::object{{"model", spec.name},
                                  {"repository", spec.repository},
                                  {"revision", spec.revision},
                                  {"role", to_string(spec.role)},
                                  {"languages", spec.languages},
                                  {"licence", spec.licence},
                                  {"approximate_bytes", spec.approximate_bytes},
                                  {"state", to_string(model.state)},
                                  {"installed_bytes", model.installed_bytes},
                                  {"commit", model.commit.empty() ? Json() : Json(model.commit)}});
    text += std::string(spec.name) + "  " + std::string(to_string(spec.role)) + " (" + std::string(spec.languages) +
            "), " + megabytes(spec.approximate_bytes) + ", " + text_of(model.state) +
            "\n    licence: " + std::string(spec.licence) + "\n";
  }
  return {std::move(models), std::move(text)};
}

void add_pretrained(CLI::App& models, Context& context) {
  const auto order = std::make_shared<flows::PullOrder>();
  const auto from = std::make_shared<std::string>();
  CLI::App* pull = models.add_subcommand("pull", "Install a pretrained model from the hub, or from a folder");
  pull->add_option("name", order->model, "Which (rapport models list)")->required();
  pull->add_option("--from", *from, "A folder that holds it already: no network is needed")
      ->check(CLI::ExistingDirectory);
  pull->callback([&context, order, from] {
    if (!from->empty()) order->from = *from;
    context.run = [&context, order] { return run_pull(context, *order); };
  });

  const auto checked = std::make_shared<std::string>();
  CLI::App* verify = models.add_subcommand("verify", "Read every file of the installed pretrained models again");
  verify->add_option("name", *checked, "Only this one");
  verify->callback(
      [&context, checked] { context.run = [&context, checked] { return run_verify(context, *checked); }; });

  const auto removed = std::make_shared<std::string>();
  CLI::App* remove = models.add_subcommand("remove", "Take a pretrained model away");
  remove->add_option("name", *removed, "Which")->required();
  remove->callback(
      [&context, removed] { context.run = [&context, removed] { return run_remove(context, *removed); }; });
}

}  // namespace rapport::cli
