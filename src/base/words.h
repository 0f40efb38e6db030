#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rapport {

/// The words of a list such as "en, pt-BR", without the spaces around them; empty ones are left out.
std::vector<std::string> split_words(std::string_view list, char between);

/// Whether a list without spaces around its words, such as "a|b|c", has the word.
bool has_word(std::string_view list, char between, std::string_view word);

}  // namespace rapport
