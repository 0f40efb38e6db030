#include "cli/models_run_whisper.h"

#include <boost/json.hpp>
#include <iostream>

#include "audio/audio_reader.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "cli/text_input.h"
#include "voice/raw_windows.h"

namespace rapport::cli {
namespace {

struct AudioOrder {
  std::string file;
  voice::RawOrder order;
};

AudioOrder read_order(const std::string& line, std::size_t number) {
  const auto parsed = parse_json(line);
  if (const auto* error = std::get_if<JsonError>(&parsed)) {
    throw Error(ErrorKind::kMalformed, "malformed_line", "Line " + std::to_string(number) + ": " + error->message);
  }
  JsonReader reader(std::get<Json>(parsed), "");
  AudioOrder read;
  read.file = reader.string("audio", {.min_bytes = 1, .max_bytes = 4096});
  read.order.language = reader.optional_string("language").value_or("");
  const std::string task = reader.optional_string("task").value_or("transcribe");
  if (task == "translate") {
    read.order.task = voice::Task::kTranslateToEnglish;
  } else if (task != "transcribe") {
    reader.fail("task", "must be \"transcribe\" or \"translate\".");
  }
  read.order.timestamps = reader.boolean_or("timestamps", false);
  read.order.beams = static_cast<std::size_t>(reader.optional_integer("beams", 1, 32).value_or(1));
  if (const auto most = reader.optional_integer("max_tokens", 1, 448))
    read.order.max_tokens = static_cast<std::size_t>(*most);
  reader.finish();
  return read;
}

std::string to_line(const voice::RawWindow& window) {
  boost::json::array tokens(window.tokens.begin(), window.tokens.end());
  const boost::json::object line{{"tokens", std::move(tokens)},
                                 {"text", window.text},
                                 {"language", window.language},
                                 {"avg_logprob", window.avg_logprob}};
  return boost::json::serialize(line) + "\n";
}

}  // namespace

int run_whisper(const std::string& folder, nn::Precision precision) {
  voice::RawWindows windows(folder, precision);
  const audio::AudioLimits limits;
  std::size_t number = 0;
  for_each_text({}, [&](std::span<const std::string> lines) {
    for (const std::string& line : lines) {
      ++number;
      if (line.empty()) continue;
      const AudioOrder order = read_order(line, number);
      const std::string bytes = read_file(order.file, limits.max_bytes);
      const auto reader = audio::AudioReader::open(std::as_bytes(std::span(bytes)), limits);
      std::cout << to_line(windows.run(*reader, order.order));
    }
  });
  std::cout << std::flush;
  return 0;
}

}  // namespace rapport::cli
