#include "text/lexicon.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>

#include "text/lexicon_emoji.h"
#include "text/lexicon_english.h"
#include "text/lexicon_hindi.h"
#include "text/lexicon_portuguese.h"
#include "text/lexicon_spanish.h"
#include "text/unicode.h"

namespace rapport::text {
namespace {

// Powers of two, far above what the files hold: short probes. Construction asserts that they stay under half full.
constexpr std::size_t kWordSlots = 1u << 13;
constexpr std::size_t kEdgeSlots = 1u << 15;

// FNV-1a.
std::uint32_t hash(std::string_view text) {
  std::uint32_t h = 2166136261u;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 16777619u;
  return h ^ (h >> 15);
}

std::uint32_t mix(std::uint32_t key) {
  return (key * 2654435769u) >> 16;
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(separators, at)) != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return parts;
}

}  // namespace

Lexicon::Lexicon(std::span<const std::span<const CuePhrases>> languages)
    : slots_(kWordSlots), edges_(kEdgeSlots), node_cues_(1, 0) {
  for (const auto& language : languages) {
    for (const CuePhrases& group : language) {
      for (const std::string& phrase : split(group.phrases, ",\n")) add_phrase(group.cue, phrase);
    }
  }
}

const Lexicon& Lexicon::instance() {
  static const Lexicon lexicon = [] {
    const std::array<std::span<const CuePhrases>, 4> languages = {kEnglish, kSpanish, kPortuguese, kHindi};
    return Lexicon(languages);
  }();
  return lexicon;
}

void Lexicon::add_phrase(Cue cue, std::string_view phrase) {
  std::vector<std::vector<std::string>> words;
  for (const std::string& word : split(fold(phrase), " -")) words.push_back(split(word, "/"));
  if (!words.empty()) add_expanded(cue, words, 0);
}

void Lexicon::add_expanded(Cue cue, std::span<const std::vector<std::string>> words, Node node) {
  if (words.empty()) {
    node_cues_[node] |= bit(cue);
    return;
  }
  for (const std::string& word : words.front()) {
    add_expanded(cue, words.subspan(1), add_child(node, add_word(word)));
  }
}

Lexicon::Word Lexicon::add_word(const std::string& folded) {
  if (const Word known = find(folded); known != 0) return known;
  assert(words_ < kWordSlots / 2);
  std::size_t at = hash(folded) % kWordSlots;
  while (slots_[at].word != 0) at = (at + 1) % kWordSlots;
  slots_[at] = {static_cast<std::uint32_t>(arena_.size()), static_cast<std::uint16_t>(folded.size()), ++words_};
  arena_ += folded;
  return words_;
}

Lexicon::Word Lexicon::find(std::string_view folded) const {
  for (std::size_t at = hash(folded) % kWordSlots; slots_[at].word != 0; at = (at + 1) % kWordSlots) {
    const Slot& slot = slots_[at];
    if (std::string_view(arena_).substr(slot.offset, slot.size) == folded) return slot.word;
  }
  return 0;
}

Lexicon::Node Lexicon::add_child(Node node, Word word) {
  if (const Node known = child(node, word); known != 0) return known;
  assert(node_cues_.size() < std::min<std::size_t>(kEdgeSlots / 2, std::numeric_limits<Node>::max()));
  const std::uint32_t key = (std::uint32_t{node} << 16) | word;
  std::size_t at = mix(key) % kEdgeSlots;
  while (edges_[at].key != 0) at = (at + 1) % kEdgeSlots;
  edges_[at] = {key, static_cast<Node>(node_cues_.size())};
  node_cues_.push_back(0);
  return edges_[at].node;
}

Lexicon::Node Lexicon::child(Node node, Word word) const {
  const std::uint32_t key = (std::uint32_t{node} << 16) | word;
  for (std::size_t at = mix(key) % kEdgeSlots; edges_[at].key != 0; at = (at + 1) % kEdgeSlots) {
    if (edges_[at].key == key) return edges_[at].node;
  }
  return 0;
}

bool Lexicon::is_positive_emoji(char32_t emoji) const {
  return std::find(kPositiveEmoji.begin(), kPositiveEmoji.end(), emoji) != kPositiveEmoji.end();
}

}  // namespace rapport::text
