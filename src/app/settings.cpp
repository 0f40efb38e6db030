#include "app/settings.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/words.h"

namespace rapport::app {
namespace {

using Type = SettingSpec::Type;

constexpr std::int64_t kMebibyte = 1 << 20;

constexpr std::array kSpecs = {
    SettingSpec{.name = "listen", .fallback = "127.0.0.1:8000",
                .meaning = "Address and port of the server; port 0 takes any free one."},
    SettingSpec{.name = "data", .fallback = "data",
                .meaning = "The workspace: a folder with the database, the token secret and rapport.toml."},
    SettingSpec{.name = "database", .fallback = "",
                .secret = true,
                .meaning = "sqlite:FILE or postgresql://USER:PASSWORD@HOST/NAME. Empty: sqlite:DATA/rapport.db."},
    SettingSpec{.name = "config", .fallback = "", .meaning = "A settings file. Empty: DATA/rapport.toml, if there."},
    SettingSpec{.name = "log.level", .type = Type::kChoice, .fallback = "info",
                .choices = "debug|info|warn|error|off", .meaning = "What is logged to standard error."},
    SettingSpec{.name = "auth.secret_file", .fallback = "",
                .meaning = "File of the HS256 secret (mode 0600, at least 32 bytes). Empty: DATA/token.secret, made on "
                           "first use."},
    SettingSpec{.name = "auth.public_keys", .fallback = "",
                .meaning = "PEM files of RS256 or ES256 public keys whose tokens are accepted too, separated by commas."},
    SettingSpec{.name = "server.threads", .type = Type::kInteger, .fallback = "0", .min = 0, .max = 256,
                .meaning = "Request threads; 0: one per usable core."},
    SettingSpec{.name = "server.worker_threads", .type = Type::kInteger, .fallback = "8", .min = 1, .max = 256,
                .meaning = "Threads for large batches."},
    SettingSpec{.name = "server.worker_queue", .type = Type::kInteger, .fallback = "64", .min = 1, .max = 65536,
                .meaning = "Requests that may queue for a worker; more are answered 429."},
    SettingSpec{.name = "server.waiter_threads", .type = Type::kInteger, .fallback = "256", .min = 1, .max = 4096,
                .meaning = "Requests that may wait for a text model (and so share its batches) or for a training at "
                           "once; a thread each, started when needed."},
    SettingSpec{.name = "server.waiter_queue", .type = Type::kInteger, .fallback = "1024", .min = 0, .max = 65536,
                .meaning = "Requests that may queue behind those; more are answered 429."},
    SettingSpec{.name = "server.max_header_bytes", .type = Type::kInteger, .fallback = "16384", .min = 1024,
                .max = kMebibyte, .meaning = "Longest request line and headers."},
    SettingSpec{.name = "server.max_body_bytes_in_flight", .type = Type::kInteger, .fallback = "268435456",
                .min = kMebibyte, .max = kMebibyte * kMebibyte,
                .meaning = "Request bodies of all connections together, in memory and, of uploads, on disk; beyond "
                           "it a request is answered 429."},
    SettingSpec{.name = "server.max_connections", .type = Type::kInteger, .fallback = "4096", .min = 1,
                .max = 1'000'000, .meaning = "Open connections; more are refused."},
    SettingSpec{.name = "server.max_connections_per_address", .type = Type::kInteger, .fallback = "1024", .min = 1,
                .max = 1'000'000, .meaning = "Open connections of one address."},
    SettingSpec{.name = "server.header_deadline_ms", .type = Type::kInteger, .fallback = "10000", .min = 10,
                .max = 3'600'000, .meaning = "Time for a request's line and headers to arrive."},
    SettingSpec{.name = "server.idle_timeout_ms", .type = Type::kInteger, .fallback = "60000", .min = 10,
                .max = 3'600'000, .meaning = "How long a connection may wait for its next request."},
    SettingSpec{.name = "server.write_timeout_ms", .type = Type::kInteger, .fallback = "30000", .min = 10,
                .max = 3'600'000, .meaning = "How long a client may take none of its answer."},
    SettingSpec{.name = "server.min_body_bytes_per_second", .type = Type::kInteger, .fallback = "1024", .min = 1,
                .max = kMebibyte, .meaning = "Slowest body that is waited for."},
    SettingSpec{.name = "server.drain_deadline_ms", .type = Type::kInteger, .fallback = "30000", .min = 0,
                .max = 3'600'000, .meaning = "How long requests in flight may take after SIGTERM."},
    SettingSpec{.name = "server.max_batch_rows", .type = Type::kInteger, .fallback = "20000", .min = 1,
                .max = 1'000'000, .meaning = "Rows of one batch request."},
    SettingSpec{.name = "training.wait_s", .type = Type::kInteger, .fallback = "600", .min = 1, .max = 86'400,
                .meaning = "How long train-model and train-all wait for their job before they answer 504; the job goes "
                           "on."},
    SettingSpec{.name = "jobs.threads", .type = Type::kInteger, .fallback = "1", .min = 1, .max = 64,
                .meaning = "Trainings that run at once."},
    SettingSpec{.name = "sentiment.model", .fallback = "auto",
                .meaning = "The sentiment of English texts: a model of `rapport models list`, a folder, builtin, or "
                           "auto: the model for that if it is installed, else the built-in one."},
    SettingSpec{.name = "emotion.model", .fallback = "auto", .meaning = "The emotion of English texts, likewise."},
    SettingSpec{.name = "multilingual.model", .fallback = "auto",
                .meaning = "The sentiment of texts in other languages, likewise."},
    SettingSpec{.name = "voice.model", .fallback = "auto",
                .meaning = "Voice notes to text: a model of `rapport models list`, a folder, an OpenAI .pt file, none, or "
                           "auto: the first voice model of that list that is installed."},
    SettingSpec{.name = "voice.precision", .type = Type::kChoice, .fallback = "auto", .choices = "auto|f32|bf16|int8",
                .meaning = "In which numbers the voice model multiplies. auto: nn.precision's."},
    SettingSpec{.name = "voice.max_bytes", .type = Type::kInteger, .fallback = "26214400", .min = 1024,
                .max = 1024 * kMebibyte, .meaning = "Largest recording; a larger one is answered 413."},
    SettingSpec{.name = "voice.max_seconds", .type = Type::kInteger, .fallback = "3600", .min = 1, .max = 86'400,
                .meaning = "Longest recording; a longer one is answered 413."},
    SettingSpec{.name = "voice.max_recordings", .type = Type::kInteger, .fallback = "32", .min = 1, .max = 4096,
                .meaning = "Recordings in work at once: they take turns, so that a short one never waits for the end of a "
                           "long one. More are answered 429."},
    SettingSpec{.name = "voice.languages", .fallback = "",
                .meaning = "Languages that may be found out in recordings, separated by commas: en,pt,hi. Empty: all that "
                           "the voice model knows. One that is named in a request is taken as it is."},
    SettingSpec{.name = "voice.beams", .type = Type::kInteger, .fallback = "1", .min = 1, .max = 16,
                .meaning = "Hypotheses that the voice model follows at once; 1 (greedy) is the fastest."},
    SettingSpec{.name = "translation.models", .fallback = "auto",
                .meaning = "The translation models on this machine, separated by commas: models of `rapport models list`, "
                           "folders, builtin (always the last choice). auto: every one that is installed, and builtin. Empty: none."},
    SettingSpec{.name = "translation.order", .fallback = "local,libretranslate,google",
                .meaning = "Who is asked to translate, in this order: local (all models on this machine), libretranslate, "
                           "google, or a model by name. Whom it leaves out is never asked."},
    SettingSpec{.name = "translation.pairs", .fallback = "",
                .meaning = "Other orders for some pairs of languages, separated by semicolons: "
                           "en-hi=google,local; *-ja=google."},
    SettingSpec{.name = "translation.beams", .type = Type::kInteger, .fallback = "4", .min = 1, .max = 16,
                .meaning = "Hypotheses that a local model follows at once; 1 (greedy) is the fastest."},
    SettingSpec{.name = "translation.max_loaded_models", .type = Type::kInteger, .fallback = "8", .min = 1, .max = 1000,
                .meaning = "Installed translation models in memory at once. A model is loaded when it is first needed; "
                           "the one that has not been used for longest makes room."},
    SettingSpec{.name = "translation.max_text_bytes", .type = Type::kInteger, .fallback = "16384", .min = 1,
                .max = kMebibyte, .meaning = "Longest text to translate; a longer one is answered 422."},
    SettingSpec{.name = "translation.max_request_bytes", .type = Type::kInteger, .fallback = "262144", .min = 1,
                .max = 32 * kMebibyte,
                .meaning = "Texts of one request together, times its target languages; more is answered 413."},
    SettingSpec{.name = "translation.cache.memory_bytes", .type = Type::kInteger, .fallback = "8388608", .min = 0,
                .max = 1'000'000'000'000, .meaning = "Memory for recent translations; 0: none are kept there."},
    SettingSpec{.name = "translation.cache.stored", .type = Type::kInteger, .fallback = "100000", .min = 0,
                .max = 100'000'000,
                .meaning = "Translations of each tenant that the database remembers, the newest; 0: none."},
    SettingSpec{.name = "translation.cache.keep_days", .type = Type::kInteger, .fallback = "30", .min = 1,
                .max = 36'500, .meaning = "How long a translation is remembered."},
    SettingSpec{.name = "translation.google.api_key", .fallback = "", .secret = true,
                .meaning = "Your key for Google Cloud Translation. Empty: it is not used. With a key, texts of pairs that "
                           "translation.order gives to google leave this machine."},
    SettingSpec{.name = "translation.google.endpoint", .fallback = "https://translation.googleapis.com/language/translate/v2",
                .meaning = "Where Google Cloud Translation (v2) is: https, or plain http on this machine."},
    SettingSpec{.name = "translation.libretranslate.url", .fallback = "",
                .meaning = "Your LibreTranslate server (http://127.0.0.1:5000). Empty: none. Texts go there as with google."},
    SettingSpec{.name = "translation.libretranslate.api_key", .fallback = "", .secret = true,
                .meaning = "Your key for it, where it wants one."},
    SettingSpec{.name = "translation.provider_timeout_ms", .type = Type::kInteger, .fallback = "10000", .min = 100,
                .max = 600'000, .meaning = "How long google and libretranslate may take for one request, tries included."},
    SettingSpec{.name = "nn.precision", .type = Type::kChoice, .fallback = "auto", .choices = "auto|f32|bf16|int8",
                .meaning = "In which numbers neural networks multiply. auto: int8."},
    SettingSpec{.name = "nn.threads", .type = Type::kInteger, .fallback = "0", .min = 0, .max = 256,
                .meaning = "Threads that compute a batch; 0: one per usable core."},
    SettingSpec{.name = "inference.max_batch_tokens", .type = Type::kInteger, .fallback = "1024", .min = 1,
                .max = kMebibyte, .meaning = "Tokens that a neural network reads at once."},
    SettingSpec{.name = "inference.max_queued_tokens", .type = Type::kInteger, .fallback = "32768", .min = 1,
                .max = 1'000'000'000,
                .meaning = "Tokens that may wait for one neural network; more are answered 429. A request counts with "
                           "at most a quarter of this."},
    SettingSpec{.name = "inference.cache_bytes", .type = Type::kInteger, .fallback = "8388608", .min = 0,
                .max = 1'000'000'000'000,
                .meaning = "Memory for recent answers of each neural network; 0: none are remembered."},
    SettingSpec{.name = "models", .fallback = "",
                .meaning = "The folder of the pretrained models (rapport models). Empty: DATA/models."},
    SettingSpec{.name = "hub.endpoint", .also_variable = "HF_ENDPOINT", .fallback = "https://huggingface.co",
                .meaning = "The hub that rapport models pull asks: https, or plain http on this machine."},
    SettingSpec{.name = "hub.token", .also_variable = "HF_TOKEN", .fallback = "", .secret = true,
                .meaning = "Your token for the hub; only gated models need one. Sent to hub.endpoint alone."},
    SettingSpec{.name = "jobs.max_open_per_tenant", .type = Type::kInteger, .fallback = "8", .min = 1, .max = 10'000,
                .meaning = "Trainings of one tenant that may wait or run; more are answered 429."},
    SettingSpec{.name = "jobs.keep_days", .type = Type::kInteger, .fallback = "30", .min = 1, .max = 36'500,
                .meaning = "How long a finished job can be asked for; then it is deleted."},
    SettingSpec{.name = "jobs.lease_ms", .type = Type::kInteger, .fallback = "30000", .min = 1000, .max = 3'600'000,
                .meaning = "How long after a server's death another one waits before it takes over its trainings."},
};

const SettingSpec* find_spec(std::string_view name) {
  const auto* found = std::find_if(kSpecs.begin(), kSpecs.end(), [&](const SettingSpec& s) { return s.name == name; });
  return found == kSpecs.end() ? nullptr : found;
}

/// What is wrong with a value, empty when nothing is.
std::string mistake(const SettingSpec& spec, const std::string& value) {
  switch (spec.type) {
    case Type::kText: return "";
    case Type::kChoice:
      return has_word(spec.choices, '|', value) ? "" : "must be one of " + std::string(spec.choices);
    case Type::kInteger: {
      std::int64_t number = 0;
      const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
      const bool whole = code == std::errc() && end == value.data() + value.size();
      if (whole && number >= spec.min && number <= spec.max) return "";
      return "must be a whole number from " + std::to_string(spec.min) + " to " + std::to_string(spec.max);
    }
  }
  return "";
}

/// A file's tables as "table.name" -> value text.
void flatten(const toml::table& table, const std::string& prefix, std::map<std::string, std::string>& out) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const toml::table* inner = node.as_table()) {
      flatten(*inner, name + ".", out);
    } else if (const auto* text = node.as_string()) {
      out[name] = text->get();
    } else if (const auto* number = node.as_integer()) {
      out[name] = std::to_string(number->get());
    } else {
      throw Error(ErrorKind::kInvalid, "invalid_setting",
                  "The setting " + name + " must be a text or a whole number in the settings file.");
    }
  }
}

std::map<std::string, std::string> read_settings_file(const std::string& path) {
  std::map<std::string, std::string> values;
  try {
    flatten(toml::parse(read_file(path, kMebibyte), path), "", values);
  } catch (const toml::parse_error& error) {
    std::ostringstream where;
    where << error.source().begin;
    throw Error(ErrorKind::kInvalid, "invalid_setting",
                "The settings file " + path + " cannot be read: " + std::string(error.description()) + " (" +
                    where.str() + ").");
  }
  return values;
}

std::map<std::string, std::string> read_environment() {
  std::map<std::string, std::string> values;
  for (const SettingSpec& spec : kSpecs) {
    const char* value = std::getenv(environment_name(spec.name).c_str());
    if (value == nullptr && !spec.also_variable.empty()) value = std::getenv(std::string(spec.also_variable).c_str());
    if (value != nullptr) values[std::string(spec.name)] = value;
  }
  return values;
}

}  // namespace

