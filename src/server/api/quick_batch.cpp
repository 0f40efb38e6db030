#include "server/api/quick_batch.h"

#include <charconv>
#include <cstdint>
#include <limits>
#include <span>
#include <system_error>
#include <utility>

#include "server/api/feature_json.h"

namespace rapport::api {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes a JSON text apart from left to right. Every `take` says whether what it looks for was there.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool take(char c) {
    skip_space();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  bool take(std::string_view word) {
    skip_space();
    if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  /// A name without escapes, and its colon.
  std::optional<std::string_view> take_name() {
    if (!take('"')) return std::nullopt;
    const char* begin = at_;
    while (at_ != end_ && *at_ != '"' && *at_ != '\\') ++at_;
    const std::string_view name(begin, static_cast<std::size_t>(at_ - begin));
    if (!take('"') || !take(':')) return std::nullopt;
    return name;
  }

  /// A number exactly as RFC 8259 spells it.
  std::optional<double> take_number() {
    skip_space();
    const char* begin = at_;
    if (at_ != end_ && *at_ == '-') ++at_;
    const bool starts_with_zero = at_ != end_ && *at_ == '0';
    const std::ptrdiff_t whole_digits = skip_digits();
    if (whole_digits == 0 || (starts_with_zero && whole_digits > 1)) return {};
    if (at_ != end_ && *at_ == '.') {
      ++at_;
      if (skip_digits() == 0) return {};
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
      if (skip_digits() == 0) return {};
    }
    double value = 0;
    const auto [stop, code] = std::from_chars(begin, at_, value);
    if (code != std::errc() || stop != at_) return {};
    return value;
  }

  bool at_end() {
    skip_space();
    return at_ == end_;
  }

 private:
  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  std::ptrdiff_t skip_digits() {
    const char* begin = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_ - begin;
  }

  const char* at_;
  const char* end_;
};

class Reader {
 public:
  Reader(std::string_view text, ModelKind kind, std::string_view rows_field, std::size_t max_rows)
      : scanner_(text), names_(kind), rows_field_(rows_field), max_rows_(max_rows) {}

  std::optional<QuickBatch> read() {
    if (!scanner_.take('{')) return std::nullopt;
    do {
      const auto name = scanner_.take_name();
      if (!name || !read_field(*name)) return std::nullopt;
    } while (scanner_.take(','));
    if (!scanner_.take('}') || !scanner_.at_end() || batch_.rows.rows == 0) return std::nullopt;
    return std::move(batch_);
  }

 private:
  bool read_field(std::string_view name) {
    if (name == rows_field_) return batch_.rows.rows == 0 && read_rows();
    if (name == "explain") {
      batch_.explain = scanner_.take("true");
      return !std::exchange(has_explain_, true) && (batch_.explain || scanner_.take("false"));
    }
    if (name != "max_factors" || batch_.max_factors) return false;
    const auto number = scanner_.take_number();
    const auto features = static_cast<double>(names_.specs().size());
    if (!number || *number < 0 || *number > features) return false;
    batch_.max_factors = static_cast<std::size_t>(*number);
    return static_cast<double>(*batch_.max_factors) == *number;
  }

  bool read_rows() {
    if (!scanner_.take('[')) return false;
    ml::Matrix& rows = batch_.rows;
    rows.cols = names_.specs().size();
    do {
      if (rows.rows == max_rows_) return false;
      rows.values.resize(rows.values.size() + rows.cols, kMissing);
      ++rows.rows;
      if (!read_row(rows.row(rows.rows - 1))) return false;
    } while (scanner_.take(','));
    return scanner_.take(']');
  }

  bool read_row(std::span<double> row) {
    if (!scanner_.take('{')) return false;
    std::uint64_t seen = 0;
    bool has_value = false;
    std::size_t position = 0;
    do {
      const auto name = scanner_.take_name();
      const std::size_t index = name ? names_.find(*name, position++) : FeatureNames::kUnknown;
      if (index == FeatureNames::kUnknown) return false;
      const std::uint64_t bit = std::uint64_t{1} << index;
      if ((seen & bit) != 0 || !read_value(names_.specs()[index], row[index])) return false;
      seen |= bit;
      has_value = has_value || row[index] == row[index];
    } while (scanner_.take(','));
    return has_value && scanner_.take('}');
  }

  bool read_value(const features::FeatureSpec& spec, double& value) {
    if (scanner_.take("null")) return true;
    if (spec.type == features::ValueType::kBoolean) {
      const bool is_true = scanner_.take("true");
      value = is_true ? 1 : 0;
      if (is_true || scanner_.take("false")) return true;
    }
    const auto number = scanner_.take_number();
    if (!number) return false;
    value = *number;
    return is_permitted(spec, value);
  }

  Scanner scanner_;
  FeatureNames names_;
  std::string_view rows_field_;
  std::size_t max_rows_;
  bool has_explain_ = false;
  QuickBatch batch_;
};

}  // namespace

std::optional<QuickBatch> read_quick_batch(std::string_view text, ModelKind kind, std::string_view rows_field,
                                           std::size_t max_rows) {
  return Reader(text, kind, rows_field, max_rows).read();
}

}  // namespace rapport::api
