#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "translation/message_translator.h"

namespace rapport::translation {

/// Translates by the function it is given; counts what it is asked.
class FakeTranslator final : public Translator {
 public:
  using Function = std::function<std::string(const std::string&)>;

  FakeTranslator(std::string name, std::vector<std::pair<std::string, std::string>> pairs, Function function,
                 bool model = true)
      : name_(std::move(name)), pairs_(std::move(pairs)), function_(std::move(function)), model_(model) {}

  const std::string& name() const override { return name_; }
  std::vector<std::string> languages() const override {
    std::vector<std::string> codes;
    for (const auto& [source, target] : pairs_) codes.insert(codes.end(), {source, target});
    return codes;
  }
  bool supports(std::string_view source, std::string_view target) const override {
    return std::any_of(pairs_.begin(), pairs_.end(),
                       [&](const auto& pair) { return pair.first == source && pair.second == target; });
  }
  bool wants_sentences() const override { return model_; }
  std::vector<Translated> translate(std::span<const std::string_view> texts, std::string_view, std::string_view,
                                    Cancelled) const override {
    std::vector<Translated> answers;
    for (const std::string_view text : texts) {
      asked.emplace_back(text);
      answers.push_back({function_(std::string(text)), 0.5});
    }
    return answers;
  }

  double least_confidence(std::string_view, std::string_view) const override { return least; }
  std::string edition(std::string_view, std::string_view) const override { return version; }

  /// As a service that was not reached before.
  void learn(const std::string& source, const std::string& target) { pairs_.emplace_back(source, target); }

  mutable std::vector<std::string> asked;
  double least = 0;
  std::string version;

 private:
  std::string name_;
  std::vector<std::pair<std::string, std::string>> pairs_;
  Function function_;
  bool model_;
};

/// Capitals for small letters; every other byte as it is.
inline std::string shout(const std::string& text) {
  std::string out = text;
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

/// Letters and spaces alone survive.
inline std::string destroy(const std::string& text) {
  std::string out;
  for (const char c : shout(text)) {
    if ((c >= 'A' && c <= 'Z') || c == ' ') out += c;
  }
  return out;
}

class FakeCache final : public TranslationCache {
 public:
  std::vector<std::optional<Translated>> find(const CacheScope& scope,
                                              std::span<const std::string_view> texts) override {
    std::vector<std::optional<Translated>> found;
    for (const std::string_view text : texts) {
      const auto known = kept.find(key(scope, text));
      found.push_back(known == kept.end() ? std::nullopt : std::optional(known->second));
    }
    return found;
  }
  void keep(const CacheScope& scope, std::span<const std::string_view> texts,
            std::span<const Translated> answers) override {
    for (std::size_t i = 0; i < texts.size(); ++i) kept[key(scope, texts[i])] = answers[i];
  }

  std::map<std::string, Translated> kept;

 private:
  static std::string key(const CacheScope& scope, std::string_view text) {
    std::string key;
    for (const std::string_view part :
         {scope.tenant, scope.model, scope.edition, scope.source, scope.target, scope.glossary, text}) {
      key.append(part).append("|");
    }
    return key;
  }
};

class MessageTranslatorTest : public ::testing::Test {
 protected:
  std::shared_ptr<FakeTranslator> add(const std::string& name, std::vector<std::pair<std::string, std::string>> pairs,
                                      FakeTranslator::Function function = shout, bool model = true) {
    auto translator = std::make_shared<FakeTranslator>(name, std::move(pairs), std::move(function), model);
    parts_.translators.push_back(translator);
    return translator;
  }

  TranslatedMessage translate(std::string_view text, Languages languages = {"en", "es"},
                              const MessageOptions& options = {}) {
    const std::vector<std::string_view> texts = {text};
    return all(texts, languages, options).front();
  }
  std::vector<TranslatedMessage> all(std::span<const std::string_view> texts, Languages languages,
                                     const MessageOptions& options = {}) {
    return MessageTranslator(parts_, metrics_).translate(texts, languages, options);
  }

  MessageTranslatorParts parts_;
  Metrics metrics_;
};

}  // namespace rapport::translation
