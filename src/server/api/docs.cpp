#include <string>
#include <string_view>

#include "base/sha256.h"
#include "server/api/docs_page.h"
#include "server/api/endpoints.h"

namespace rapport::api {
namespace {

/// 64 hexadecimal digits as base64: the form that a Content-Security-Policy wants.
std::string base64_of_hex(const std::string& hex) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (const char c : hex) {
    bits = bits << 4U | static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    count += 4;
    if (count < 6) continue;
    count -= 6;
    out += kDigits[bits >> static_cast<unsigned>(count) & 63U];
  }
  if (count > 0) out += kDigits[bits << static_cast<unsigned>(6 - count) & 63U];
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

}  // namespace

Endpoint docs(const ContextPointer& context, const std::shared_ptr<const SelfDescription>& description) {
  // No script at all, and one style that is known by its hash: nothing else on the page can run or load.
  const std::string policy = "default-src 'none'; style-src 'sha256-" + base64_of_hex(sha256_hex(docs_style())) +
                             "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  const auto answer = [policy, description](const Context&, const http::Request&) {
    http::Response response;
    response.content_type = "text/html; charset=utf-8";
    response.body = description->page;
    response.headers = {{"Content-Security-Policy", policy}, {"Referrer-Policy", "no-referrer"}};
    return response;
  };
  return {{.method = "GET", .pattern = "/docs", .role = std::nullopt, .handle = handling(context, answer)},
          {.id = "docs",
           .tag = "Operations",
           .summary = "The same description, for people",
           .description = "",
           .enveloped = false,
           .media_type = "text/html"}};
}

}  // namespace rapport::api
