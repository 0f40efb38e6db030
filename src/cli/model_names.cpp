#include "cli/model_names.h"

#include <iostream>

#include "base/error.h"
#include "features/feature_set.h"

namespace rapport::cli {
namespace {

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const ModelKind kind : kModelKinds) names.emplace_back(to_string(kind));
  return names;
}

void warn_about_columns(const flows::FeatureTable& table, const std::string& file) {
  if (!table.unknown_columns.empty()) {
    std::cerr << file << ": not known, ignored: " << join(table.unknown_columns) << "\n";
  }
  if (!table.missing_columns.empty()) {
    std::cerr << file << ": not there, missing in every row: " << join(table.missing_columns) << "\n";
  }
}

void require_target(const flows::FeatureTable& table, const std::string& file) {
  if (!table.table.target.empty() || table.table.features.rows == 0) return;
  throw Error(ErrorKind::kInvalid, "missing_column",
              "The file " + file + " has no column " + std::string(features::target_name(table.table.kind)) +
                  ", which holds the truth.");
}

}  // namespace rapport::cli
