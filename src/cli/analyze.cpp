#include "cli/analyze.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>

#include "app/text_analysis.h"
#include "app/workspace.h"
#include "cli/context.h"

namespace rapport::cli {
namespace {

namespace json = boost::json;

int run_analyze(const Context& context, const flows::AnalyzeMessagesOptions& options) {
  app::Workspace workspace(context.settings());
  const app::TextAnalysis analysis(workspace.settings(), workspace.metrics());
  const auto start = std::chrono::steady_clock::now();
  const flows::AnalyzeMessagesReport report = flows::analyze_messages(workspace.services(), analysis.analyzer(),
                                                                      context.tenant_id(), options, context.progress());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  json::object document = to_json(report);
  document["seconds"] = seconds;
  char took[32];
  std::snprintf(took, sizeof(took), "in %.1f s\n", seconds);
  context.print(document, to_text(report) + took);
  return 0;
}

}  // namespace

json::object to_json(const flows::AnalyzeMessagesReport& report) {
  json::object by_model;
  for (const auto& [model, count] : report.by_model) by_model[model] = count;
  json::object without_words;
  for (const auto& [reason, count] : report.without_words) without_words[reason] = count;
  return {{"analyzed", report.analyzed},
          {"by_model", std::move(by_model)},
          {"without_words", std::move(without_words)},
          {"changed_meanwhile", report.changed_meanwhile}};
}

std::string to_text(const flows::AnalyzeMessagesReport& report) {
  std::string text = std::to_string(report.analyzed) + " messages analysed\n";
  for (const auto& [model, count] : report.by_model) text += "  by " + model + ": " + std::to_string(count) + "\n";
  for (const auto& [reason, count] : report.without_words) {
    text += "  without words (" + std::string(reason) + "): " + std::to_string(count) + "\n";
  }
  if (report.changed_meanwhile > 0) {
    text += "  changed meanwhile: " + std::to_string(report.changed_meanwhile) + ", run it again for these\n";
  }
  return text;
}

void add_analyze(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("analyze", "Sentiment and emotion of the stored messages that have none yet");
  const auto options = std::make_shared<flows::AnalyzeMessagesOptions>();
  verb->add_flag("--again", options->again, "Also of those that were analysed here before: after a better model came");
  verb->add_option("--batch", options->batch_messages, "Messages in one transaction: what an interruption can lose")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000));
  verb->callback([&context, options] { context.run = [&context, options] { return run_analyze(context, *options); }; });
}

}  // namespace rapport::cli
