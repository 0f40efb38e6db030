#include "text/links.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace rapport::text {
namespace {

constexpr std::size_t kMaxHostBytes = 253;  // RFC 1035
constexpr std::size_t kMaxLabelBytes = 63;

constexpr std::array<std::string_view, 46> kDomains = {
    "com",   "net", "org",  "info", "biz",     "app",     "shop",  "store", "online", "site", "xyz", "club",
    "dev",   "ly",  "gl",   "br",   "mx",      "ar",      "cl",    "pe",    "pt",     "uk",   "us",  "uy",
    "ec",    "co",  "page", "link", "cc",      "tv",      "tech",  "blog",  "live",   "pro",  "edu", "gov",
    "cloud", "pk",  "ca",   "fr",   "digital", "website", "space", "world", "agency", "ae"};

// Also words, so that "gracias.me avisas" is no link.
constexpr std::array<std::string_view, 13> kAmbiguous = {"me", "es", "in", "so", "to", "is", "it",
                                                         "io", "ai", "de", "se", "be", "la"};

constexpr std::array<std::string_view, 7> kShortLinks = {"wa.me",  "t.me", "youtu.be", "bit.ly",
                                                         "goo.gl", "m.me", "fb.me"};

bool is_label_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

bool starts_with_host(std::string_view text, std::size_t& scanned) {
  std::size_t at = 0;
  std::size_t labels = 0;
  std::size_t label_start = 0;
  while (true) {
    label_start = at;
    while (at < text.size() && is_label_byte(text[at]) && at - label_start <= kMaxLabelBytes) ++at;
    if (at == label_start || at > kMaxHostBytes) break;
    ++labels;
    if (at + 1 >= text.size() || text[at] != '.' || !is_label_byte(text[at + 1])) break;
    ++at;
  }
  scanned = at;
  if (labels < 2 || at > kMaxHostBytes || at == label_start) return false;
  if (at < text.size() && (text[at] == '@' || static_cast<unsigned char>(text[at]) >= 0x80)) return false;

  std::string host(text.substr(0, at));
  std::transform(host.begin(), host.end(), host.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  const std::string_view last = std::string_view(host).substr(label_start);
  if (contains(kShortLinks, host) || contains(kDomains, last)) return true;
  const bool has_path = at < text.size() && text[at] == '/' && at + 1 < text.size() && is_label_byte(text[at + 1]);
  return contains(kAmbiguous, last) && (has_path || labels >= 3);
}

}  // namespace rapport::text
