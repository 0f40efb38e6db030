#include "flows/feature_table.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "base/error.h"
#include "features/feature_rows.h"
#include "tables/record_reader.h"

namespace rapport::flows {
namespace {

using tables::ReadStatus;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMaxMistakes = 20;  // after these the file is refused unread
constexpr std::uint64_t kProgressEvery = 50'000;

/// Collects the rows of one file.
class TableBuilder {
 public:
  TableBuilder(ModelKind kind, std::string path) : path_(std::move(path)) {
    result_.table.kind = kind;
    result_.table.features.cols = features::feature_set(kind).size();
  }

  void add(const tables::RecordReader& reader) {
    if (columns_ != reader.columns().size()) bind(reader);
    std::vector<double> row;
    row.reserve(slots_.size());
    for (const std::optional<std::size_t>& slot : slots_) row.push_back(read(reader, slot));
    result_.table.features.push_row(row);
    result_.table.target.push_back(read(reader, target_));
  }

  void refuse(std::string where, std::string why) {
    mistakes_.push_back({std::move(where), std::move(why)});
    if (mistakes_.size() >= kMaxMistakes) finish_mistakes();
  }

  void finish_mistakes() {
    if (mistakes_.empty()) return;
    std::string message = mistakes_.front().pointer + " " + mistakes_.front().message + ".";
    throw Error(ErrorKind::kInvalid, "invalid_table", std::move(message)).with_fields(std::move(mistakes_));
  }

  FeatureTable finish(const tables::RecordReader& reader) {
    finish_mistakes();
    bind(reader);
    const bool any = std::any_of(slots_.begin(), slots_.end(), [](const auto& slot) { return slot.has_value(); });
    if (!any) {
      throw Error(ErrorKind::kInvalid, "no_known_column",
                  "The file " + path_ + " has no column that is a feature of " +
                      std::string(to_string(result_.table.kind)) + ".");
    }
    if (!target_) result_.table.target.clear();
    return std::move(result_);
  }

 private:
  /// Finds the features among the file's columns; JSON Lines may bring new ones with every record.
  void bind(const tables::RecordReader& reader) {
    const ModelKind kind = result_.table.kind;
    columns_ = reader.columns().size();
    slots_.clear();
    result_.missing_columns.clear();
    for (const features::FeatureSpec& spec : features::feature_set(kind)) {
      slots_.push_back(reader.column(spec.name));
      if (!slots_.back()) result_.missing_columns.emplace_back(spec.name);
    }
    target_ = reader.column(features::target_name(kind));
    result_.unknown_columns.clear();
    for (const std::string& column : reader.columns()) {
      const bool known = features::feature_index(kind, column) || column == features::target_name(kind);
      if (!known) result_.unknown_columns.push_back(column);
    }
  }

  double read(const tables::RecordReader& reader, const std::optional<std::size_t>& column) {
    const std::optional<tables::Cell> cell = column ? reader.cell(*column) : std::nullopt;
    if (!cell) return kMissing;
    if (const std::optional<double> number = cell->number()) return *number;
    if (const std::optional<bool> flag = cell->boolean()) return *flag ? 1 : 0;
    refuse(tables::location(path_, reader.line(), reader.columns()[*column]),
           "is not a number (leave a cell empty where the value is missing)");
    return kMissing;
  }

  std::string path_;
  FeatureTable result_;
  std::size_t columns_ = 0;
  std::vector<std::optional<std::size_t>> slots_;  ///< of each feature: its column in the file
  std::optional<std::size_t> target_;
  std::vector<FieldError> mistakes_;
};

}  // namespace

FeatureTable read_feature_table(ModelKind kind, const std::string& path, const Progress& progress) {
  const std::unique_ptr<tables::RecordReader> reader = tables::open_records(path);
  TableBuilder builder(kind, path);
  std::uint64_t rows = 0;
  for (ReadStatus status = reader->next(); status != ReadStatus::kEnd; status = reader->next()) {
    if (status == ReadStatus::kBroken) throw tables::to_error(path, reader->error());
    if (status == ReadStatus::kRefused) {
      const FieldError error = tables::to_field_error(path, reader->error());
      builder.refuse(error.pointer, error.message);
    } else {
      builder.add(*reader);
    }
    if (progress && ++rows % kProgressEvery == 0) progress("rows", rows, 0);
  }
  return builder.finish(*reader);
}

}  // namespace rapport::flows
