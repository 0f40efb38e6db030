#pragma once

#include <memory>

#include "inference/sequence_translator.h"
#include "translation/translator.h"

namespace rapport::translation {

/// A model on this machine: sentences, in one batch with those of everybody who asks.
///
/// Threads   safe.
/// Throws    translate: kOverloaded when too much waits; kUnavailable.
class LocalTranslator final : public Translator {
 public:
  explicit LocalTranslator(std::unique_ptr<const inference::SequenceTranslator> model) : model_(std::move(model)) {}

  const std::string& name() const override { return model_->name(); }
  std::vector<std::string> languages() const override { return model_->languages(); }
  bool supports(std::string_view source, std::string_view target) const override {
    return model_->supports(source, target);
  }
  bool wants_sentences() const override { return true; }
  std::vector<Translated> translate(std::span<const std::string_view> texts, std::string_view source,
                                    std::string_view target, Cancelled cancelled) const override;

 private:
  const std::unique_ptr<const inference::SequenceTranslator> model_;
};

}  // namespace rapport::translation
