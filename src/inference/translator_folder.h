#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nn/decode/search.h"
#include "nn/model_files.h"
#include "nn/models/translation_model.h"
#include "nn/precision.h"
#include "nn/tokenizers/tokenizer.h"

namespace rapport::inference {

/// Which languages a model translates, where its maker says more than its files do.
struct TranslatorLanguages {
  std::vector<std::string> sources;  ///< codes; empty: as the files say
  std::vector<std::string> targets;
  std::string target_token;  ///< stands before every text (">>pob<<"); empty: as the target asks for
};

/// A translation model, loaded from its Hugging Face folder or from bytes that the program carries.
///
/// Threads   const is safe to share.
class TranslatorFolder {
 public:
  /// Throws    kUnavailable: "model_not_installed", "model_incomplete", "model_damaged" or "model_unsupported", with
  /// the
  ///           file and the reason.
  /// Cost      reads the weights once and packs them.
  TranslatorFolder(const nn::ModelFiles& files, nn::Precision precision, TranslatorLanguages languages = {});

  const nn::TranslationModel& model() const { return *model_; }
  const nn::Tokenizer& tokenizer() const { return *tokenizer_; }

  /// Every language that it knows as a source or a target.
  std::vector<std::string> languages() const;
  bool supports(std::string_view source, std::string_view target) const;

  /// What the encoder reads of a text: its tokens among those that the pair asks for. "" as a language is the model's
  /// own, where it has one. Special tokens that the text spells out are letters, or with kTokens what they name.
  ///
  /// Throws    kInvalid "unsupported_language" that names it.
  std::vector<nn::TokenId> source_ids(std::string_view text, std::string_view source, std::string_view target,
                                      nn::SpecialNames names = nn::SpecialNames::kText) const;
  /// How its answers are looked for: generation_config.json, and the target's token. max_length is the model's room at
  /// most. Throws as source_ids.
  nn::SearchRules rules(std::string_view target) const;

 private:
  nn::TokenId language_token(std::string_view language) const;
  std::optional<nn::TokenId> marian_token(std::string_view target) const;
  void find_marian_languages(const nn::ModelFiles& files);

  std::unique_ptr<const nn::TranslationModel> model_;
  std::unique_ptr<const nn::Tokenizer> tokenizer_;
  TranslatorLanguages languages_;
  nn::SearchRules rules_;
};

}  // namespace rapport::inference
