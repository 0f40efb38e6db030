#include "cli/models_run_translator.h"

#include <boost/json.hpp>
#include <filesystem>
#include <iostream>

#include "base/error.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "cli/text_input.h"
#include "inference/raw_translations.h"

namespace rapport::cli {
namespace {

constexpr std::size_t kMostTextBytes = 1 << 20;

inference::RawTranslationOrder read_order(const std::string& line, std::size_t number) {
  const auto parsed = parse_json(line);
  if (const auto* error = std::get_if<JsonError>(&parsed)) {
    throw Error(ErrorKind::kMalformed, "malformed_line", "Line " + std::to_string(number) + ": " + error->message);
  }
  JsonReader reader(std::get<Json>(parsed), "");
  inference::RawTranslationOrder order;
  order.text = reader.string("text", {.min_bytes = 0, .max_bytes = kMostTextBytes});
  order.source = reader.optional_string("source").value_or("");
  order.target = reader.optional_string("target").value_or("");
  if (const auto beams = reader.optional_integer("beams", 1, 64)) order.beams = static_cast<std::size_t>(*beams);
  if (const auto most = reader.optional_integer("max_tokens", 2, 1 << 20)) {
    order.max_tokens = static_cast<std::size_t>(*most);
  }
  reader.finish();
  return order;
}

std::string to_line(const inference::RawTranslation& answer) {
  const boost::json::object line{{"tokens", boost::json::array(answer.tokens.begin(), answer.tokens.end())},
                                 {"score", answer.score},
                                 {"text", answer.text}};
  return to_string(Json(line)) + "\n";
}

}  // namespace

int run_translator(const std::string& folder, nn::Precision precision) {
  const inference::TranslatorFolder translator(std::filesystem::path(folder), precision);
  std::size_t number = 0;
  for_each_text({}, [&](std::span<const std::string> lines) {
    std::vector<inference::RawTranslationOrder> orders;
    for (const std::string& line : lines) {
      ++number;
      if (!line.empty()) orders.push_back(read_order(line, number));
    }
    for (const inference::RawTranslation& answer : inference::raw_translations(translator, orders)) {
      std::cout << to_line(answer);
    }
  });
  std::cout << std::flush;
  return 0;
}

}  // namespace rapport::cli
