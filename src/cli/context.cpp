#include "cli/context.h"

#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>

#include "base/error.h"

namespace rapport::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Draws on standard error, at most ten times a second on a terminal and every five seconds elsewhere.
class ProgressLine {
 public:
  ProgressLine() : terminal_(::isatty(STDERR_FILENO) == 1) {}
  ~ProgressLine() {
    if (drawn_) std::fputc('\n', stderr);
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(std::string_view stage, std::uint64_t done, std::uint64_t total) {
    const auto interval = terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(5000);
    const auto now = SteadyClock::now();
    if (now - last_ < interval) return;
    last_ = now;
    if (terminal_) {
      draw(stage, done, total);
    } else {
      std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(stage.size()), stage.data(), count(done, total).c_str());
    }
  }

 private:
  static std::string count(std::uint64_t done, std::uint64_t total) {
    if (total == 0) return std::to_string(done);
    return std::to_string(done) + " of " + std::to_string(total) + " (" +
           std::to_string(100 * std::min(done, total) / total) + " %)";
  }

  void draw(std::string_view stage, std::uint64_t done, std::uint64_t total) {
    constexpr std::size_t kWidth = 30;
    const std::size_t filled = total == 0 ? 0 : kWidth * std::min(done, total) / total;
    const std::string bar = std::string(filled, '#') + std::string(kWidth - filled, '.');
    std::fprintf(stderr, "\r\033[K[%s] %.*s %s", bar.c_str(), static_cast<int>(stage.size()), stage.data(),
                 count(done, total).c_str());
    drawn_ = true;
  }

  bool terminal_;
  bool drawn_ = false;
  SteadyClock::time_point last_ = SteadyClock::now();
};

}  // namespace

std::map<std::string, std::string> parse_pairs(const std::vector<std::string>& pairs) {
  std::map<std::string, std::string> values;
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(ErrorKind::kInvalid, "invalid_setting", "--set takes name=value, and \"" + pair + "\" is not that.");
    }
    values[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return values;
}

app::Settings Context::settings() const {
  std::map<std::string, std::string> all = parse_pairs(sets);
  for (const auto& [name, value] : flags) {
    if (!value.empty()) all[name] = value;
  }
  return app::Settings::load(all);
}

TenantId Context::tenant_id() const {
  const bool printable = std::all_of(tenant.begin(), tenant.end(), [](unsigned char c) { return c > 0x20 && c != 0x7f; });
  if (tenant.empty() || tenant.size() > kMaxIdBytes || !printable) {
    throw Error(ErrorKind::kInvalid, "invalid_tenant",
                "A tenant's name has 1 to 200 bytes, without spaces and control characters.");
  }
  return TenantId(tenant);
}

Progress Context::progress() const {
  if (json) return {};
  auto line = std::make_shared<ProgressLine>();
  return [line](std::string_view stage, std::uint64_t done, std::uint64_t total) { line->show(stage, done, total); };
}

void Context::print(const Json& document, const std::string& text) const {
  std::cout << (json ? rapport::to_string(document) + "\n" : text) << std::flush;
}

}  // namespace rapport::cli
