#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "inference/translator_folder.h"

namespace rapport::inference {

/// One text to translate, and how; what is not said is as the model's folder says.
struct RawTranslationOrder {
  std::string text;
  std::string source = {};
  std::string target = {};
  std::optional<std::size_t> beams = std::nullopt;
  std::optional<std::size_t> max_tokens = std::nullopt;  ///< of the answer, the decoder's start among them
};

/// What a translator's search has found, before anybody made sense of it.
struct RawTranslation {
  std::vector<nn::TokenId> tokens;  ///< the decoder's start and </s> among them
  double score = 0;                 ///< log-probability / length^length_penalty
  std::string text;
};

/// The answers of the texts in their order, as the reference implementation gives them: a long text is cut off, and
/// special tokens that a text spells out count as such. For comparison, not for answers.
///
/// Throws    kInvalid "unsupported_language".
std::vector<RawTranslation> raw_translations(const TranslatorFolder& folder,
                                             std::span<const RawTranslationOrder> orders);

}  // namespace rapport::inference
