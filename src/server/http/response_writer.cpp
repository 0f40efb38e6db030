#include "server/http/response_writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/log.h"
#include "server/http/characters.h"

namespace rapport::http {
namespace {

template <class Number>
void append_number(std::string& out, Number number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_two_digits(std::string& out, unsigned number) {
  out += static_cast<char>('0' + number / 10);
  out += static_cast<char>('0' + number % 10);
}

void append_body_end(std::string& out, const Response& response, BodyEnd end) {
  switch (end) {
    case BodyEnd::kContentLength:
      out += "\r\nContent-Length: ";
      append_number(out, response.body.size());
      return;
    case BodyEnd::kChunked:
      out += "\r\nTransfer-Encoding: chunked";
      return;
    case BodyEnd::kClose:
      return;
  }
}

bool append_handler_headers(std::string& out, const Response& response) {
  bool says_cache = false;
  for (const auto& [name, value] : response.headers) {
    if (name.empty() || !all_chars(name, kTokenChar) || !all_chars(value, kValueChar)) {
      log_error("response header left out", {{"name", name}});
      continue;
    }
    out.append(name).append(": ").append(value).append("\r\n");
    says_cache = says_cache || equal_ignoring_case(name, "cache-control");
  }
  return says_cache;
}

}  // namespace

bool has_body(int status) { return status != 204 && status != 304 && status >= 200; }

std::string http_date(Time time) {
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::string out = kDays[std::chrono::weekday(day).c_encoding()];
  out += ", ";
  append_two_digits(out, static_cast<unsigned>(date.day()));
  out.append(" ").append(kMonths[static_cast<unsigned>(date.month()) - 1]).append(" ");
  append_number(out, static_cast<int>(date.year()));
  out += ' ';
  append_two_digits(out, static_cast<unsigned>(clock.hours().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(clock.minutes().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(clock.seconds().count()));
  return out + " GMT";
}

std::string response_head(const Response& response, const ResponseFrame& frame) {
  std::string out;
  out.reserve(512);
  out += "HTTP/1.1 ";
  append_number(out, response.status);
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\nDate: ";
  out += frame.date;
  if (has_body(response.status)) {
    if (!response.content_type.empty() && all_chars(response.content_type, kValueChar)) {
      out.append("\r\nContent-Type: ").append(response.content_type);
    }
    append_body_end(out, response, frame.body_end);
  }
  out.append("\r\nX-Request-Id: ").append(frame.request_id);
  out += "\r\nX-Content-Type-Options: nosniff\r\nServer-Timing: total;dur=";
  append_number(out, std::round(frame.duration_s * 1e6) / 1e3);
  out += "\r\n";
  if (!append_handler_headers(out, response)) out += "Cache-Control: no-store\r\n";
  if (!frame.keep_alive) out += "Connection: close\r\n";
  out += "\r\n";
  return out;
}

}  // namespace rapport::http
