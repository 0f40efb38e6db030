// A text's script comes first: most scripts have one language. Where several languages share a script, that script's
// classifier decides.
#include "language/identify.h"

#include <algorithm>
#include <optional>
#include <string>
#include <variant>

#include "base/error.h"
#include "builtin/embedded_files.h"
#include "language/language_model.h"
#include "language/letters.h"

namespace rapport::language {
namespace {

// A letter or two of these could be many languages: "ok", "no", "да".
constexpr std::uint32_t kMinSharedLetters = 3;
constexpr double kLeastProb = 0.001;  // less probable languages are not named

struct OneLanguage {
  Script script;
  std::string_view code;
};

constexpr OneLanguage kOneLanguage[] = {
    {Script::kHan, "zh"},       {Script::kKana, "ja"},      {Script::kGreek, "el"},     {Script::kHebrew, "he"},
    {Script::kArmenian, "hy"},  {Script::kGeorgian, "ka"},  {Script::kGurmukhi, "pa"},  {Script::kGujarati, "gu"},
    {Script::kOdia, "or"},      {Script::kTamil, "ta"},     {Script::kTelugu, "te"},    {Script::kKannada, "kn"},
    {Script::kMalayalam, "ml"}, {Script::kSinhala, "si"},   {Script::kThai, "th"},      {Script::kLao, "lo"},
    {Script::kTibetan, "bo"},   {Script::kMyanmar, "my"},   {Script::kHangul, "ko"},    {Script::kKhmer, "km"},
    {Script::kThaana, "dv"},    {Script::kCherokee, "chr"}, {Script::kInuktitut, "iu"}, {Script::kTifinagh, "ber"},
    {Script::kYi, "ii"}};

constexpr Script kSharedScripts[] = {Script::kLatin,      Script::kCyrillic, Script::kArabic,
                                     Script::kDevanagari, Script::kBengali,  Script::kEthiopic};

const LanguageModel& model() {
  static const LanguageModel loaded = [] {
    auto read = LanguageModel::read(builtin::language_file());
    if (auto* why = std::get_if<std::string>(&read)) {
      throw Error(ErrorKind::kUnavailable, "builtin_model_damaged", "The built-in language model cannot be read.")
          .with_log(*why);
    }
    return std::get<LanguageModel>(std::move(read));
  }();
  return loaded;
}

// Japanese writes Han characters between its kana; a Chinese text has at most a kana for show.
Script with_kana(Script script, const Letters& letters) {
  constexpr std::uint32_t kHanPerKana = 8;
  const std::uint32_t kana = letters.of(Script::kKana);
  return script == Script::kHan && kana > 0 && letters.of(Script::kHan) <= kHanPerKana * kana ? Script::kKana : script;
}

std::vector<LanguageProb> probabilities(const ml::NgramClassifier& classifier, std::string_view words) {
  std::vector<float> probs(classifier.labels().size());
  classifier.probabilities(words, probs);
  std::vector<LanguageProb> all;
  double sum = 0;
  for (std::size_t i = 0; i < probs.size(); ++i) {
    if (!(probs[i] >= kLeastProb)) continue;
    all.push_back({classifier.labels()[i], probs[i]});
    sum += probs[i];
  }
  for (LanguageProb& one : all) one.prob /= sum;
  std::sort(all.begin(), all.end(), [](const LanguageProb& a, const LanguageProb& b) {
    return a.prob != b.prob ? a.prob > b.prob : a.code < b.code;
  });
  return all;
}

}  // namespace

Identified identify(std::string_view text) {
  const Letters letters = read_letters(text);
  Script script{};
  if (!main_script(letters, script)) return {};
  script = with_kana(script, letters);
  Identified result;
  if (const ml::NgramClassifier* classifier = model().of(script)) {
    if (letters.of(script) < kMinSharedLetters) return {};
    result.all = probabilities(*classifier, letters.words);
  } else {
    for (const OneLanguage& one : kOneLanguage) {
      if (one.script == script) result.all = {{one.code, 1}};
    }
  }
  if (result.all.empty()) return {};
  result.code = result.all.front().code;
  result.prob = result.all.front().prob;
  return result;
}

std::span<const std::string_view> supported() {
  static const std::vector<std::string_view> codes = [] {
    std::vector<std::string_view> list;
    for (const OneLanguage& one : kOneLanguage) list.push_back(one.code);
    for (const Script script : kSharedScripts) {
      if (const ml::NgramClassifier* classifier = model().of(script)) {
        list.insert(list.end(), classifier->labels().begin(), classifier->labels().end());
      }
    }
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());  // Serbian has two scripts
    return list;
  }();
  return codes;
}

}  // namespace rapport::language
