#include "nn/models/whisper_config.h"

#include <algorithm>
#include <boost/json.hpp>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "nn/checkpoint/stored_tensor.h"

namespace rapport::nn {
namespace {

constexpr std::size_t kMostConfigBytes = std::size_t{16} << 20;
constexpr std::size_t kMostLayers = 256;
constexpr std::size_t kMostHeads = 1024;
constexpr std::size_t kMostWidth = 1 << 16;
constexpr std::size_t kMostVocabulary = 1 << 24;
constexpr std::size_t kMostPositions = 1 << 16;
/// The vocabulary of the English-only models; the others have one language token more at least.
constexpr std::size_t kEnglishVocabulary = 51864;

Error damaged(const std::string& file, const std::string& why) {
  return {ErrorKind::kUnavailable, "model_damaged", "The model's " + file + " cannot be used: " + why + "."};
}

Error unsupported(const std::string& why) {
  return {ErrorKind::kUnavailable, "model_unsupported", "The model cannot be run: " + why + "."};
}

bool is_file(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

Json read_object(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  auto parsed = parse_json(read_file(file, kMostConfigBytes));
  if (const auto* error = std::get_if<JsonError>(&parsed)) throw damaged(name, "it is not JSON: " + error->message);
  if (!std::get<Json>(parsed).is_object()) throw damaged(name, "it is no JSON object");
  return std::get<Json>(std::move(parsed));
}

std::size_t whole(const Json& config, const char* name, std::size_t most) {
  const Json* value = config.get_object().if_contains(name);
  if (value == nullptr) throw damaged("config.json", std::string(name) + " is missing");
  boost::json::error_code failed;
  const auto number = value->is_number() ? value->to_number<std::int64_t>(failed) : 0;
  if (failed || number < 1 || static_cast<std::size_t>(number) > most) {
    throw damaged("config.json", std::string(name) + " is no whole number from 1 to " + std::to_string(most));
  }
  return static_cast<std::size_t>(number);
}

void expect_text(const Json& config, const char* name, const char* expected, bool required) {
  const Json* value = config.get_object().if_contains(name);
  if (value == nullptr && !required) return;
  const std::string found = value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
  if (found != expected)
    throw unsupported("its " + std::string(name) + " is " + in_quotes(found) + ", not \"" + expected + "\"");
}

void check_heads(const WhisperConfig& config, const std::string& file) {
  if (config.width % config.encoder_heads != 0 || config.width % config.decoder_heads != 0) {
    throw damaged(file, "the number of heads does not divide the width");
  }
  if (config.width % 2 != 0) throw damaged(file, "the width is odd");
}

/// The heads that OpenAI found to follow the audio, for the published sizes. (large-v1 has the shape of large-v2: it
/// is taken for that.) Source: openai/whisper, `_ALIGNMENT_HEADS`.
constexpr AttentionHead kTiny[] = {{2, 2}, {3, 0}, {3, 2}, {3, 3}, {3, 4}, {3, 5}};
constexpr AttentionHead kTinyEn[] = {{1, 0}, {2, 0}, {2, 5}, {3, 0}, {3, 1}, {3, 2}, {3, 3}, {3, 4}};
constexpr AttentionHead kBase[] = {{3, 1}, {4, 2}, {4, 3}, {4, 7}, {5, 1}, {5, 2}, {5, 4}, {5, 6}};
constexpr AttentionHead kBaseEn[] = {{3, 3}, {4, 7}, {5, 1}, {5, 5}, {5, 7}};
constexpr AttentionHead kSmall[] = {{5, 3}, {5, 9}, {8, 0}, {8, 4}, {8, 7}, {8, 8}, {9, 0}, {9, 7}, {9, 9}, {10, 5}};
constexpr AttentionHead kSmallEn[] = {{6, 6},  {7, 0},  {7, 3},   {7, 8},  {8, 2},  {8, 5},  {8, 7},
                                      {9, 0},  {9, 4},  {9, 8},   {9, 10}, {10, 0}, {10, 1}, {10, 2},
                                      {10, 3}, {10, 6}, {10, 11}, {11, 2}, {11, 4}};
constexpr AttentionHead kMedium[] = {{13, 15}, {15, 4}, {15, 15}, {16, 1}, {20, 0}, {23, 4}};
constexpr AttentionHead kMediumEn[] = {{11, 4},  {14, 1}, {14, 12}, {14, 14}, {15, 4},  {16, 0},
                                       {16, 4},  {16, 9}, {17, 12}, {17, 14}, {18, 7},  {18, 10},
                                       {18, 15}, {20, 0}, {20, 3},  {20, 9},  {20, 14}, {21, 12}};
constexpr AttentionHead kLargeV2[] = {{10, 12}, {13, 17}, {16, 11}, {16, 12}, {16, 13}, {17, 15}, {17, 16}, {18, 4},
                                      {18, 11}, {18, 19}, {19, 11}, {21, 2},  {21, 3},  {22, 3},  {22, 9},  {22, 12},
                                      {23, 5},  {23, 7},  {23, 13}, {25, 5},  {26, 1},  {26, 12}, {27, 15}};
constexpr AttentionHead kLargeV3[] = {{7, 0},   {10, 17}, {12, 18}, {13, 12}, {16, 1},
                                      {17, 14}, {19, 11}, {21, 4},  {24, 1},  {25, 6}};
constexpr AttentionHead kTurbo[] = {{2, 4}, {2, 11}, {3, 3}, {3, 6}, {3, 11}, {3, 14}};

struct PublishedHeads {
  std::size_t decoder_layers;
  std::size_t width;
  bool multilingual;
  std::size_t mel_bins;
  std::span<const AttentionHead> heads;
};

constexpr PublishedHeads kPublishedHeads[] = {
    {4, 384, true, 80, kTiny},       {4, 384, false, 80, kTinyEn},     {6, 512, true, 80, kBase},
    {6, 512, false, 80, kBaseEn},    {12, 768, true, 80, kSmall},      {12, 768, false, 80, kSmallEn},
    {24, 1024, true, 80, kMedium},   {24, 1024, false, 80, kMediumEn}, {32, 1280, true, 80, kLargeV2},
    {32, 1280, true, 128, kLargeV3}, {4, 1280, true, 128, kTurbo},
};

/// Of a model of no published size: all heads of the upper half of the layers, as the reference does it.
std::vector<AttentionHead> default_heads(const WhisperConfig& config) {
  for (const PublishedHeads& known : kPublishedHeads) {
    if (known.decoder_layers == config.decoder_layers && known.width == config.width &&
        known.multilingual == config.multilingual && known.mel_bins == config.mel_bins) {
      return {known.heads.begin(), known.heads.end()};
    }
  }
  std::vector<AttentionHead> heads;
  for (std::size_t layer = config.decoder_layers / 2; layer < config.decoder_layers; ++layer) {
    for (std::size_t head = 0; head < config.decoder_heads; ++head) heads.push_back({layer, head});
  }
  return heads;
}

std::vector<AttentionHead> read_alignment_heads(const Json& list, const WhisperConfig& config) {
  const auto wrong = [] { return damaged("generation_config.json", "alignment_heads is no list of [layer, head]"); };
  const auto number = [&](const Json& value, std::size_t below) {
    if (!value.is_int64() || value.get_int64() < 0 || static_cast<std::size_t>(value.get_int64()) >= below)
      throw wrong();
    return static_cast<std::size_t>(value.get_int64());
  };
  if (!list.is_array() || list.get_array().size() > config.decoder_layers * config.decoder_heads) throw wrong();
  std::vector<AttentionHead> heads;
  for (const Json& pair : list.get_array()) {
    if (!pair.is_array() || pair.get_array().size() != 2) throw wrong();
    heads.push_back(
        {number(pair.get_array()[0], config.decoder_layers), number(pair.get_array()[1], config.decoder_heads)});
  }
  return heads;
}

void read_generation_config(const std::filesystem::path& file, WhisperConfig& config) {
  if (!is_file(file)) return;
  const Json generation = read_object(file);
  if (const Json* value = generation.get_object().if_contains("is_multilingual");
      value != nullptr && value->is_bool()) {
    config.multilingual = value->get_bool();
  }
  if (const Json* list = generation.get_object().if_contains("alignment_heads"); list != nullptr && !list->is_null()) {
    config.alignment_heads = read_alignment_heads(*list, config);
  }
}

}  // namespace

WhisperFiles WhisperFiles::find(const std::filesystem::path& path) {
  if (is_file(path)) return {path.parent_path(), path};
  if (is_file(path / "config.json")) return {path, std::nullopt};
  std::vector<std::filesystem::path> found;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(path, failed)) {
    if (entry.path().extension() == ".pt") found.push_back(entry.path());
  }
  if (found.size() > 1) throw unsupported("its folder holds several .pt files; name one of them");
  if (found.size() == 1) return {path, found.front()};
  throw Error(ErrorKind::kUnavailable, "model_not_installed",
              "The model's folder " + path.filename().string() +
                  " holds neither config.json (Hugging Face) nor a .pt file (OpenAI).")
      .with_log(path.string());
}

WhisperConfig read_whisper_config(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "config.json";
  if (!is_file(file)) {
    throw Error(ErrorKind::kUnavailable, "model_not_installed",
                "The model's folder " + folder.filename().string() + " holds no config.json.")
        .with_log(folder.string());
  }
  const Json json = read_object(file);
  expect_text(json, "model_type", "whisper", true);
  expect_text(json, "activation_function", "gelu", false);
  WhisperConfig config;
  config.mel_bins = whole(json, "num_mel_bins", 1024);
  config.audio_positions = whole(json, "max_source_positions", kMostPositions);
  config.text_positions = whole(json, "max_target_positions", kMostPositions);
  config.vocabulary = whole(json, "vocab_size", kMostVocabulary);
  config.width = whole(json, "d_model", kMostWidth);
  config.encoder_layers = whole(json, "encoder_layers", kMostLayers);
  config.encoder_heads = whole(json, "encoder_attention_heads", kMostHeads);
  config.encoder_inner = whole(json, "encoder_ffn_dim", kMostWidth);
  config.decoder_layers = whole(json, "decoder_layers", kMostLayers);
  config.decoder_heads = whole(json, "decoder_attention_heads", kMostHeads);
  config.decoder_inner = whole(json, "decoder_ffn_dim", kMostWidth);
  check_heads(config, "config.json");
  config.multilingual = config.vocabulary != kEnglishVocabulary;
  read_generation_config(folder / "generation_config.json", config);
  if (config.alignment_heads.empty()) config.alignment_heads = default_heads(config);
  return config;
}

WhisperConfig read_whisper_dims(const Checkpoint& file) {
  const auto dim = [&](const char* name, std::size_t most) {
    const auto value = file.integer(std::string("dims.") + name);
    if (!value || *value < 1 || static_cast<std::size_t>(*value) > most) {
      throw damaged(".pt file", "dims." + std::string(name) + " is no whole number from 1 to " + std::to_string(most));
    }
    return static_cast<std::size_t>(*value);
  };
  WhisperConfig config;
  config.mel_bins = dim("n_mels", 1024);
  config.audio_positions = dim("n_audio_ctx", kMostPositions);
  config.text_positions = dim("n_text_ctx", kMostPositions);
  config.vocabulary = dim("n_vocab", kMostVocabulary);
  config.width = dim("n_audio_state", kMostWidth / 4);
  if (dim("n_text_state", kMostWidth) != config.width) throw damaged(".pt file", "encoder and decoder differ in width");
  config.encoder_layers = dim("n_audio_layer", kMostLayers);
  config.encoder_heads = dim("n_audio_head", kMostHeads);
  config.decoder_layers = dim("n_text_layer", kMostLayers);
  config.decoder_heads = dim("n_text_head", kMostHeads);
  config.encoder_inner = config.decoder_inner = 4 * config.width;
  check_heads(config, ".pt file");
  config.multilingual = config.vocabulary != kEnglishVocabulary;
  config.alignment_heads = default_heads(config);
  return config;
}

StackNames whisper_stack_names(const std::string& part) {
  StackNames names{.layers = "model." + part + ".layers.", .final_norm = "model." + part + ".layer_norm"};
  names.self.key_bias = names.cross.key_bias = false;
  return names;
}

}  // namespace rapport::nn
