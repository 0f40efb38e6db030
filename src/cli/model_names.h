#pragma once

#include <string>
#include <vector>

#include "flows/feature_table.h"

namespace rapport::cli {

/// The names of the trained models, as the command line takes them.
std::vector<std::string> model_names();

/// Says on standard error which columns of a table are ignored and which features it lacks.
void warn_about_columns(const flows::FeatureTable& table, const std::string& file);

/// Throws kInvalid "missing_column" when the table has no target column.
void require_target(const flows::FeatureTable& table, const std::string& file);

}  // namespace rapport::cli
