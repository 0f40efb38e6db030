#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <memory>

#include "app/workspace.h"
#include "cli/context.h"
#include "flows/import_rows.h"
#include "tables/record_reader.h"

namespace rapport::cli {
namespace {

namespace json = boost::json;

struct ImportFlags {
  std::string table;
  std::vector<std::string> files;
  flows::ImportOptions options;
};

Json to_json(const std::string& file, const flows::ImportReport& report) {
  json::array refused;
  for (const flows::RefusedRow& row : report.refused) {
    refused.push_back(json::object{{"line", row.line}, {"column", row.column}, {"reason", row.reason}});
  }
  return json::object{{"file", file},
                      {"rows_read", report.rows_read},
                      {"rows_imported", report.rows_imported},
                      {"rows_refused", report.rows_refused},
                      {"refused", std::move(refused)},
                      {"unknown_columns", json::value_from(report.unknown_columns)}};
}

std::string to_text(const std::string& file, const flows::ImportReport& report, double seconds) {
  std::string text = file + ": " + std::to_string(report.rows_imported) + " of " + std::to_string(report.rows_read) +
                     " rows imported";
  if (seconds > 0.5) {
    text += " (" + std::to_string(static_cast<std::uint64_t>(static_cast<double>(report.rows_read) / seconds)) + " rows/s)";
  }
  text += "\n";
  for (const std::string& column : report.unknown_columns) text += "  column " + column + " is not known: ignored\n";
  for (const flows::RefusedRow& row : report.refused) {
    text += "  refused " + tables::location(file, row.line, row.column) + ": " + row.reason + "\n";
  }
  if (report.rows_refused > report.refused.size()) {
    text += "  and " + std::to_string(report.rows_refused - report.refused.size()) + " more rows were refused\n";
  }
  return text;
}

/// 1 when a row of any file was refused: a script should notice.
int run_import(const Context& context, const ImportFlags& flags) {
  app::Workspace workspace(context.settings());
  json::array reports;
  std::string text;
  bool complete = true;
  for (const std::string& file : flags.files) {
    const auto start = std::chrono::steady_clock::now();
    const flows::ImportReport report = flows::import_rows(workspace.services(), context.tenant_id(), {flags.table, file},
                                                          flags.options, context.progress());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    reports.push_back(to_json(file, report));
    text += to_text(file, report, seconds);
    complete = complete && report.rows_refused == 0;
  }
  context.print(json::object{{"table", flags.table}, {"files", std::move(reports)}}, text);
  return complete ? 0 : 1;
}

std::string tables_help() {
  std::string text = "Tables and their columns (* needed):\n";
  for (const flows::ImportTable& table : flows::import_tables()) {
    text += "  " + table.name + ":";
    for (const flows::ImportColumn& column : table.columns) text += " " + column.name + (column.required ? "*" : "");
    text += "\n";
  }
  return text;
}

}  // namespace

void add_import(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("import", "Read the business's own history from CSV or JSON Lines files");
  const auto flags = std::make_shared<ImportFlags>();
  std::vector<std::string> names;
  for (const flows::ImportTable& table : flows::import_tables()) names.push_back(table.name);
  verb->add_option("table", flags->table, "What the files hold")->required()->check(CLI::IsMember(names));
  verb->add_option("files", flags->files, "FILE.csv, .tsv, .jsonl or .ndjson; - is standard input (CSV)")->required();
  verb->add_flag("--strict", flags->options.strict, "Import nothing of a file in which any row is refused");
  verb->add_option("--max-refused", flags->options.max_refused, "How many refused rows to list")->capture_default_str();
  verb->footer(tables_help());
  verb->callback([&context, flags] { context.run = [&context, flags] { return run_import(context, *flags); }; });
}

}  // namespace rapport::cli
