#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <cmath>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"

namespace rapport {
namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("rapport", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::info);
    return made;
  }();
  return *instance;
}

/// Bytes that are no UTF-8 would make the line no JSON: each is replaced.
std::string clean_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    std::size_t good = byte < 0x80 || (byte >= 0xc2 && byte <= 0xf4) ? 1 : 0;
    if (i + 1 < text.size()) {  // overlong forms, surrogates, and what is beyond U+10FFFF
      const auto second = static_cast<unsigned char>(text[i + 1]);
      const bool bad = (byte == 0xe0 && second < 0xa0) || (byte == 0xed && second > 0x9f) ||
                       (byte == 0xf0 && second < 0x90) || (byte == 0xf4 && second > 0x8f);
      if (bad) good = 0;
    }
    while (good > 0 && good < length && i + good < text.size() &&
           (static_cast<unsigned char>(text[i + good]) & 0xc0) == 0x80) {
      ++good;
    }
    if (good == length) {
      out.append(text, i, length);
      i += length;
    } else {
      out += '?';
      ++i;
    }
  }
  return out;
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

void append_string(std::string& line, std::string_view text) {
  if (is_plain(text)) {
    line.append("\"").append(text).append("\"");
  } else {
    line += boost::json::serialize(clean_utf8(text));
  }
}

template <class Number>
void append_number(std::string& line, Number number) {
  std::array<char, 32> digits{};
  line.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

void append_value(std::string& line, const LogField& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    append_string(line, *text);
  } else if (const auto* number = std::get_if<double>(&field.value)) {
    if (!std::isfinite(*number)) {
      line += "null";
    } else {
      append_number(line, *number);
    }
  } else if (const auto* integer = std::get_if<std::int64_t>(&field.value)) {
    append_number(line, *integer);
  } else {
    line += std::get<bool>(field.value) ? "true" : "false";
  }
}

/// The moment in RFC 3339 with its milliseconds. All but these changes once a second.
void append_time(std::string& line, Time now) {
  thread_local Time second;
  thread_local std::string text;
  const Time floor = std::chrono::floor<std::chrono::seconds>(now);
  if (text.empty() || floor != second) {
    second = floor;
    text = format_rfc3339(floor);
    text.pop_back();  // the Z
  }
  const auto ms = static_cast<int>((now - floor).count());
  line.append(text).append(1, '.');
  for (const int digit : {ms / 100, ms / 10 % 10, ms % 10}) line += static_cast<char>('0' + digit);
  line += 'Z';
}

void write(spdlog::level::level_enum level, std::string_view level_name, std::string_view message,
           std::initializer_list<LogField> fields) {
  if (!logger().should_log(level)) return;
  thread_local std::string line;  // kept for its memory
  line.assign("{\"ts\":\"");
  append_time(line, SystemClock().now());
  line.append("\",\"level\":\"").append(level_name).append("\",\"msg\":");
  append_string(line, message);
  for (const LogField& field : fields) {
    line += ',';
    append_string(line, field.name);
    line += ':';
    append_value(line, field);
  }
  line += '}';
  logger().log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

LogLevel parse_log_level(std::string_view name) {
  if (name == "debug") return LogLevel::kDebug;
  if (name == "info") return LogLevel::kInfo;
  if (name == "warn") return LogLevel::kWarn;
  if (name == "error") return LogLevel::kError;
  if (name == "off") return LogLevel::kOff;
  throw Error(ErrorKind::kInvalid, "invalid_setting", "The log level must be debug, info, warn, error or off.");
}

void set_log_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      logger().set_level(spdlog::level::debug);
      return;
    case LogLevel::kInfo:
      logger().set_level(spdlog::level::info);
      return;
    case LogLevel::kWarn:
      logger().set_level(spdlog::level::warn);
      return;
    case LogLevel::kError:
      logger().set_level(spdlog::level::err);
      return;
    case LogLevel::kOff:
      logger().set_level(spdlog::level::off);
      return;
  }
}

void log_debug(std::string_view message, std::initializer_list<LogField> fields) {
  write(spdlog::level::debug, "debug", message, fields);
}
void log_info(std::string_view message, std::initializer_list<LogField> fields) {
  write(spdlog::level::info, "info", message, fields);
}
void log_warn(std::string_view message, std::initializer_list<LogField> fields) {
  write(spdlog::level::warn, "warn", message, fields);
}
void log_error(std::string_view message, std::initializer_list<LogField> fields) {
  write(spdlog::level::err, "error", message, fields);
}

}  // namespace rapport
