#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "translation/translator.h"

namespace rapport::translation {

/// Several translators of sentences under one name: the built-in models, each for some languages. The first that knows
/// a pair has it.
///
/// Threads   safe.
class JoinedTranslators final : public Translator {
 public:
  JoinedTranslators(std::string name, std::vector<std::shared_ptr<const Translator>> parts)
      : name_(std::move(name)), parts_(std::move(parts)) {}

  const std::string& name() const override { return name_; }
  std::string edition(std::string_view source, std::string_view target) const override {
    return find(source, target)->edition(source, target);
  }
  std::vector<std::string> languages() const override;
  bool supports(std::string_view source, std::string_view target) const override {
    return find(source, target) != nullptr;
  }
  bool wants_sentences() const override { return true; }
  double least_confidence(std::string_view source, std::string_view target) const override {
    return find(source, target)->least_confidence(source, target);
  }
  std::vector<Translated> translate(std::span<const std::string_view> texts, std::string_view source,
                                    std::string_view target, Cancelled cancelled) const override {
    return find(source, target)->translate(texts, source, target, cancelled);
  }

 private:
  const Translator* find(std::string_view source, std::string_view target) const;

  const std::string name_;
  const std::vector<std::shared_ptr<const Translator>> parts_;
};

}  // namespace rapport::translation
