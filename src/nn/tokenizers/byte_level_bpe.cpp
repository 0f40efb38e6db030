#include "nn/tokenizers/byte_level_bpe.h"

#include <algorithm>
#include <utility>

#include "nn/tokenizers/gpt2_words.h"
#include "nn/tokenizers/utf8.h"

namespace rapport::nn {
namespace {

constexpr std::size_t kLastOfByteAlphabet = 0x143;  // the greatest character that stands for a byte

bool is_printable_latin1(std::size_t byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

// The characters that stand for bytes: printable ones for themselves, the others from U+0100 on, in order.
constexpr int kNoByte = -1;

struct ByteAlphabet {
  std::array<char32_t, 256> character{};
  std::array<int, kLastOfByteAlphabet + 1> byte{};

  ByteAlphabet() {
    byte.fill(kNoByte);
    char32_t next = 0x100;
    for (std::size_t b = 0; b < 256; ++b) {
      character[b] = is_printable_latin1(b) ? static_cast<char32_t>(b) : next++;
      byte[character[b]] = static_cast<int>(b);
    }
  }
};

const ByteAlphabet& byte_alphabet() {
  static const ByteAlphabet alphabet;
  return alphabet;
}

// The bytes of a token by its name in the vocabulary; a name with other characters stands for itself.
std::string bytes_of(const std::string& name) {
  std::string bytes;
  for (std::size_t at = 0; at < name.size();) {
    const CodePoint c = code_point(name, at);
    if (c.value > kLastOfByteAlphabet || byte_alphabet().byte[c.value] == kNoByte) return name;
    bytes.push_back(static_cast<char>(byte_alphabet().byte[c.value]));
    at += c.bytes;
  }
  return bytes;
}

Damage missing(const std::string& token) {
  return {"has a merge with a token that is not in the vocabulary: " + token};
}

}  // namespace

Read<std::unique_ptr<ByteLevelBpe>> ByteLevelBpe::make(ByteLevelBpeParts parts) {
  std::unique_ptr<ByteLevelBpe> made(new ByteLevelBpe);
  if (auto damage = made->take(std::move(parts))) return std::move(*damage);
  made->index_whole_words();
  return made;
}

std::optional<Damage> ByteLevelBpe::take(ByteLevelBpeParts parts) {
  bytes_.reserve(parts.vocabulary.size());
  for (std::size_t id = 0; id < parts.vocabulary.size(); ++id) {
    const std::string& name = parts.vocabulary[id];
    bytes_.push_back(bytes_of(name));
    if (!name.empty()) ids_.emplace(name, static_cast<TokenId>(id));
  }

  const TokenId unknown = parts.specials.unk.value_or(-1);
  for (std::size_t b = 0; b < byte_ids_.size(); ++b) {
    std::string name;
    append_utf8(byte_alphabet().character[b], name);
    const auto found = ids_.find(name);
    byte_ids_[b] = found == ids_.end() ? unknown : found->second;
  }

  std::vector<Merge> merges;
  merges.reserve(parts.merges.size());
  for (const auto& [left, right] : parts.merges) {
    const auto left_id = ids_.find(left);
    const auto right_id = ids_.find(right);
    const auto merged_id = ids_.find(left + right);
    if (left_id == ids_.end()) return missing(left);
    if (right_id == ids_.end()) return missing(right);
    if (merged_id == ids_.end()) return missing(left + right);
    merges.push_back({left_id->second, right_id->second, merged_id->second});
  }
  merges_ = MergeTable(merges);

  size_ = parts.vocabulary.size();
  for (const AddedToken& token : parts.added) size_ = std::max(size_, static_cast<std::size_t>(token.id) + 1);
  added_ = AddedTokens(std::move(parts.added));
  add_prefix_space_ = parts.add_prefix_space;
  specials_ = parts.specials;
  before_ = std::move(parts.before);
  after_ = std::move(parts.after);
  return std::nullopt;
}

void ByteLevelBpe::index_whole_words() {
  std::vector<TokenId> ids;
  whole_.reserve(bytes_.size());
  for (std::size_t id = 0; id < bytes_.size(); ++id) {
    if (bytes_[id].empty()) continue;
    ids.clear();
    encode_word(bytes_[id], ids);
    if (ids.size() == 1 && ids[0] == static_cast<TokenId>(id)) whole_.emplace(bytes_[id], ids[0]);
  }
}

void ByteLevelBpe::encode(std::string_view text, std::vector<TokenId>& ids, SpecialNames names) const {
  std::string storage;
  added_.split(valid_utf8(text, storage), names, [&](const AddedTokens::Part& part) {
    if (part.token) {
      ids.push_back(*part.token);
    } else if (add_prefix_space_ && part.text[0] != ' ') {
      encode_words(" " + std::string(part.text), ids);
    } else {
      encode_words(part.text, ids);
    }
  });
}

void ByteLevelBpe::encode_words(std::string_view text, std::vector<TokenId>& ids) const {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = gpt2_word_end(text, at);
    const std::string_view word = text.substr(at, end - at);
    if (const auto found = whole_.find(word); found != whole_.end()) {
      ids.push_back(found->second);
    } else {
      encode_word(word, ids);
    }
    at = end;
  }
}

void ByteLevelBpe::encode_word(std::string_view word, std::vector<TokenId>& ids) const {
  const std::size_t begin = ids.size();
  for (const char byte : word) {
    const TokenId id = byte_ids_[static_cast<unsigned char>(byte)];
    if (id >= 0) ids.push_back(id);  // without an unknown token, a byte that has none is left out, as in the reference
  }
  merges_.apply(ids, begin);
}

std::string ByteLevelBpe::decode(std::span<const TokenId> ids) const {
  std::string bytes;
  for (const TokenId id : ids) {
    if (const AddedToken* token = added_.find(id)) {
      if (!token->special) bytes += token->text;
    } else if (id >= 0 && static_cast<std::size_t>(id) < bytes_.size()) {
      bytes += bytes_[static_cast<std::size_t>(id)];
    }
  }
  std::string storage;
  return std::string(valid_utf8(bytes, storage));
}

std::optional<TokenId> ByteLevelBpe::id_of(std::string_view token) const {
  if (const auto added = added_.id_of(token)) return added;
  const auto found = ids_.find(token);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

}  // namespace rapport::nn
