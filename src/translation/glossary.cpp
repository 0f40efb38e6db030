#include "translation/glossary.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/error.h"
#include "base/sha256.h"
#include "text/unicode.h"
#include "translation/characters.h"

namespace rapport::translation {
namespace {

Error bad_glossary(std::size_t at, const std::string& why) {
  const std::string message = "The glossary's term " + std::to_string(at + 1) + " " + why + ".";
  return Error(ErrorKind::kInvalid, "invalid_glossary", message)
      .with_fields({{"/glossary/" + std::to_string(at), message}});
}

void check(const GlossaryTerm& term, std::size_t at) {
  if (term.source.size() > kMaxGlossaryTermBytes || term.target.size() > kMaxGlossaryTermBytes) {
    throw bad_glossary(at, "is longer than " + std::to_string(kMaxGlossaryTermBytes) + " bytes");
  }
  if (!text::is_valid_utf8(term.source) || !text::is_valid_utf8(term.target)) {
    throw bad_glossary(at, "is not valid UTF-8");
  }
  if (term.target.find_first_of("\r\n") != std::string_view::npos) throw bad_glossary(at, "has a line break");
  if (text::fold(term.source).empty() || is_space(character_at(term.source, 0)) ||
      is_space(character_before(term.source, term.source.size()))) {
    throw bad_glossary(at, "is empty, or begins or ends with white space");
  }
}

std::string digest_of(const std::map<std::string, std::string>& terms) {
  std::string bytes;
  for (const auto& [source, target] : terms) {
    bytes.append(std::to_string(source.size())).append(":").append(source);
    bytes.append(std::to_string(target.size())).append(":").append(target);
  }
  return sha256_hex(bytes);
}

}  // namespace

Glossary::Glossary(std::span<const GlossaryTerm> terms) {
  if (terms.size() > kMaxGlossaryTerms) {
    throw Error(ErrorKind::kInvalid, "invalid_glossary",
                "A glossary has at most " + std::to_string(kMaxGlossaryTerms) + " terms.");
  }
  std::map<std::string, std::string> known;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    check(terms[i], i);
    const std::string target(terms[i].target == terms[i].source ? std::string_view() : terms[i].target);
    const auto [place, is_new] = known.try_emplace(text::fold(terms[i].source), target);
    if (!is_new && place->second != target) throw bad_glossary(i, "is given twice with different translations");
    if (!is_new) continue;
    add(place->first, static_cast<std::uint32_t>(targets_.size()));
    targets_.push_back(target);
  }
  if (!known.empty()) digest_ = digest_of(known);
}

void Glossary::add(const std::string& folded, std::uint32_t term) {
  std::uint32_t node = 0;
  for (const char c : folded) {
    const std::uint64_t key = (std::uint64_t{node} << 8) | static_cast<unsigned char>(c);
    const auto [edge, is_new] = edges_.try_emplace(key, static_cast<std::uint32_t>(terms_.size()));
    if (is_new) terms_.push_back(kNoTerm);
    node = edge->second;
  }
  terms_[node] = term;
}

std::uint32_t Glossary::step(std::uint32_t node, unsigned char byte) const {
  const auto edge = edges_.find((std::uint64_t{node} << 8) | byte);
  return edge == edges_.end() ? 0 : edge->second;
}

Glossary::Found Glossary::find(std::string_view text, std::size_t at) const {
  Found found;
  if (targets_.empty() || (joins(character_at(text, at)) && joins(character_before(text, at)))) return found;
  std::uint32_t node = 0;
  std::array<char, text::kMaxFoldedBytes> folded{};
  // A code point may fold to nothing: bounded by the bytes of the longest term and a few of those between.
  const std::size_t end = std::min(text.size(), at + 2 * kMaxGlossaryTermBytes);
  for (std::size_t place = at; place < end;) {
    const text::CodePoint c = text::decode(text, place);
    const std::size_t size = text::fold_into(c.value, folded.data());
    for (std::size_t i = 0; i < size; ++i) {
      node = step(node, static_cast<unsigned char>(folded[i]));
      if (node == 0) return found;
    }
    place += c.bytes;
    const bool whole = !(joins(c.value) && joins(character_at(text, place)));
    if (terms_[node] != kNoTerm && whole) found = {place - at, terms_[node]};
  }
  return found;
}

Glossary Glossary::keeping_terms() const {
  Glossary kept = *this;
  for (std::string& target : kept.targets_) target.clear();
  return kept;
}

}  // namespace rapport::translation
