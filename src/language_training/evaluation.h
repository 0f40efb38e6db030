#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "language/letters.h"
#include "language_training/corpus.h"

namespace rapport::language {

/// What a text for measuring consists of.
enum class DevKind : std::uint8_t { kWord, kPair, kSentence };
constexpr std::array<std::string_view, 3> kDevKindNames = {"word", "pair", "sentence"};

struct DevText {
  std::string text;
  std::size_t label = 0;
  DevKind kind = DevKind::kWord;
};

/// Words of five letters and more, pairs of them, and whole sentences, from what was held out: at most 300 of a kind of
/// a language.
std::vector<DevText> dev_texts(const std::vector<std::string>& labels, const std::vector<Corpus>& corpora,
                               std::uint64_t seed);

/// The temperature under which the packed model is surprised least; the kinds of text count alike.
float best_temperature(const std::string& model, const std::vector<DevText>& texts);

/// What a classifier gets right of the texts of one language, by kind of text.
struct LanguageFigures {
  std::string code;
  std::array<double, kDevKindNames.size()> accuracy{};
  std::array<std::size_t, kDevKindNames.size()> texts{};  ///< how many there were; with none, accuracy says nothing
};
struct ScriptFigures {
  Script script;
  std::vector<LanguageFigures> languages;
  std::array<double, kDevKindNames.size()> calibration_error{};
};

/// The packed model of a script, asked about texts of its languages.
ScriptFigures measure(Script script, const std::string& model, const std::vector<DevText>& texts);

}  // namespace rapport::language
