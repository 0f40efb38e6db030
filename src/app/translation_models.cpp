#include "app/translation_models.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/hub_access.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/words.h"
#include "builtin/translation_models.h"
#include "hub/installed.h"
#include "hub/manifest.h"
#include "inference/compute_threads.h"
#include "inference/sequence_translator.h"
#include "nn/model_files.h"
#include "nn/precision.h"
#include "translation/joined_translators.h"
#include "translation/language_codes.h"
#include "translation/lazy_translators.h"
#include "translation/local_translator.h"

namespace rapport::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSetting = "translation.models";
constexpr const char* kAuto = "auto";
constexpr const char* kBuiltin = "builtin";
constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;

/// A model that is not loaded yet.
struct Model {
  std::string name;
  nn::ModelFiles files;
  inference::TranslatorLanguages languages;
  std::vector<std::string> every = {};  ///< M2M-100: any of these to any other
  double least_confidence = 0;
};

Error wrong(const std::string& problem) {
  return Error(ErrorKind::kInvalid, "invalid_setting", std::string("The setting ") + kSetting + " " + problem);
}

/// A member of a JSON file of the folder; null where there is none.
Json member(const fs::path& file, std::string_view name) {
  if (!fs::exists(file)) return nullptr;
  const auto parsed = parse_json(read_file(file.string(), kMaxConfigBytes));
  const Json* document = std::get_if<Json>(&parsed);
  const Json* value = document != nullptr && document->is_object() ? document->get_object().if_contains(name) : nullptr;
  return value != nullptr ? *value : Json();
}

std::string text_member(const fs::path& file, std::string_view name) {
  const Json value = member(file, name);
  return value.is_string() ? std::string(value.get_string()) : std::string();
}

/// The languages of an M2M-100 folder, from the tokens that stand for them: "__pt__".
std::vector<std::string> m2m_languages(const fs::path& folder) {
  std::vector<std::string> codes;
  const Json tokens = member(folder / "special_tokens_map.json", "additional_special_tokens");
  if (!tokens.is_array()) return codes;
  for (const Json& token : tokens.get_array()) {
    const std::string_view text = token.is_string() ? std::string_view(token.get_string()) : std::string_view();
    if (text.size() <= 4 || !text.starts_with("__") || !text.ends_with("__")) continue;
    std::string code = translation::normal_code(text.substr(2, text.size() - 4));
    if (!code.empty()) codes.push_back(std::move(code));
  }
  return codes;
}

/// The pair that a Marian folder translates: as its tokenizer says ("eng", "spa"), else as its name does
/// ("opus-mt-en-es").
std::pair<std::string, std::string> pair_of(const fs::path& folder, const std::string& name) {
  const fs::path config = folder / "tokenizer_config.json";
  std::pair<std::string, std::string> pair = {translation::normal_code(text_member(config, "source_lang")),
                                              translation::normal_code(text_member(config, "target_lang"))};
  if (!pair.first.empty() && !pair.second.empty()) return pair;
  const std::vector<std::string> parts = split_words(name, '-');
  if (parts.size() < 2) return {};
  return {translation::normal_code(parts[parts.size() - 2]), translation::normal_code(parts.back())};
}

Model of_m2m100(std::string name, const fs::path& folder) {
  Model model{.name = std::move(name), .files = folder, .languages = {}, .every = m2m_languages(folder)};
  if (!model.every.empty()) return model;
  throw Error(ErrorKind::kUnavailable, "model_incomplete",
              "The model " + model.name + " does not say which languages it knows: its folder needs " +
                  "special_tokens_map.json.");
}

Model of_manifest(const hub::ModelSpec& spec, const fs::path& folder) {
  if (spec.sources.empty()) return of_m2m100(std::string(spec.name), folder);
  return {.name = std::string(spec.name),
          .files = folder,
          .languages = {.sources = split_words(spec.sources, ' '),
                        .targets = split_words(spec.targets, ' '),
                        .target_token = std::string(spec.target_token)}};
}

Model of_folder(const fs::path& folder) {
  const std::string name = (folder.has_filename() ? folder.filename() : folder.parent_path().filename()).string();
  const std::string type = text_member(folder / "config.json", "model_type");
  if (type == "m2m_100") return of_m2m100(name, folder);
  if (type != "marian") {
    throw wrong("names a folder that holds no translation model (marian, m2m_100): " + folder.string() + ".");
  }
  const auto [source, target] = pair_of(folder, name);
  if (source.empty() || target.empty()) {
    throw wrong("names a model that does not say what it translates: " + folder.string() +
                ". Call its folder NAME-SOURCE-TARGET (my-model-en-es).");
  }
  return {.name = name, .files = folder, .languages = {.sources = {source}, .targets = {target}, .target_token = {}}};
}

