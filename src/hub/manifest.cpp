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

constexpr std::array<std::string_view, 4> kMarianFiles = {"config.json", "vocab.json", "source.spm", "target.spm"};
constexpr std::array<std::string_view, 3> kM2m100Files = {"config.json", "vocab.json", "sentencepiece.bpe.model"};
constexpr std::array<std::string_view, 3> kGenerationNotes = {"generation_config.json", "special_tokens_map.json",
                                                              "tokenizer_config.json"};

constexpr std::string_view kApache = "Apache-2.0";
constexpr std::string_view kCcBy = "CC BY 4.0";

/// An OPUS-MT model of the University of Helsinki, in the layout that all of them have.
struct OpusPair {
  std::string_view repository;
  std::string_view revision;
  std::string_view sources;
  std::string_view targets;
  std::string_view languages;
  std::string_view licence = kApache;
  std::uint64_t approximate_bytes = 312'000'000;
  std::string_view target_token = {};
};

constexpr ModelSpec opus_mt(const OpusPair& pair) {
  return {.name = pair.repository.substr(pair.repository.find('/') + 1),
          .repository = pair.repository,
          .revision = pair.revision,
          .role = ModelRole::kTranslation,
          .languages = pair.languages,
          .licence = pair.licence,
          .approximate_bytes = pair.approximate_bytes,
          .files = kMarianFiles,
          .optional = kGenerationNotes,
          .weights = kWeights,
          .sources = pair.sources,
          .targets = pair.targets,
          .target_token = pair.target_token};
}

constexpr ModelSpec m2m100(std::string_view name, std::string_view repository, std::string_view revision,
                           std::uint64_t approximate_bytes) {
  return {.name = name,
          .repository = repository,
          .revision = revision,
          .role = ModelRole::kTranslation,
          .languages = "100 languages, every pair of them",
          .licence = "MIT",
          .approximate_bytes = approximate_bytes,
          .files = kM2m100Files,
          .optional = kGenerationNotes,
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
    opus_mt({.repository = "Helsinki-NLP/opus-mt-en-es",
             .revision = "fdaddf76f50fcc1583ba42f95965862a7ab30f97",
             .sources = "en",
             .targets = "es",
             .languages = "en to es"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-es-en",
             .revision = "725b7965a8cac11ebe80ea671e72e0b7e8b28a9f",
             .sources = "es",
             .targets = "en",
             .languages = "es to en"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-en-fr",
             .revision = "c96fcd7f38a4c0d1ac9b61e255b47f3f7ff55e5e",
             .sources = "en",
             .targets = "fr",
             .languages = "en to fr"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-fr-en",
             .revision = "c4aed37b318c763fd177aa449b44e3b783cc6c02",
             .sources = "fr",
             .targets = "en",
             .languages = "fr to en"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-en-de",
             .revision = "0012d6d6ff4b4dd06bee042d3294295f0e587abd",
             .sources = "en",
             .targets = "de",
             .languages = "en to de",
             .licence = kCcBy}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-de-en",
             .revision = "6f6b23ef5ef8a586414ad9d2b7dda64ca5352935",
             .sources = "de",
             .targets = "en",
             .languages = "de to en"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-en-it",
             .revision = "5483bd70fe6e934c56875647d5dbad58f09bbd16",
             .sources = "en",
             .targets = "it",
             .languages = "en to it"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-it-en",
             .revision = "d43c8316fd1645309b94b88ec52b13e505cc91d9",
             .sources = "it",
             .targets = "en",
             .languages = "it to en"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-en-hi",
             .revision = "43211ff5af2aad1a5da49a7017bf790346dc0eef",
             .sources = "en",
             .targets = "hi",
             .languages = "en to hi"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-hi-en",
             .revision = "338f1e1226738d9095c1e8b6f8931c46c0de85a4",
             .sources = "hi",
             .targets = "en",
             .languages = "hi to en"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-en-id",
             .revision = "916d091c1efaba75c4ba7cd2f544ef2fbcc1a194",
             .sources = "en",
             .targets = "id",
             .languages = "en to id"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-id-en",
             .revision = "b7a06a6a2bb269a4de8cdad71940035eae97cea7",
             .sources = "id",
             .targets = "en",
             .languages = "id to en"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-en-ar",
             .revision = "e5742ee15a985bb3200eecf7e470b5570787d19f",
             .sources = "en",
             .targets = "ar",
             .languages = "en to ar",
             .target_token = ">>ara<<"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-ar-en",
             .revision = "652fda8efc6fb9febd4ad067e1071ebf44b9135a",
             .sources = "ar",
             .targets = "en",
             .languages = "ar to en"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-en-ru",
             .revision = "3ff4dbd98515ba253f08f183e0de0b7ccf189ee3",
             .sources = "en",
             .targets = "ru",
             .languages = "en to ru"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-ru-en",
             .revision = "7c84e70e05294db4fead6135d04585020413f78b",
             .sources = "ru",
             .targets = "en",
             .languages = "ru to en",
             .licence = kCcBy}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-en-nl",
             .revision = "cb106147f56946f00045d2f9768539949e660489",
             .sources = "en",
             .targets = "nl",
             .languages = "en to nl"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-nl-en",
             .revision = "385c15b2b304774437eac7c2b584e4868ca1c6f0",
             .sources = "nl",
             .targets = "en",
             .languages = "nl to en"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-tr-en",
             .revision = "d8105b00028cce05b15ebf0ebe54a2e06645f2cf",
             .sources = "tr",
             .targets = "en",
             .languages = "tr to en"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-zh-en",
             .revision = "fff364af2d5a81135adb57f3625215109e8cc815",
             .sources = "zh",
             .targets = "en",
             .languages = "zh to en",
             .licence = kCcBy}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-tc-big-en-pt",
             .revision = "6cd179c3a36b2aa259d58bc8c0dc33af3d8e4632",
             .sources = "en",
             .targets = "pt",
             .languages = "en to pt (of Brazil)",
             .licence = kCcBy,
             .approximate_bytes = 581'000'000,
             .target_token = ">>pob<<"}),
    opus_mt({.repository = "Helsinki-NLP/opus-mt-ROMANCE-en",
             .revision = "dd27a5df7623594b19ab50244084e2beddc2181c",
             .sources = "ca es fr gl it pt ro",
             .targets = "en",
             .languages = "pt, and ca, es, fr, gl, it, ro, to en"}),
    m2m100("m2m100-418m", "facebook/m2m100_418M", "62d980b8566a7c30e96918baf450d6a7218aadec", 1'942'000'000),
    m2m100("small100", "alirezamsh/small100", "326dbc8e138d622c4611363258590dfd82a34aec", 1'338'000'000),
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
    case ModelRole::kTranslation:
      return "translation";
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