std::span<const SettingSpec> setting_specs() { return kSpecs; }

std::string environment_name(std::string_view setting) {
  std::string name = "RAPPORT_";
  for (const char c : setting) name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

Settings Settings::load(const std::map<std::string, std::string>& flags) {
  Settings settings;
  std::vector<FieldError> mistakes;
  const auto take = [&](const std::map<std::string, std::string>& values, const std::string& source) {
    for (const auto& [name, value] : values) {
      const SettingSpec* spec = find_spec(name);
      const std::string wrong = spec == nullptr ? "is not a known setting" : mistake(*spec, value);
      if (wrong.empty()) {
        settings.values_[name] = {value, source};
      } else {
        mistakes.push_back({source, "The setting " + name + " " + wrong + " (" + source + ")."});
      }
    }
  };
  for (const SettingSpec& spec : kSpecs) {
    settings.values_[std::string(spec.name)] = {std::string(spec.fallback), "default"};
  }
  const auto environment = read_environment();
  take(environment, "environment");
  take(flags, "command line");
  std::string file = settings.text("config");
  const auto beside = std::filesystem::path(settings.text("data")) / "rapport.toml";
  if (file.empty() && std::filesystem::exists(beside)) file = beside.string();
  if (!file.empty()) {
    take(read_settings_file(file), file);
    take(environment, "environment");
    mistakes.erase(std::unique(mistakes.begin(), mistakes.end(),
                               [](const FieldError& a, const FieldError& b) { return a.message == b.message; }),
                   mistakes.end());
    take(flags, "command line");
  }
  if (mistakes.empty()) return settings;
  std::string message = mistakes.front().message;
  throw Error(ErrorKind::kInvalid, "invalid_setting", std::move(message)).with_fields(std::move(mistakes));
}

const std::string& Settings::text(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) {
    throw Error(ErrorKind::kInternal, "internal", "A setting is not in the table.").with_log(std::string(name));
  }
  return found->second.text;
}

