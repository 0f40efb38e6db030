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

constexpr std::string_view kLicenceNotStated = "not stated by its authors: check before commercial use";

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
