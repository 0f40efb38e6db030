#include "server/api/feature_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <limits>

#include "base/json_reader.h"
#include "server/api/request_fields.h"

namespace rapport::api {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

FeatureNames::FeatureNames(ModelKind kind)
    : specs_(features::feature_set(kind)), kind_(kind), expected_(specs_.size(), 0) {
  for (std::size_t i = 0; i < expected_.size(); ++i) expected_[i] = i;
}

std::size_t FeatureNames::find(std::string_view name, std::size_t position) {
  if (position < expected_.size() && specs_[expected_[position]].name == name) return expected_[position];
  const std::size_t index = features::feature_index(kind_, name).value_or(kUnknown);
  if (position < expected_.size() && index != kUnknown) expected_[position] = index;
  return index;
}

bool is_permitted(const features::FeatureSpec& spec, double value) {
  const bool whole = spec.type == features::ValueType::kReal || value == std::floor(value);
  return value >= spec.min && value <= spec.max && whole;
}

std::string permitted_text(const features::FeatureSpec& spec) {
  if (spec.type == features::ValueType::kBoolean) return "must be true or false (or 1 or 0)";
  return std::string(spec.type == features::ValueType::kInteger ? "must be a whole number from "
                                                                : "must be a number from ") +
         to_string(Json(spec.min)) + " to " + to_string(Json(spec.max));
}

bool FeatureReader::has_enough_mistakes() const {
  return mistakes_.size() > kMaxNamedMistakes;
}

void FeatureReader::fail(std::string_view name, std::string message) {
  mistakes_.push_back({name.empty() ? pointer_ : json_pointer(pointer_, name), std::move(message)});
}

void FeatureReader::read(const Json& object, const std::string& pointer, std::span<double> row) {
  pointer_ = pointer;
  found_value_ = false;
  std::fill(row.begin(), row.end(), kMissing);
  if (!object.is_object()) return fail("", "must be an object of features");
  const std::size_t mistakes_before = mistakes_.size();
  std::size_t position = 0;
  for (const auto& member : object.get_object()) {
    read_member({member.key().data(), member.key().size()}, member.value(), position++, row);
  }
  if (!found_value_ && mistakes_.size() == mistakes_before) {
    fail("", "must hold at least one feature that is not null: there is nothing to score");
  }
}

void FeatureReader::read_member(std::string_view name, const Json& value, std::size_t position, std::span<double> row) {
  const std::size_t index = names_.find(name, position);
  if (index == FeatureNames::kUnknown) return fail(name, "is not a known feature");
  if (value.is_null()) return;
  const features::FeatureSpec& spec = names_.specs()[index];
  double number = kMissing;
  if (const double* real = value.if_double()) {
    number = *real;
  } else if (const std::int64_t* whole = value.if_int64()) {
    number = static_cast<double>(*whole);
  } else if (const std::uint64_t* large = value.if_uint64()) {
    number = static_cast<double>(*large);
  } else if (const bool* flag = value.if_bool(); flag != nullptr && spec.type == features::ValueType::kBoolean) {
    number = *flag ? 1 : 0;
  }
  if (!is_permitted(spec, number)) return fail(name, permitted_text(spec));
  row[index] = number;
  found_value_ = true;
}

}  // namespace rapport::api