std::int64_t Settings::integer(std::string_view name) const {
  const std::string& value = text(name);
  std::int64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

std::vector<std::string> Settings::dump() const {
  std::vector<std::string> lines;
  for (const SettingSpec& spec : kSpecs) {
    const Value& value = values_.find(spec.name)->second;
    const std::string shown = spec.secret && !value.text.empty() ? "***" : "\"" + value.text + "\"";
    lines.push_back(std::string(spec.name) + " = " + shown + "   (" + value.source + ")");
  }
  return lines;
}

std::string settings_table() {
  std::string table = "| setting | environment | default | meaning |\n|---|---|---|---|\n";
  for (const SettingSpec& spec : kSpecs) {
    std::string meaning(spec.meaning);
    if (spec.type == Type::kInteger) {
      meaning += " (" + std::to_string(spec.min) + " to " + std::to_string(spec.max) + ")";
    } else if (spec.type == Type::kChoice) {
      std::string choices(spec.choices);
      std::replace(choices.begin(), choices.end(), '|', ' ');
      meaning += " (one of: " + choices + ")";
    }
    const std::string fallback = spec.fallback.empty() ? "" : "`" + std::string(spec.fallback) + "`";
    std::string variable = "`" + environment_name(spec.name) + "`";
    if (!spec.also_variable.empty()) variable += " or `" + std::string(spec.also_variable) + "`";
    table += "| `" + std::string(spec.name) + "` | " + variable + " | " + fallback + " | " + meaning + " |\n";
  }
  return table;
}

}  // namespace rapport::app
