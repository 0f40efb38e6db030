#include "hub/manifest.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/error.h"

namespace rapport::hub {
namespace {

constexpr std::array<std::string_view, 3> kByteLevelFiles = {"config.json", "vocab.json", "merges.txt"};
constexpr std::array<std::string_view, 2> kSentencePieceFiles = {"config.json", "sentencepiece.bpe.model"};
constexpr std::array<std::string_view, 2> kTokenizerNotes = {"special_tokens_map.json", "tokenizer_config.json"};
constexpr std::array<std::string_view, 2> kWeights = {"model.safetensors", "pytorch_model.bin"};

constexpr std::array<std::string_view, 5> kWhisperNotes = {"generation_config.json", "added_tokens.json",
                                                           "special_tokens_map.json", "tokenizer_config.json",
                                                           "preprocessor_config.json"};

constexpr std::string_view kLicenceNotStated = "not stated by its authors: check before commercial use";

struct Whisper {
  std::string_view repository;
  std::string_view revision;
  std::uint64_t approximate_bytes;
  std::string_view licence = "Apache-2.0";
};

/// A Whisper model in the layout that all of OpenAI's have.
constexpr ModelSpec whisper(const Whisper& model) {
  const bool english = model.repository.ends_with(".en");
  return {.name = model.repository.substr(model.repository.find('/') + 1),
          .repository = model.repository,
          .revision = model.revision,
          .role = ModelRole::kVoice,
          .languages = english ? "en" : "99 languages, found out",
          .licence = model.licence,
          .approximate_bytes = model.approximate_bytes,
          .files = kByteLevelFiles,
          .optional = kWhisperNotes,
          .weights = kWeights};
}

constexpr std::array kManifest = {
    ModelSpec{.name = "twitter-roberta-base-sentiment-latest",
              .repository = "cardiffnlp/twitter-roberta-base-sentiment-latest",
              .revision = "3216a57f2a0d9c45a2e6c20157c20c49fb4bf9c7",
              .role = ModelRole::kSentiment,
              .languages = "en",
              .licence = "CC BY 4.0",
              .approximate_bytes = 502'000'000,
              .files = kByteLevelFiles,
              .optional = kTokenizerNotes,
              .weights = kWeights},
    ModelSpec{.name = "emotion-english-distilroberta-base",
              .repository = "j-hartmann/emotion-english-distilroberta-base",
              .revision = "0e1cd914e3d46199ed785853e12b57304e04178b",
              .role = ModelRole::kEmotion,
              .languages = "en",
              .licence = kLicenceNotStated,
              .approximate_bytes = 330'000'000,
              .files = kByteLevelFiles,
              .optional = kTokenizerNotes,
              .weights = kWeights},
    ModelSpec{.name = "twitter-xlm-roberta-base-sentiment",
              .repository = "cardiffnlp/twitter-xlm-roberta-base-sentiment",
              .revision = "f2f1202b1bdeb07342385c3f807f9c07cd8f5cf8",
              .role = ModelRole::kMultilingualSentiment,
              .languages = "ar, de, en, es, fr, hi, it, pt; others by transfer",
              .licence = kLicenceNotStated,
              .approximate_bytes = 1'118'000'000,
              .files = kSentencePieceFiles,
              .optional = kTokenizerNotes,
              .weights = kWeights},
    // The first that is installed answers where the setting says auto.
    whisper({"openai/whisper-base", "e37978b90ca9030d5170a5c07aadb050351a65bb", 295'000'000}),
    whisper({"openai/whisper-tiny", "169d4a4341b33bc18d8881c4b69c2e104e1cc0af", 155'000'000}),
    whisper({"openai/whisper-small", "973afd24965f72e36ca33b3055d56a652f456b4d", 972'000'000}),
    whisper({"openai/whisper-medium", "abdf7c39ab9d0397620ccaea8974cc764cd0953e", 3'060'000'000}),
    whisper({"openai/whisper-large-v3", "06f233fe06e710322aca913c1bc4249a0d71fce1", 3'092'000'000}),
    whisper({"openai/whisper-large-v3-turbo", "41f01f3fe87f28c78e2fbf8b568835947dd65ed9", 1'622'000'000, "MIT"}),
    whisper({"openai/whisper-tiny.en", "87c7102498dcde7456f24cfd30239ca606ed9063", 155'000'000}),
    whisper({"openai/whisper-base.en", "911407f4214e0e1d82085af863093ec0b66f9cd6", 295'000'000}),
    whisper({"openai/whisper-small.en", "e8727524f962ee844a7319d92be39ac1bd25655a", 972'000'000}),
    whisper({"openai/whisper-medium.en", "2e98eb6279edf5095af0c8dedb36bdec0acd172b", 3'060'000'000}),
};

}  // namespace

std::string_view to_string(ModelRole role) {
  switch (role) {
    case ModelRole::kSentiment:
      return "sentiment";
    case ModelRole::kEmotion:
      return "emotion";
    case ModelRole::kMultilingualSentiment:
      return "multilingual_sentiment";
    case ModelRole::kVoice:
      return "voice";
  }
  return "";
}

std::span<const ModelSpec> manifest() {
  return kManifest;
}

const ModelSpec& find_model(std::string_view name_or_repository) {
  const auto* found = std::find_if(kManifest.begin(), kManifest.end(), [&](const ModelSpec& spec) {
    return spec.name == name_or_repository || spec.repository == name_or_repository;
  });
  if (found != kManifest.end()) return *found;
  std::string names;
  for (const ModelSpec& spec : kManifest) names += (names.empty() ? "" : ", ") + std::string(spec.name);
  throw Error(ErrorKind::kNotFound, "unknown_pretrained_model",
              "There is no pretrained model " + std::string(name_or_repository) + ". There are: " + names + ".");
}

}  // namespace rapport::hub
