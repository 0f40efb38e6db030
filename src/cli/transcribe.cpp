#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "app/text_analysis.h"
#include "app/voice_model.h"
#include "app/workspace.h"
#include "base/error.h"
#include "base/file.h"
#include "cli/context.h"
#include "cli/text_input.h"
#include "domain/names.h"
#include "flows/transcribe_voice_note.h"
#include "server/api/voice_transcripts.h"
#include "voice/languages.h"
#include "voice/subtitles.h"

namespace rapport::cli {
namespace {

namespace fs = std::filesystem;

struct TranscribeFlags {
  std::vector<std::string> files;
  std::string language;
  std::string task = "transcribe";
  std::string format = "txt";
  std::string out;
  std::string prompt;
  std::string message;
  std::optional<double> temperature;
  bool words = false;
  bool timestamps = false;
};

Error wrong_usage(const std::string& message) {
  return Error(ErrorKind::kInvalid, "invalid_setting", message);
}

std::string out_path(const TranscribeFlags& flags, const std::string& file) {
  const std::string stem = file == "-" ? "stdin" : fs::path(file).stem().string();
  return (fs::path(flags.out) / (stem + "." + flags.format)).string();
}

void check(const TranscribeFlags& flags) {
  const bool subtitles = flags.format == "srt" || flags.format == "vtt";
  if (subtitles && flags.out.empty() && flags.files.size() > 1) {
    throw wrong_usage("Subtitles of several recordings need a folder: --out DIR.");
  }
  if (!flags.message.empty() && (flags.files.size() != 1 || flags.task != "transcribe")) {
    throw wrong_usage("--message takes one recording, and its transcript in the language that is spoken.");
  }
  if (flags.out.empty()) return;
  std::set<std::string> paths;
  for (const std::string& file : flags.files) {
    if (!paths.insert(out_path(flags, file)).second) {
      throw wrong_usage("Two recordings would be written to " + out_path(flags, file) + ".");
    }
  }
}

voice::TranscribeOptions options_of(const TranscribeFlags& flags, const voice::Transcriber& transcriber) {
  voice::TranscribeOptions options;
  if (flags.task == "translate") options.task = voice::Task::kTranslateToEnglish;
  if (!flags.language.empty() && flags.language != "auto") {
    options.language = voice::whisper_code(flags.language);
    const auto known = transcriber.languages();
    if (std::find(known.begin(), known.end(), options.language) == known.end()) {
      throw wrong_usage("The voice model does not know the language \"" + flags.language + "\".");
    }
  }
  options.words = flags.words;
  options.timestamps = flags.timestamps || flags.format == "srt" || flags.format == "vtt";
  options.prompt = flags.prompt;
  options.temperature = flags.temperature;
  return options;
}

std::string read_recording(const std::string& file, std::size_t limit) {
  if (file != "-") return read_file(file, limit);
  std::string bytes;
  std::array<char, 64 * 1024> buffer{};
  while (std::cin.read(buffer.data(), buffer.size()) || std::cin.gcount() > 0) {
    bytes.append(buffer.data(), static_cast<std::size_t>(std::cin.gcount()));
    if (bytes.size() > limit) {
      throw Error(ErrorKind::kTooLarge, "audio_too_large",
                  "The recording is longer than voice.max_bytes permits (" + std::to_string(limit) + " bytes).");
    }
  }
  return bytes;
}

/// "[00:01.500 --> 00:03.800]"
std::string span_text(const voice::Segment& segment) {
  const auto clock = [](voice::Seconds time) {
    std::array<char, 32> text{};
    const double seconds = time.count();
    std::snprintf(text.data(), text.size(), "%02d:%06.3f", static_cast<int>(seconds / 60),
                  seconds - 60 * static_cast<int>(seconds / 60));
    return std::string(text.data());
  };
  return "[" + clock(segment.start) + " --> " + clock(segment.end) + "]";
}

std::string plain_text(const voice::Transcript& transcript, bool timestamps) {
  if (!timestamps) return one_line(transcript.text) + "\n";
  std::string text;
  for (const voice::Segment& segment : transcript.segments) {
    text += span_text(segment) + " " + one_line(segment.text) + "\n";
  }
  return text;
}

/// Goes through the recordings and says what each of them says.
class Transcription {
 public:
  Transcription(const Context& context, const TranscribeFlags& flags)
      : context_(context), flags_(flags), settings_(context.settings()), model_(settings_, metrics_) {}

  int run() {
    check(flags_);
    options_ = options_of(flags_, flows::transcriber_of(model_.notes()));
    if (!flags_.out.empty()) fs::create_directories(flags_.out);
    if (context_.json) std::cout << "{\"results\":[";
    std::size_t failed = 0;
    for (std::size_t i = 0; i < flags_.files.size(); ++i) {
      if (context_.json && i > 0) std::cout << ",";
      if (!transcribe(i)) ++failed;
      std::cout << std::flush;
    }
    if (context_.json) {
      std::cout << "],\"count\":" << flags_.files.size() << ",\"failed\":" << failed << "}" << std::endl;
    } else if (failed > 0 && flags_.files.size() > 1) {
      std::cerr << "rapport: " << failed << " of " << flags_.files.size() << " recordings failed\n";
    }
    return failed == 0 ? 0 : 1;
  }

