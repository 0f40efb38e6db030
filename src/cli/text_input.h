#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace rapport::cli {

/// The texts that a verb is given: as arguments, one a line in a file, or one a line on standard input.
struct TextInput {
  std::vector<std::string> texts;
  std::string file;  ///< "-" is standard input, which is also read when there are neither texts nor a file
};

void add_text_input(CLI::App& verb, TextInput& input);

/// Calls visit with the texts in their order, many at once: memory is bounded by one call's. Lines may end in CR LF.
/// Throws kNotFound "file_not_found", kTooLarge "line_too_long".
void for_each_text(const TextInput& input, const std::function<void(std::span<const std::string>)>& visit);

/// A text on one line of a terminal: control characters as spaces.
std::string one_line(const std::string& text);

}  // namespace rapport::cli
