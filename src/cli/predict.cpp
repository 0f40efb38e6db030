#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "app/workspace.h"
#include "base/error.h"
#include "base/file.h"
#include "cli/context.h"
#include "cli/model_names.h"
#include "features/feature_set.h"
#include "flows/contact_features.h"
#include "flows/feature_table.h"
#include "scoring/predictions.h"
#include "tables/csv_writer.h"

namespace rapport::cli {
namespace {

namespace json = boost::json;

struct PredictFlags {
  std::string model;
  std::string csv;
  std::string out;
  bool explain = false;
};

/// The rows to predict: of a file, or of every stored contact (then with their ids).
struct Rows {
  ml::Matrix features;
  std::vector<ContactId> contacts;
};

Rows gather(const Context& context, app::Workspace& workspace, const PredictFlags& flags, ModelKind kind) {
  Rows rows;
  if (!flags.csv.empty()) {
    flows::FeatureTable table = flows::read_feature_table(kind, flags.csv, context.progress());
    warn_about_columns(table, flags.csv);
    rows.features = std::move(table.table.features);
    return rows;
  }
  rows.features.cols = features::feature_set(kind).size();
  flows::scan_contact_features(
      workspace.services(), context.tenant_id(), kind,
      [&](const ContactId& contact, std::span<const double> row) {
        rows.features.push_row(row);
        rows.contacts.push_back(contact);
      },
      context.progress());
  return rows;
}

/// The columns that say what the number means: its level and whether it will happen.
void write_meaning_header(tables::CsvWriter& csv, ModelKind kind) {
  switch (kind) {
    case ModelKind::kLeadScoring:
      csv.text("lead_score");
      csv.text("quality_tier");
      return;
    case ModelKind::kChurnPrediction:
      csv.text("churn_probability");
      csv.text("will_churn");
      csv.text("risk_level");
      return;
    case ModelKind::kEngagementPrediction:
      csv.text("engagement_probability");
      csv.text("will_engage");
      csv.text("engagement_level");
      return;
  }
}

void write_meaning(tables::CsvWriter& csv, ModelKind kind, double prediction) {
  csv.number(prediction);
  switch (kind) {
    case ModelKind::kLeadScoring: csv.text(scoring::to_string(scoring::quality_tier(prediction))); return;
    case ModelKind::kChurnPrediction:
      csv.text(prediction >= scoring::kDecisionProb ? "true" : "false");
      csv.text(scoring::to_string(scoring::risk_level(prediction)));
      return;
    case ModelKind::kEngagementPrediction:
      csv.text(prediction >= scoring::kDecisionProb ? "true" : "false");
      csv.text(scoring::to_string(scoring::engagement_level(prediction)));
      return;
  }
}

/// One line per row: its number (or contact), the prediction, and with `explain` the base and every contribution.
std::string predictions_csv(const scoring::ScoringModel& model, const Rows& rows, bool explain) {
  const ModelKind kind = model.kind();
  std::vector<double> predictions(rows.features.rows);
  model.predict(rows.features, predictions);
  std::string text;
  tables::CsvWriter csv(text);
  csv.text(rows.contacts.empty() ? "row" : "contact_id");
  write_meaning_header(csv, kind);
  if (explain) {
    csv.text("base");
    for (const auto& spec : features::feature_set(kind)) csv.text("contribution_" + std::string(spec.name));
  }
  csv.end_record();
  ml::Explanation explanation;
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    if (rows.contacts.empty()) {
      csv.integer(static_cast<std::int64_t>(i) + 1);
    } else {
      csv.text(rows.contacts[i].text());
    }
    write_meaning(csv, kind, predictions[i]);
    if (explain) {
      model.explain(rows.features.row(i), explanation);
      csv.number(explanation.base);
      for (const double contribution : explanation.contributions) csv.number(contribution);
    }
    csv.end_record();
  }
  return text;
}

int run_predict(const Context& context, const PredictFlags& flags) {
  app::Workspace workspace(context.settings());
  const ModelKind kind = *parse_model_kind(flags.model);
  const auto champion = workspace.services().models.champion(context.tenant_id(), kind);
  const Rows rows = gather(context, workspace, flags, kind);
  const std::string csv = predictions_csv(*champion->model, rows, flags.explain);
  if (flags.out.empty()) {
    std::cout << csv << std::flush;
    return 0;
  }
  publish_file(flags.out, csv);
  context.print(json::object{{"model_version", champion->version}, {"rows", rows.features.rows}, {"file", flags.out}},
                std::to_string(rows.features.rows) + " predictions of " + champion->version + " in " + flags.out + "\n");
  return 0;
}

}  // namespace

void add_predict(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("predict", "Predict the rows of a table, or every stored contact as of now");
  const auto flags = std::make_shared<PredictFlags>();
  verb->add_option("model", flags->model, "Which model")->required()->check(CLI::IsMember(model_names()));
  verb->add_option("--csv", flags->csv, "A table whose header names features (default: the stored contacts)");
  verb->add_option("--out", flags->out, "Where to write the CSV (default: standard output)");
  verb->add_flag("--explain", flags->explain, "With the contribution of every feature");
  verb->callback([&context, flags] { context.run = [&context, flags] { return run_predict(context, *flags); }; });
}

}  // namespace rapport::cli