Model named(const Settings& settings, const std::string& value) {
  for (const hub::ModelSpec& spec : hub::manifest()) {
    if (spec.role != hub::ModelRole::kTranslation || (value != spec.name && value != spec.repository)) continue;
    if (const auto folder = hub::installed_model(models_folder(settings), spec.name)) return of_manifest(spec, *folder);
    throw Error(ErrorKind::kUnavailable, "model_not_installed",
                std::string("The setting ") + kSetting + " names a model that is not installed: rapport models pull " +
                    std::string(spec.name) + ".");
  }
  if (fs::is_directory(value)) return of_folder(value);
  throw wrong(
      "must be auto, or models of `rapport models list`, folders and builtin between commas, and has: " + value + ".");
}

std::vector<std::string> strings(const std::vector<std::string_view>& views) {
  return {views.begin(), views.end()};
}

/// The models that the program carries.
std::vector<Model> builtin_models() {
  std::vector<Model> models;
  for (const builtin::TranslationModel& model : builtin::translation_models()) {
    nn::ModelFiles::Carried files;
    for (const builtin::CarriedFile& file : model.files) files.emplace(file.name, file.bytes);
    models.push_back(
        {.name = "builtin-" + std::string(model.name),
         .files = nn::ModelFiles("builtin-" + std::string(model.name), std::move(files)),
         .languages = {.sources = strings(model.sources), .targets = strings(model.targets), .target_token = {}},
         .least_confidence = model.least_confidence});
  }
  return models;
}

/// Those that the settings name, without the built-in ones.
std::vector<Model> models_of(const Settings& settings) {
  std::vector<Model> models;
  for (const std::string& value : split_words(settings.text(kSetting), ',')) {
    if (value == kAuto) {
      for (const hub::ModelSpec& spec : hub::manifest()) {
        if (spec.role != hub::ModelRole::kTranslation) continue;
        const auto folder = hub::installed_model(models_folder(settings), spec.name);
        if (folder) models.push_back(of_manifest(spec, *folder));
      }
    }
    if (value != kAuto && value != kBuiltin) models.push_back(named(settings, value));
  }
  return models;
}

bool wants_builtin(const Settings& settings) {
  const std::vector<std::string> names = split_words(settings.text(kSetting), ',');
  return std::any_of(names.begin(), names.end(), [](const auto& name) { return name == kAuto || name == kBuiltin; });
}

bool contains(const std::vector<std::string>& codes, std::string_view code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

translation::LazyTranslators::Entry entry_of(const Model& model, const Settings& settings, Metrics& metrics) {
  std::vector<std::string> codes = model.every;
  for (const auto& side : {model.languages.sources, model.languages.targets}) {
    for (const std::string& code : side) {
      if (!contains(codes, code)) codes.push_back(code);
    }
  }
  const std::size_t threads = static_cast<std::size_t>(settings.integer("nn.threads"));
  inference::SequenceTranslator::Options options{
      .name = model.name,
      .precision = nn::parse_precision(settings.text("nn.precision")).value_or(nn::Precision::kInt8),
      .languages = model.languages,
      .beams = static_cast<std::size_t>(settings.integer("translation.beams")),
      .max_queued_tokens = static_cast<std::size_t>(settings.integer("inference.max_queued_tokens")),
      .on_thread = [threads] { inference::use_threads(threads); }};
  return {.name = model.name,
          .edition =
              [files = model.files, options] {
                return files.edition() + '/' + std::string(nn::to_string(options.precision)) + '/' +
                       std::to_string(options.beams);
              },
          .languages = std::move(codes),
          .supports =
              [model](std::string_view source, std::string_view target) {
                if (!model.every.empty()) return contains(model.every, source) && contains(model.every, target);
                return contains(model.languages.sources, source) && contains(model.languages.targets, target);
              },
          .least_confidence = model.least_confidence,
          .load = [files = model.files, options, &metrics]() -> std::unique_ptr<const translation::Translator> {
            return std::make_unique<translation::LocalTranslator>(
                std::make_unique<const inference::SequenceTranslator>(files, options, metrics));
          }};
}

}  // namespace

std::vector<std::shared_ptr<const translation::Translator>> local_translators(const Settings& settings,
                                                                              Metrics& metrics) {
  translation::LazyTranslators lazy(static_cast<std::size_t>(settings.integer("translation.max_loaded_models")));
  std::vector<std::shared_ptr<const translation::Translator>> all;
  for (const Model& model : models_of(settings)) all.push_back(lazy.add(entry_of(model, settings, metrics)));
  if (!wants_builtin(settings) || builtin::translation_models().empty()) return all;
  std::vector<std::shared_ptr<const translation::Translator>> parts;
  for (const Model& model : builtin_models()) parts.push_back(lazy.add(entry_of(model, settings, metrics)));
  all.push_back(std::make_shared<translation::JoinedTranslators>(kBuiltin, std::move(parts)));
  return all;
}

}  // namespace rapport::app
