#include "cli/models_run.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <filesystem>
#include <iostream>
#include <memory>

#include "base/error.h"
#include "cli/models_run_translator.h"
#include "cli/models_run_whisper.h"
#include "cli/text_input.h"
#include "inference/raw_outputs.h"
#include "nn/models/translation_config.h"
#include "nn/precision.h"
#include "voice/raw_windows.h"

namespace rapport::cli {
namespace {

struct RunOrder {
  std::string folder;
  std::string precision = "f32";
};

Error bad_line(std::size_t number, const std::string& problem) {
  return Error(ErrorKind::kMalformed, "malformed_line", "Line " + std::to_string(number) + ": " + problem);
}

/// The text of {"text": ...}.
std::string read_input(const std::string& line, std::size_t number) {
  const auto parsed = parse_json(line);
  if (const auto* error = std::get_if<JsonError>(&parsed)) throw bad_line(number, error->message);
  const auto* object = std::get<Json>(parsed).if_object();
  if (object == nullptr) throw bad_line(number, "must be a JSON object.");
  const Json* text = object->if_contains("text");
  if (text == nullptr || !text->is_string()) throw bad_line(number, "needs \"text\", a string.");
  return std::string(text->get_string());
}

template <class Number>
void write_numbers(std::string& out, const std::vector<Number>& numbers) {
  std::array<char, 32> buffer{};
  out += '[';
  for (const Number number : numbers) {
    if (out.back() != '[') out += ',';
    const auto [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    out.append(buffer.data(), end);
  }
  out += ']';
}

std::string to_line(const inference::RawOutput& output) {
  std::string line = "{\"ids\":";
  write_numbers(line, output.ids);
  line += ",\"logits\":";
  write_numbers(line, output.logits);
  return line + "}\n";
}

int run_folder(const RunOrder& order) {
  if (voice::RawWindows::holds_whisper(order.folder))
    return run_whisper(order.folder, *nn::parse_precision(order.precision));
  if (nn::holds_translator(std::filesystem::path(order.folder))) {
    return run_translator(order.folder, *nn::parse_precision(order.precision));
  }
  const inference::ClassifierFolder classifier =
      inference::load_classifier(order.folder, *nn::parse_precision(order.precision));
  std::size_t number = 0;
  for_each_text({}, [&](std::span<const std::string> lines) {
    std::vector<std::string> texts;
    for (const std::string& line : lines) {
      ++number;
      if (!line.empty()) texts.push_back(read_input(line, number));
    }
    for (const inference::RawOutput& output : inference::raw_outputs(classifier, texts)) std::cout << to_line(output);
  });
  std::cout << std::flush;
  return 0;
}

}  // namespace

void add_models_run(CLI::App& models, Context& context) {
  const auto order = std::make_shared<RunOrder>();
  CLI::App* run = models.add_subcommand(
      "run",
      "Raw outputs of a model folder: {\"text\"} a line on standard input, {\"ids\",\"logits\"} a line out; for "
      "Whisper "
      "{\"audio\": FILE, \"language\"?, \"task\"?, \"timestamps\"?, \"beams\"?, \"max_tokens\"?} to "
      "{\"tokens\",\"text\",\"language\",\"avg_logprob\"}; for Marian and M2M-100 {\"text\", \"source\"?, \"target\"?, "
      "\"beams\"?, \"max_tokens\"?} to {\"tokens\",\"score\",\"text\"}");
  run->add_option("folder", order->folder,
                  "A Hugging Face folder of a sequence classifier, a translator or Whisper, or Whisper's .pt file")
      ->required();
  run->add_option("--precision", order->precision, "f32 (the default), bf16 or int8")
      ->check(CLI::IsMember({"f32", "bf16", "int8"}));
  run->callback([&context, order] { context.run = [order] { return run_folder(*order); }; });
}

}  // namespace rapport::cli
