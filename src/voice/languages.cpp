#include "voice/languages.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace rapport::voice {
namespace {

// In the order of the models' tokens; the last one is large-v3's alone.
// Source    openai/whisper, tokenizer.py.
constexpr std::array<Language, 100> kLanguages = {{
    {"en", "english"},        {"zh", "chinese"},       {"de", "german"},    {"es", "spanish"},    {"ru", "russian"},
    {"ko", "korean"},         {"fr", "french"},        {"ja", "japanese"},  {"pt", "portuguese"}, {"tr", "turkish"},
    {"pl", "polish"},         {"ca", "catalan"},       {"nl", "dutch"},     {"ar", "arabic"},     {"sv", "swedish"},
    {"it", "italian"},        {"id", "indonesian"},    {"hi", "hindi"},     {"fi", "finnish"},    {"vi", "vietnamese"},
    {"he", "hebrew"},         {"uk", "ukrainian"},     {"el", "greek"},     {"ms", "malay"},      {"cs", "czech"},
    {"ro", "romanian"},       {"da", "danish"},        {"hu", "hungarian"}, {"ta", "tamil"},      {"no", "norwegian"},
    {"th", "thai"},           {"ur", "urdu"},          {"hr", "croatian"},  {"bg", "bulgarian"},  {"lt", "lithuanian"},
    {"la", "latin"},          {"mi", "maori"},         {"ml", "malayalam"}, {"cy", "welsh"},      {"sk", "slovak"},
    {"te", "telugu"},         {"fa", "persian"},       {"lv", "latvian"},   {"bn", "bengali"},    {"sr", "serbian"},
    {"az", "azerbaijani"},    {"sl", "slovenian"},     {"kn", "kannada"},   {"et", "estonian"},   {"mk", "macedonian"},
    {"br", "breton"},         {"eu", "basque"},        {"is", "icelandic"}, {"hy", "armenian"},   {"ne", "nepali"},
    {"mn", "mongolian"},      {"bs", "bosnian"},       {"kk", "kazakh"},    {"sq", "albanian"},   {"sw", "swahili"},
    {"gl", "galician"},       {"mr", "marathi"},       {"pa", "punjabi"},   {"si", "sinhala"},    {"km", "khmer"},
    {"sn", "shona"},          {"yo", "yoruba"},        {"so", "somali"},    {"af", "afrikaans"},  {"oc", "occitan"},
    {"ka", "georgian"},       {"be", "belarusian"},    {"tg", "tajik"},     {"sd", "sindhi"},     {"gu", "gujarati"},
    {"am", "amharic"},        {"yi", "yiddish"},       {"lo", "lao"},       {"uz", "uzbek"},      {"fo", "faroese"},
    {"ht", "haitian creole"}, {"ps", "pashto"},        {"tk", "turkmen"},   {"nn", "nynorsk"},    {"mt", "maltese"},
    {"sa", "sanskrit"},       {"lb", "luxembourgish"}, {"my", "myanmar"},   {"bo", "tibetan"},    {"tl", "tagalog"},
    {"mg", "malagasy"},       {"as", "assamese"},      {"tt", "tatar"},     {"haw", "hawaiian"},  {"ln", "lingala"},
    {"ha", "hausa"},          {"ba", "bashkir"},       {"jw", "javanese"},  {"su", "sundanese"},  {"yue", "cantonese"},
}};

/// Codes that other programs use for languages which Whisper calls otherwise.
struct Alias {
  std::string_view code;
  std::string_view whisper;
};
constexpr std::array<Alias, 9> kAliases = {{{"jv", "jw"},
                                            {"nb", "no"},
                                            {"fil", "tl"},
                                            {"iw", "he"},
                                            {"in", "id"},
                                            {"ji", "yi"},
                                            {"cmn", "zh"},
                                            {"mandarin", "zh"},
                                            {"castilian", "es"}}};

bool is_code(std::string_view text) {
  return std::any_of(kLanguages.begin(), kLanguages.end(), [&](const Language& each) { return each.code == text; });
}

}  // namespace

std::span<const Language> whisper_languages() {
  return std::span(kLanguages).first(kLanguages.size() - 1);
}

std::string_view language_name(std::string_view code) {
  const auto* found =
      std::find_if(kLanguages.begin(), kLanguages.end(), [&](const Language& each) { return each.code == code; });
  return found == kLanguages.end() ? std::string_view() : found->name;
}

std::string whisper_code(std::string_view language) {
  std::string text(language);
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const Language& each : kLanguages) {
    if (text == each.name) return std::string(each.code);
  }
  text.resize(std::min(text.find_first_of("-_"), text.size()));
  for (const Alias& alias : kAliases) {
    if (text == alias.code) return std::string(alias.whisper);
  }
  return is_code(text) ? text : "";
}

}  // namespace rapport::voice
