#include "base/json.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cstdint>
#include <cmath>
#include <unordered_set>
#include <vector>

#include "base/error.h"

namespace rapport {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 64;

/// The names that stand in each open object. Small objects compare one by one; large ones get a hash set.
class OpenNames {
 public:
  void open() {
    if (depth_ == levels_.size()) levels_.emplace_back();
    levels_[depth_].clear();
    ++depth_;
  }
  void close() { --depth_; }
  bool add(std::string_view name) { return levels_[depth_ - 1].add(name); }

 private:
  class Level {
   public:
    void clear() {
      count_ = 0;
      large_.clear();
    }
    bool add(std::string_view name) {
      constexpr std::size_t kSmall = 48;
      if (count_ < kSmall) {
        for (std::size_t i = 0; i < count_; ++i) {
          if (small_[i] == name) return false;
        }
        if (count_ == small_.size()) small_.emplace_back();
        small_[count_++].assign(name);
        return true;
      }
      if (large_.empty()) large_.insert(small_.begin(), small_.begin() + static_cast<std::ptrdiff_t>(count_));
      return large_.emplace(name).second;
    }

   private:
    std::vector<std::string> small_;  // strings are kept over objects, for their memory
    std::size_t count_ = 0;
    std::unordered_set<std::string> large_;
  };

  std::vector<Level> levels_;
  std::size_t depth_ = 0;
};

/// Whether a decimal number that no double can hold is too large (or else too small).
bool is_above_one(std::string_view digits) {
  const std::size_t e = digits.find_first_of("eE");
  std::int64_t exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view power = digits.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto read = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (read.ec == std::errc::result_out_of_range) return !power.starts_with('-');
  }
  const std::string_view mantissa = digits.substr(0, e);
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first = static_cast<std::int64_t>(mantissa.find_first_of("123456789"));
  return point - first + exponent > 0;
}

/// Builds the document, refusing what Boost.JSON alone would let pass: a name twice, a number beyond the doubles.
struct StrictHandler {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  using Code = json::error_code;

  json::value_stack stack;
  OpenNames names;
  std::string name;
  const char* refusal = nullptr;

  bool refuse(const char* why, Code& code) {
    refusal = why;
    code = json::error::extra_data;
    return false;
  }

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) {
    names.open();
    return true;
  }
  bool on_object_end(std::size_t count, Code&) {
    names.close();
    stack.push_object(count);
    return true;
  }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t count, Code&) {
    stack.push_array(count);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, Code&) {
    name.append(part.data(), part.size());
    stack.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, Code& code) {
    name.append(part.data(), part.size());
    if (!names.add(name)) return refuse("a name stands twice in one object", code);
    name.clear();
    stack.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, Code&) {
    stack.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, Code&) {
    stack.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view, Code&) { return true; }
  bool on_int64(std::int64_t value, json::string_view, Code&) {
    stack.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, json::string_view, Code&) {
    stack.push_uint64(value);
    return true;
  }
  /// Boost's own conversion is off by a unit in the last place for a third of all doubles and takes 0e999 for no number,
  /// so the digits are read again.
  bool on_double(double, json::string_view digits, Code& code) {
    double value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec == std::errc::result_out_of_range) {
      if (is_above_one({digits.data(), digits.size()})) return refuse("a number is beyond the range of a double", code);
      value = 0;
    }
    stack.push_double(value);
    return true;
  }
  bool on_bool(bool value, Code&) {
    stack.push_bool(value);
    return true;
  }
  bool on_null(Code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, Code&) { return true; }
  bool on_comment(json::string_view, Code&) { return true; }
};

JsonError error_at(std::string_view text, std::size_t offset, std::string message) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {std::move(message), static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          before.size() - line_start + 1};
}

std::string describe(const json::error_code& code) {
  if (code == json::error::too_deep) return "it is nested deeper than 64 levels";
  if (code == json::error::incomplete) return "it ends too early";
  if (code == json::error::exponent_overflow) return "a number is beyond the range of a double";
  return code.message();
}

}  // namespace

std::variant<Json, JsonError> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::basic_parser<StrictHandler> parser(options);
  parser.handler().stack.reset();
  json::error_code code;
  const std::size_t consumed = parser.write_some(false, text.data(), text.size(), code);
  if (parser.handler().refusal != nullptr) return error_at(text, consumed, parser.handler().refusal);
  if (code) return error_at(text, consumed, describe(code));
  const std::size_t rest = text.find_first_not_of(" \t\r\n", consumed);
  if (rest != std::string_view::npos) return error_at(text, rest, "something follows the document");
  return parser.handler().stack.release();
}

namespace {

void append_text(std::string& out, json::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  std::size_t kept = 0;  // start of the run that needs no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text.data() + kept, i - kept);
    kept = i + 1;
    out += '\\';
    switch (byte) {
      case '"':
      case '\\': out += static_cast<char>(byte); break;
      case '\n': out += 'n'; break;
      case '\r': out += 'r'; break;
      case '\t': out += 't'; break;
      default: out.append("u00").append({kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  out.append(text.data() + kept, text.size() - kept);
  out += '"';
}

template <class Number>
void append_number(std::string& out, Number number) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  out.append(buffer.data(), end);
}

void append(std::string& out, const Json& value);

void append_object(std::string& out, const json::object& object) {
  char separator = '{';
  for (const auto& [key, member] : object) {
    out += separator;
    append_text(out, key);
    out += ':';
    append(out, member);
    separator = ',';
  }
  out += object.empty() ? "{}" : "}";
}

void append_array(std::string& out, const json::array& array) {
  char separator = '[';
  for (const Json& item : array) {
    out += separator;
    append(out, item);
    separator = ',';
  }
  out += array.empty() ? "[]" : "]";
}

void append(std::string& out, const Json& value) {
  switch (value.kind()) {
    case json::kind::null: out += "null"; return;
    case json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
    case json::kind::int64: append_number(out, value.get_int64()); return;
    case json::kind::uint64: append_number(out, value.get_uint64()); return;
    case json::kind::double_:
      if (std::isfinite(value.get_double())) {
        append_number(out, value.get_double());
      } else {
        out += "null";
      }
      return;
    case json::kind::string: append_text(out, value.get_string()); return;
    case json::kind::array: append_array(out, value.get_array()); return;
    case json::kind::object: append_object(out, value.get_object()); return;
  }
}

}  // namespace

std::string to_string(const Json& value) {
  std::string out;
  append(out, value);
  return out;
}

Json parse_json_or_throw(std::string_view text) {
  auto result = parse_json(text);
  if (const auto* error = std::get_if<JsonError>(&result)) {
    throw Error(ErrorKind::kMalformed, "malformed_json",
                "This is not valid JSON: line " + std::to_string(error->line) + ", column " +
                    std::to_string(error->column) + ": " + error->message + ".");
  }
  return std::get<Json>(std::move(result));
}

}  // namespace rapport
