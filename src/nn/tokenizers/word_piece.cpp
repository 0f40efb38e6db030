#include "nn/tokenizers/word_piece.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <utility>

#include "nn/tokenizers/utf8.h"

namespace rapport::nn {
namespace {

constexpr std::size_t kMaxWordCharacters = 100;

int category(char32_t c) {
  return static_cast<int>(utf8proc_category(static_cast<utf8proc_int32_t>(c)));
}

bool is_space(char32_t c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || category(c) == UTF8PROC_CATEGORY_ZS;
}

// Characters that BERT drops: U+0000, U+FFFD and the categories that begin with C.
bool is_dropped(char32_t c) {
  if (c == 0 || c == 0xFFFD) return true;
  switch (category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CN:
      return true;
    default:
      return false;
  }
}

bool is_punctuation(char32_t c) {
  if (c < 0x80) return c > ' ' && c < 0x7F && !(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
  switch (category(c)) {
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
      return true;
    default:
      return false;
  }
}

// The CJK blocks that BERT's tokenization.py names.
bool is_chinese(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
         (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B820 && c <= 0x2CEAF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

// Gathers words between single spaces.
class Words {
 public:
  void add(char32_t c) {
    if (pending_ && !out_.empty()) out_.push_back(' ');
    pending_ = false;
    append_utf8(c, out_);
  }
  void add_alone(char32_t c) {
    end();
    add(c);
    end();
  }
  void end() { pending_ = true; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  bool pending_ = false;
};

char32_t lower(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 0x20 : c;
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
}

void add_lower_case(char32_t c, const BertNormalizer& normalizer, Words& words) {
  const char32_t plain = normalizer.lower_case ? lower(c) : c;
  if (is_punctuation(plain)) {
    words.add_alone(plain);
  } else {
    words.add(plain);
  }
}

// Adds `c` without its accents: decomposed, marks left out.
void add_plain(char32_t c, const BertNormalizer& normalizer, Words& words) {
  if (c < 0x80) return add_lower_case(c, normalizer, words);
  std::array<utf8proc_int32_t, 32> parts{};
  int last_boundary = 0;
  const auto n =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts.data(),
                              static_cast<utf8proc_ssize_t>(parts.size()), UTF8PROC_DECOMPOSE, &last_boundary);
  for (utf8proc_ssize_t i = 0; i < std::min<utf8proc_ssize_t>(n, std::ssize(parts)); ++i) {
    const auto part = static_cast<char32_t>(parts[static_cast<std::size_t>(i)]);
    if (category(part) != UTF8PROC_CATEGORY_MN) add_lower_case(part, normalizer, words);
  }
}

std::size_t characters(std::string_view word) {
  return static_cast<std::size_t>(
      std::count_if(word.begin(), word.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string bert_words(std::string_view text, const BertNormalizer& normalizer) {
  const bool strip = normalizer.strip_accents.value_or(normalizer.lower_case);
  Words words;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point(text, at);
    at += c.bytes;
    if (is_space(c.value)) {
      words.end();
    } else if (is_dropped(c.value)) {
      continue;
    } else if (normalizer.chinese_characters && is_chinese(c.value)) {
      words.add_alone(c.value);
    } else if (strip) {
      add_plain(c.value, normalizer, words);
    } else {
      add_lower_case(c.value, normalizer, words);
    }
  }
  return words.take();
}

WordPiece::WordPiece(WordPieceParts parts)
    : vocabulary_(std::move(parts.vocabulary)), normalizer_(parts.normalizer), size_(vocabulary_.size()) {
  specials_ = parts.specials;
  before_ = std::move(parts.before);
  after_ = std::move(parts.after);
  for (std::size_t id = 0; id < vocabulary_.size(); ++id) {
    if (!vocabulary_[id].empty()) ids_.emplace(vocabulary_[id], static_cast<TokenId>(id));
  }
  for (const AddedToken& token : parts.added) size_ = std::max(size_, static_cast<std::size_t>(token.id) + 1);
  added_ = AddedTokens(std::move(parts.added));
}

void WordPiece::encode(std::string_view text, std::vector<TokenId>& ids, SpecialNames names) const {
  std::string storage;
  added_.split(valid_utf8(text, storage), names, [&](const AddedTokens::Part& part) {
    if (part.token) {
      ids.push_back(*part.token);
      return;
    }
    const std::string words = bert_words(part.text, normalizer_);
    for (std::size_t at = 0; at < words.size();) {
      const std::size_t end = std::min(words.find(' ', at), words.size());
      encode_word(std::string_view(words).substr(at, end - at), ids);
      at = end + 1;
    }
  });
}

void WordPiece::encode_word(std::string_view word, std::vector<TokenId>& ids) const {
  const std::size_t begin = ids.size();
  const auto give_up = [&] {
    ids.resize(begin);
    ids.push_back(specials_.unk.value_or(0));
  };
  if (characters(word) > kMaxWordCharacters) return give_up();
  std::string piece;
  for (std::size_t at = 0; at < word.size();) {
    std::size_t end = word.size();
    StringIndex::const_iterator found = ids_.end();
    for (; end > at; --end) {
      if (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80) continue;  // inside a character
      piece.assign(at == 0 ? "" : "##").append(word.substr(at, end - at));
      found = ids_.find(piece);
      if (found != ids_.end()) break;
    }
    if (found == ids_.end()) return give_up();
    ids.push_back(found->second);
    at = end;
  }
}

std::string WordPiece::decode(std::span<const TokenId> ids) const {
  std::string text;
  for (const TokenId id : ids) {
    if (const AddedToken* token = added_.find(id); token != nullptr && token->special) continue;
    if (id < 0 || static_cast<std::size_t>(id) >= vocabulary_.size()) continue;
    const std::string_view piece = vocabulary_[static_cast<std::size_t>(id)];
    if (piece.starts_with("##")) {
      text += piece.substr(2);
    } else {
      if (!text.empty()) text += ' ';
      text += piece;
    }
  }
  return text;
}

std::optional<TokenId> WordPiece::id_of(std::string_view token) const {
  if (const auto added = added_.id_of(token)) return added;
  const auto found = ids_.find(token);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

}  // namespace rapport::nn
