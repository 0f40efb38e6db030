#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>

#include "app/text_analysis.h"
#include "app/workspace.h"
#include "base/error.h"
#include "cli/analyze.h"
#include "cli/context.h"
#include "flows/generate_demo.h"

namespace rapport::cli {
namespace {

namespace json = boost::json;

struct DemoFlags {
  std::size_t contacts = 2000;
  int days = 360;
  std::uint64_t seed = 1;
  std::string until;
};

Json figure(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

std::string figure_text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof(buffer), "%.3f", value);
  return std::isfinite(value) ? buffer : "not known (too few rows)";
}

Time last_moment(const std::string& until, Time now) {
  if (until.empty()) return now;
  const std::optional<Time> time = parse_time(until);
  if (!time || *time > now) {
    throw Error(ErrorKind::kInvalid, "invalid_setting", "--until takes a moment that has passed, such as 2026-11-23.");
  }
  return *time;
}

int run_demo(const Context& context, const DemoFlags& flags) {
  app::Workspace workspace(context.settings());
  const demo::BusinessOptions options{.contacts = flags.contacts,
                                      .days = flags.days,
                                      .seed = flags.seed,
                                      .until = last_moment(flags.until, workspace.clock().now())};
  const TenantId tenant = context.tenant_id();
  const auto start = std::chrono::steady_clock::now();
  const demo::BestPossible best =
      flows::generate_demo(workspace.services(), tenant, options, context.progress());
  const app::TextAnalysis analysis(workspace.settings(), workspace.metrics());
  const flows::AnalyzeMessagesReport analyzed =
      flows::analyze_messages(workspace.services(), analysis.analyzer(), tenant, {}, context.progress());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  json::object rows;
  std::string text = "A demo business in " + workspace.settings().text("data") + ":\n";
  for (const auto& [table, count] : workspace.store().row_counts(tenant)) {
    rows[table] = count;
    text += "  " + table + ": " + std::to_string(count) + "\n";
  }
  text += "Sentiment and emotion: " + to_text(analyzed);
  text += "Best possible on it (what a model that knew the truth would reach):\n  lead_scoring R2 " +
          figure_text(best.lead_r2) + "\n  churn_prediction ROC AUC " + figure_text(best.churn_auc) +
          "\n  engagement_prediction ROC AUC " + figure_text(best.engagement_auc) + "\n";
  const json::object best_json{{"lead_scoring", {{"r2", figure(best.lead_r2)}, {"rows", best.lead_rows}}},
                               {"churn_prediction", {{"roc_auc", figure(best.churn_auc)}, {"rows", best.churn_rows}}},
                               {"engagement_prediction",
                                {{"roc_auc", figure(best.engagement_auc)}, {"rows", best.engagement_rows}}}};
  context.print(json::object{{"rows", rows}, {"analysis", to_json(analyzed)}, {"best_possible", best_json}, {"seconds", seconds}}, text);
  return 0;
}

}  // namespace

void add_demo(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("demo", "Fill an empty workspace with a generated business");
  const auto flags = std::make_shared<DemoFlags>();
  verb->add_option("--contacts", flags->contacts, "How many contacts (about 45 messages each)")->capture_default_str();
  verb->add_option("--days", flags->days, "How far the history reaches back")->capture_default_str();
  verb->add_option("--seed", flags->seed, "Another seed, another business")->capture_default_str();
  verb->add_option("--until", flags->until, "The last day of the history (default: now)");
  verb->callback([&context, flags] { context.run = [&context, flags] { return run_demo(context, *flags); }; });
}

}  // namespace rapport::cli
