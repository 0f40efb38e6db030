#pragma once

#include <string>
#include <vector>

#include "base/progress.h"
#include "training/train.h"

namespace rapport::flows {

/// A file of feature rows: its header names features of `kind`, and the target column where there is one.
struct FeatureTable {
  training::TrainingTable table;             ///< `target` is empty when the file has no target column
  std::vector<std::string> unknown_columns;  ///< were ignored
  std::vector<std::string> missing_columns;  ///< features that the file does not have: missing in every row
};

/// Reads one (CSV, TSV or JSON Lines; "-" is standard input, CSV). An empty cell is a missing value; a missing target is
/// NaN. Throws kNotFound for the file, kMalformed for bytes that are no table, kInvalid "invalid_table" naming the first
/// cells that hold no number (FILE:LINE:COLUMN), kInvalid "no_known_column".
FeatureTable read_feature_table(ModelKind kind, const std::string& path, const Progress& progress = {});

}  // namespace rapport::flows
