#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <iostream>
#include <memory>

#include "cli/context.h"
#include "cli/text_input.h"
#include "language/identify.h"
#include "server/api/language_json.h"

namespace rapport::cli {
namespace {

/// Columns between tabs: code, probability, name, the text.
std::string to_text(const language::Identified& found, const std::string& text) {
  std::array<char, 32> prob{};
  std::snprintf(prob.data(), prob.size(), "\t%.3f\t", found.prob);
  const std::string_view name = language::english_name(found.code);
  return std::string(found.code) + prob.data() + std::string(name.empty() ? "-" : name) + "\t" + one_line(text) + "\n";
}

int run_detect_language(const Context& context, const TextInput& input) {
  std::size_t count = 0;
  if (context.json) std::cout << "{\"results\":[";
  for_each_text(input, [&](std::span<const std::string> texts) {
    for (const std::string& text : texts) {
      const language::Identified found = language::identify(text);
      if (context.json) {
        api::JsonText out;
        out.open_object();
        api::write_identified(out, found);
        out.close_object();
        std::cout << (count > 0 ? "," : "") << std::move(out).take();
      } else {
        std::cout << to_text(found, text);
      }
      ++count;
    }
    std::cout << std::flush;
  });
  if (context.json) std::cout << "],\"count\":" << count << "}" << std::endl;
  return 0;
}

}  // namespace

void add_detect_language(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("detect-language", "Which language a text is in");
  const auto input = std::make_shared<TextInput>();
  add_text_input(*verb, *input);
  verb->footer("Lines have tabs between code, probability, name and text; und: the text does not tell.");
  verb->callback(
      [&context, input] { context.run = [&context, input] { return run_detect_language(context, *input); }; });
}

}  // namespace rapport::cli
