#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "features/feature_rows.h"
#include "features/feature_set.h"

namespace rapport::api {

/// Positions of a model's features by name: one hash, no allocation. Asked again and again for the names of similar
/// objects, it guesses the next one from the one before and is right nearly always.
///
/// Threads   one per request.
class FeatureNames {
 public:
  explicit FeatureNames(ModelKind kind);

  static constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);

  /// The feature called `name`, which stands at `position` of its object; kUnknown when there is none.
  std::size_t find(std::string_view name, std::size_t position);

  std::span<const features::FeatureSpec> specs() const { return specs_; }

 private:
  std::span<const features::FeatureSpec> specs_;
  ModelKind kind_;
  std::vector<std::size_t> expected_;  // by position, as the last object had it
};

/// Whether a request may give this number for the feature.
bool is_permitted(const features::FeatureSpec& spec, double value);
/// "must be a whole number from 0 to 23": what a request may give.
std::string permitted_text(const features::FeatureSpec& spec);

/// Reads JSON objects of named features into rows. What is absent or null is missing (NaN); unknown names, wrong types
/// and values out of range are mistakes, and so is an object without a single value: there is nothing to score.
///
/// Threads   one per request.
class FeatureReader {
 public:
  explicit FeatureReader(ModelKind kind) : names_(kind) {}

  std::size_t width() const { return names_.specs().size(); }

  /// Requires  `row` has width() values. `pointer` is where `object` stands in the request.
  void read(const Json& object, const std::string& pointer, std::span<double> row);

  /// More than an answer will name: no use in reading on.
  bool has_enough_mistakes() const;
  std::vector<FieldError> take_mistakes() { return std::move(mistakes_); }

 private:
  void read_member(std::string_view name, const Json& value, std::size_t position, std::span<double> row);
  void fail(std::string_view name, std::string message);

  FeatureNames names_;
  std::string pointer_;
  bool found_value_ = false;
  std::vector<FieldError> mistakes_;
};

}  // namespace rapport::api
