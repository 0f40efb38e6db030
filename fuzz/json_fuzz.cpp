// The strict JSON parser against Boost.JSON's own: what is accepted here is the same document there, what Boost refuses
// is refused here, and what only this parser refuses is refused for one of its own reasons. What is accepted survives
// being written and read again.
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "base/json.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// Equal but for the last digits of a double, where Boost is not exact (and for 0e999, which it takes for no number).
bool alike(const rapport::Json& a, const rapport::Json& b) {
  if (a.kind() != b.kind()) return false;
  if (const double* x = a.if_double()) {
    const double y = b.get_double();
    return *x == y || std::isnan(y) || std::abs(*x - y) <= 1e-14 * std::abs(y) + 1e-300;
  }
  if (const auto* x = a.if_array()) {
    const auto& y = b.get_array();
    if (x->size() != y.size()) return false;
    for (std::size_t i = 0; i < x->size(); ++i) {
      if (!alike((*x)[i], y[i])) return false;
    }
    return true;
  }
  if (const auto* x = a.if_object()) {
    const auto& y = b.get_object();
    if (x->size() != y.size()) return false;
    for (const auto& member : *x) {
      const auto* other = y.if_contains(member.key());
      if (other == nullptr || !alike(member.value(), *other)) return false;
    }
    return true;
  }
  return a == b;
}

bool holds_no_number(const rapport::Json& value) {
  if (const double* number = value.if_double()) return !std::isfinite(*number);
  if (const auto* items = value.if_array()) {
    return std::any_of(items->begin(), items->end(), holds_no_number);
  }
  if (const auto* members = value.if_object()) {
    return std::any_of(members->begin(), members->end(),
                       [](const auto& member) { return holds_no_number(member.value()); });
  }
  return false;
}

std::string written_again(const std::string& text) {
  const auto document = rapport::parse_json(text);
  require(std::holds_alternative<rapport::Json>(document));
  return rapport::to_string(std::get<rapport::Json>(document));
}

bool is_own_reason(const std::string& message) {
  return message.find("twice") != std::string::npos || message.find("range of a double") != std::string::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto ours = rapport::parse_json(text);

  boost::json::parse_options options;
  options.max_depth = 64;
  boost::json::error_code code;
  const boost::json::value theirs = boost::json::parse({text.data(), text.size()}, code, {}, options);

  if (const auto* error = std::get_if<rapport::JsonError>(&ours)) {
    require(code.failed() || is_own_reason(error->message));
    require(error->line >= 1 && error->column >= 1 && !error->message.empty());
    return 0;
  }
  const auto& document = std::get<rapport::Json>(ours);
  require(!code.failed());
  require(alike(document, theirs));
  require(!holds_no_number(document));
  // Once more than once: -0.0 is written as -0, which reads back as the whole number 0.
  const std::string written = written_again(rapport::to_string(document));
  require(written_again(written) == written);
  return 0;
}
