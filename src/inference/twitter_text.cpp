#include "inference/twitter_text.h"

#include <algorithm>

namespace rapport::inference {
namespace {

constexpr std::string_view kSpaces = " \t\n\r";

std::string_view replaced(std::string_view word) {
  if (word.size() > 1 && word.front() == '@') return "@user";
  if (word.starts_with("http")) return "http";
  return word;
}

}  // namespace

std::string twitter_text(std::string_view text) {
  std::string result;
  result.reserve(text.size() + 8);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(kSpaces), text.size());
    result += replaced(text.substr(0, end));
    const std::size_t next = std::min(text.find_first_not_of(kSpaces, end), text.size());
    result += text.substr(end, next - end);
    text.remove_prefix(next);
  }
  return result;
}

bool reads_twitter_text(std::string_view model_name) {
  return model_name.starts_with("twitter-");
}

}  // namespace rapport::inference
