#pragma once

#include <span>
#include <string>
#include <string_view>

namespace rapport::voice {

struct Language {
  std::string_view code;  ///< as Whisper names it: "en", "jw", "yue"
  std::string_view name;  ///< in English, lower case, as Whisper's own programs write it
};

/// The 99 languages of the multilingual models, in the order of their tokens. (large-v3 and turbo add Cantonese.)
std::span<const Language> whisper_languages();

/// "portuguese" for "pt"; empty for what no model knows.
std::string_view language_name(std::string_view code);

/// Whisper's code for a language as people and programs name it: "pt", "pt-BR", "PT_br", "portuguese", "jv". Empty when
/// no model knows it.
std::string whisper_code(std::string_view language);

}  // namespace rapport::voice
