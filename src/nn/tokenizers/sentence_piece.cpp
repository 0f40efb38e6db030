#include "nn/tokenizers/sentence_piece.h"

#include <sentencepiece_processor.h>

#include <algorithm>
#include <utility>

#include "nn/tokenizers/utf8.h"

namespace rapport::nn {
namespace {

// What Python's str.strip() takes away: white space and the four information separators.
bool is_stripped(char32_t c) {
  return is_white_space(c) || (c >= 0x1C && c <= 0x1F);
}

// The library leaves the sign for a space in a piece that its own vocabulary does not have; the reference does not.
void spaces_for_signs(std::string& text) {
  constexpr std::string_view kSign = "\xE2\x96\x81";
  std::size_t out = 0;
  for (std::size_t at = 0; at < text.size(); ++out) {
    const bool sign = text.compare(at, kSign.size(), kSign) == 0;
    text[out] = sign ? ' ' : text[at];
    at += sign ? kSign.size() : 1;
  }
  text.resize(out);
}

// Requires valid UTF-8.
std::string stripped(std::string_view text) {
  std::size_t first = text.size();
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point(text, at);
    if (!is_stripped(c.value)) {
      first = std::min(first, at);
      end = at + c.bytes;
    }
    at += c.bytes;
  }
  return first < end ? std::string(text.substr(first, end - first)) : std::string();
}

}  // namespace

struct PieceModel::Library {
  sentencepiece::SentencePieceProcessor processor;
};

PieceModel::PieceModel(std::unique_ptr<Library> library) : library_(std::move(library)) {}
PieceModel::~PieceModel() = default;

Read<std::unique_ptr<PieceModel>> PieceModel::read(std::string_view bytes) {
  auto library = std::make_unique<Library>();
  if (!library->processor.LoadFromSerializedProto(absl::string_view(bytes.data(), bytes.size())).ok()) {
    return Damage{"is no SentencePiece model"};
  }
  const int size = library->processor.GetPieceSize();
  if (size <= 0 || static_cast<std::size_t>(size) > kMaxTokens) return Damage{"has no or too many pieces"};
  if (library->processor.unk_id() < 0) return Damage{"has no unknown piece"};
  return std::unique_ptr<PieceModel>(new PieceModel(std::move(library)));
}

void PieceModel::encode(std::string_view text, std::vector<TokenId>& ids) const {
  std::vector<int> pieces;
  // Fails for a model that was not loaded only, which this class does not let be.
  if (!library_->processor.Encode(absl::string_view(text.data(), text.size()), &pieces).ok()) return;
  ids.insert(ids.end(), pieces.begin(), pieces.end());
}

std::string PieceModel::decode(const std::vector<std::string>& pieces) const {
  std::string text;
  if (!library_->processor.Decode(pieces, &text).ok()) return {};
  return text;
}

std::string PieceModel::decode_ids(const std::vector<TokenId>& ids) const {
  std::vector<std::string> pieces;
  pieces.reserve(ids.size());
  for (const TokenId id : ids) pieces.push_back(piece(id));
  return decode(pieces);
}

std::size_t PieceModel::size() const {
  return static_cast<std::size_t>(library_->processor.GetPieceSize());
}

std::string PieceModel::piece(TokenId id) const {
  if (id < 0 || static_cast<std::size_t>(id) >= size()) return {};
  return library_->processor.IdToPiece(id);
}

TokenId PieceModel::unknown() const {
  return library_->processor.unk_id();
}

Vocabulary fairseq_vocabulary(const PieceModel& model) {
  Vocabulary vocabulary = {"<s>", "<pad>", "</s>", "<unk>"};
  for (std::size_t id = 3; id < model.size(); ++id) vocabulary.push_back(model.piece(static_cast<TokenId>(id)));
  vocabulary.emplace_back("<mask>");
  return vocabulary;
}

SentencePiece::SentencePiece(SentencePieceParts parts)
    : source_(std::move(parts.source)),
      target_(std::move(parts.target)),
      vocabulary_(std::move(parts.vocabulary)),
      size_(vocabulary_.size()) {
  specials_ = parts.specials;
  before_ = std::move(parts.before);
  after_ = std::move(parts.after);
  for (std::size_t id = 0; id < vocabulary_.size(); ++id) {
    if (!vocabulary_[id].empty()) ids_.emplace(vocabulary_[id], static_cast<TokenId>(id));
  }
  const TokenId unknown = specials_.unk.value_or(0);
  model_id_.assign(source_->size(), unknown);
  for (std::size_t piece = 0; piece < model_id_.size(); ++piece) {
    if (static_cast<TokenId>(piece) == source_->unknown()) continue;
    const auto found = ids_.find(source_->piece(static_cast<TokenId>(piece)));
    if (found != ids_.end()) model_id_[piece] = found->second;
  }
  for (const AddedToken& token : parts.added) size_ = std::max(size_, static_cast<std::size_t>(token.id) + 1);
  added_ = AddedTokens(std::move(parts.added));
}

void SentencePiece::encode(std::string_view text, std::vector<TokenId>& ids, SpecialNames names) const {
  std::string storage;
  added_.split(valid_utf8(text, storage), names, [&](const AddedTokens::Part& part) {
    if (part.token) {
      ids.push_back(*part.token);
      return;
    }
    const std::size_t begin = ids.size();
    source_->encode(part.text, ids);
    for (std::size_t i = begin; i < ids.size(); ++i) ids[i] = model_id_[static_cast<std::size_t>(ids[i])];
  });
}

std::string SentencePiece::decode(std::span<const TokenId> ids) const {
  const PieceModel& model = target_ ? *target_ : *source_;
  std::string text;
  std::vector<std::string> pieces;
  const auto flush = [&] {
    if (!pieces.empty()) text += model.decode(pieces);
    pieces.clear();
  };
  for (const TokenId id : ids) {
    if (const AddedToken* token = added_.find(id)) {
      if (token->special) continue;
      flush();
      text += token->text;
    } else if (id >= 0 && static_cast<std::size_t>(id) < vocabulary_.size()) {
      pieces.push_back(vocabulary_[static_cast<std::size_t>(id)]);
    }
  }
  flush();
  spaces_for_signs(text);
  std::string storage;  // byte pieces may give a cut character
  return stripped(valid_utf8(text, storage));
}

std::optional<TokenId> SentencePiece::id_of(std::string_view token) const {
  if (const auto added = added_.id_of(token)) return added;
  const auto found = ids_.find(token);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

}  // namespace rapport::nn
