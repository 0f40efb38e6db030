#include "base/words.h"

#include <algorithm>

namespace rapport {
namespace {

/// Takes the next word off the list.
std::string_view next_word(std::string_view& list, char between) {
  const std::size_t end = std::min(list.find(between), list.size());
  const std::string_view word = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  return word;
}

}  // namespace

std::vector<std::string> split_words(std::string_view list, char between) {
  std::vector<std::string> words;
  while (!list.empty()) {
    std::string_view word = next_word(list, between);
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

bool has_word(std::string_view list, char between, std::string_view word) {
  while (!list.empty()) {
    if (next_word(list, between) == word) return true;
  }
  return false;
}

}  // namespace rapport
