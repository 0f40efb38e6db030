#include "server/api/json_text.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

namespace rapport::api {
namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr double kLargestScaled = 9e15;  // whole numbers up to here are exact in a double

template <class Number>
void append_shortest(std::string& out, Number number) {
  std::array<char, 32> buffer{};
  out.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr);
}

/// `millionths` / 1,000,000 without trailing zeros.
void append_millionths(std::string& out, std::int64_t millionths) {
  if (millionths < 0) out += '-';
  const std::int64_t size = millionths < 0 ? -millionths : millionths;
  append_shortest(out, size / kMillion);
  std::int64_t fraction = size % kMillion;
  if (fraction == 0) return;
  std::array<char, 7> digits{'.', '0', '0', '0', '0', '0', '0'};
  for (std::size_t i = 6; i > 0; --i, fraction /= 10) digits[i] = static_cast<char>('0' + fraction % 10);
  std::size_t length = digits.size();
  while (digits[length - 1] == '0') --length;
  out.append(digits.data(), length);
}

}  // namespace

JsonText& JsonText::open(char bracket) {
  separate();
  out_ += bracket;
  follows_value_ = false;
  return *this;
}

JsonText& JsonText::close(char bracket) {
  out_ += bracket;
  follows_value_ = true;
  return *this;
}

JsonText& JsonText::name(std::string_view literal) {
  separate();
  out_ += '"';
  out_ += literal;
  out_ += "\":";
  follows_value_ = false;
  return *this;
}

JsonText& JsonText::rounded(double value) {
  const double scaled = value * static_cast<double>(kMillion);
  if (!(std::fabs(scaled) < kLargestScaled)) return exact(value);
  separate();
  append_millionths(out_, std::llround(scaled));
  return *this;
}

JsonText& JsonText::exact(double value) {
  separate();
  if (std::isfinite(value)) {
    append_shortest(out_, value);
  } else {
    out_ += "null";
  }
  return *this;
}

JsonText& JsonText::integer(std::int64_t value) {
  separate();
  append_shortest(out_, value);
  return *this;
}

JsonText& JsonText::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
  return *this;
}

JsonText& JsonText::text(std::string_view value) {
  return json(Json(boost::json::string_view(value)));
}

JsonText& JsonText::literal(std::string_view literal) {
  separate();
  out_ += '"';
  out_ += literal;
  out_ += '"';
  return *this;
}

JsonText& JsonText::json(const Json& value) {
  separate();
  out_ += to_string(value);
  return *this;
}

}  // namespace rapport::api