 private:
  /// One recording; what is wrong with it does not stop the others.
  bool transcribe(std::size_t index) {
    const std::string& file = flags_.files[index];
    try {
      const std::string bytes = read_recording(file, model_.notes().limits.max_bytes);
      give(file, hear(bytes, file));
      return true;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kInternal) throw;
      if (context_.json) {
        const boost::json::object problem{{"code", error.code()}, {"message", error.message()}};
        std::cout << rapport::to_string(boost::json::object{{"file", file}, {"error", problem}});
      } else {
        std::cerr << "rapport: " << file << ": " << error.message() << "\n";
      }
      return false;
    }
  }

  flows::TranscribedNote hear(const std::string& bytes, const std::string& file) {
    voice::TranscribeOptions options = options_;
    if (const Progress progress = context_.progress()) {
      options.progress = [progress, file](std::string_view /*stage*/, std::uint64_t done, std::uint64_t total) {
        progress(file, done / 1000, total / 1000);  // in seconds of audio
      };
    }
    const UnnamedFile recording = UnnamedFile::in_memory(std::as_bytes(std::span(bytes)));
    if (flags_.message.empty()) {
      return {.transcript = flows::transcribe_recording(model_.notes(), recording, std::move(options)), .verdict = {}};
    }
    app::Workspace workspace(settings_);
    const app::TextAnalysis analysis(settings_, metrics_);
    return flows::transcribe_voice_note(workspace.services(), model_.notes(), analysis.analyzer(), context_.tenant_id(),
                                        {MessageId(flags_.message), recording, std::move(options)});
  }

  std::string json_of(const std::string& file, const flows::TranscribedNote& note) const {
    api::JsonText out;
    out.open_object().name("file").text(file);
    api::write_transcript(out, note.transcript, model_.notes().transcriber->model(), {.words = flags_.words});
    if (!flags_.message.empty()) {
      out.name("message_id").text(flags_.message).name("sentiment");
      note.verdict ? out.text(to_string(note.verdict->sentiment)) : out.json(nullptr);
    }
    out.close_object();
    return std::move(out).take();
  }

  std::string text_of(const std::string& file, const flows::TranscribedNote& note) const {
    if (flags_.format == "srt") return to_srt(note.transcript);
    if (flags_.format == "vtt") return to_vtt(note.transcript);
    if (flags_.format == "json") return json_of(file, note) + "\n";
    return plain_text(note.transcript, flags_.timestamps);
  }

  void give(const std::string& file, const flows::TranscribedNote& note) const {
    if (!flags_.out.empty()) publish_file(out_path(flags_, file), text_of(file, note));
    if (context_.json) {
      std::cout << json_of(file, note);
      return;
    }
    if (!note.transcript.speech) std::cerr << "rapport: " << file << ": nobody speaks\n";
    if (!flags_.out.empty()) {
      std::cerr << out_path(flags_, file) << "\n";
    } else if (flags_.files.size() > 1 && flags_.format == "txt" && !flags_.timestamps) {
      std::cout << file << "\t" << text_of(file, note);
    } else {
      if (flags_.files.size() > 1 && flags_.format == "txt") std::cout << file << "\n";
      std::cout << text_of(file, note);
    }
  }

  const Context& context_;
  const TranscribeFlags& flags_;
  const app::Settings settings_;
  Metrics metrics_;
  const app::VoiceModel model_;
  voice::TranscribeOptions options_;
};

}  // namespace

void add_transcribe(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("transcribe", "Voice notes and other recordings to text");
  const auto flags = std::make_shared<TranscribeFlags>();
  verb->add_option("file", flags->files, "The recordings; - is standard input")->required();
  verb->add_option("--language", flags->language, "The language that is spoken (default: found out)");
  verb->add_option("--task", flags->task, "transcribe, or translate: into English")
      ->capture_default_str()
      ->check(CLI::IsMember({"transcribe", "translate"}));
  verb->add_option("--format", flags->format, "txt, srt, vtt or json")
      ->capture_default_str()
      ->check(CLI::IsMember({"txt", "srt", "vtt", "json"}));
  verb->add_option("--out", flags->out, "A folder for one file a recording, named after it");
  verb->add_flag("--timestamps", flags->timestamps, "Segments as the model times them");
  verb->add_flag("--words", flags->words, "With the time of every word, in JSON");
  verb->add_option("--prompt", flags->prompt, "Names and words that the recordings may hold");
  verb->add_option("--temperature", flags->temperature, "0 to 1 (default: 0, and higher where that fails)")
      ->check(CLI::Range(0.0, 1.0));
  verb->add_option("--model", context.flags["voice.model"], "The voice model: a name, a folder or a .pt file");
  verb->add_option("--message", flags->message,
                   "Store the transcript of one recording with this message of --tenant, and analyse it");
  verb->footer("A recording that cannot be read does not stop the others; the exit status is 1 then.");
  verb->callback(
      [&context, flags] { context.run = [&context, flags] { return Transcription(context, *flags).run(); }; });
}

}  // namespace rapport::cli
