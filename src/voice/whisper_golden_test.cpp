// The fixtures' Whisper models decoded as openai/whisper v20231117 does it: ten ways for each clip, from the
// reference's own spectrograms.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "support/reference_mels.h"
#include "support/shared_fixtures.h"
#include "voice/whisper_decoder.h"

namespace rapport::voice {
namespace {

constexpr double kLogitTolerance = 1e-4;
constexpr double kLogprobTolerance = 1e-4;
constexpr double kRelativeProbTolerance = 1e-3;
const char* const kFolders[] = {"whisper-tiny-random", "whisper-tiny-random-fullvocab"};

struct Model {
  nn::Whisper whisper;
  WhisperVocabulary vocabulary;
  WhisperDecoder decoder;
  WhisperDecoder::State state;

  explicit Model(const nn::WhisperFiles& files, nn::Precision precision = nn::Precision::kF32)
      : whisper(nn::Whisper::load(files, precision)),
        vocabulary(WhisperVocabulary::load(files, whisper.config())),
        decoder(whisper, vocabulary),
        state(whisper) {}

  void hear(const std::filesystem::path& folder, std::string_view clip) {
    const nn::Matrix mel = test::reference_mel(folder / "../audio", std::string(clip));
    const nn::ConstMatrixView view = mel;
    decoder.encode({&view, 1}, state);
  }
};

template <class T>
std::vector<T> numbers(const Json& list) {
  std::vector<T> values;
  for (const Json& item : list.as_array()) values.push_back(static_cast<T>(item.to_number<double>()));
  return values;
}

Json expected_of(const std::filesystem::path& folder) {
  return parse_json_or_throw(read_file(folder / "expected.json"));
}

/// The options of one of the fixture's ways to decode.
WindowOptions options_of(const Json& way) {
  const auto& given = way.at("options").as_object();
  WindowOptions options;
  options.language = std::string(way.at("language").as_string());
  options.timestamps = !given.at("without_timestamps").as_bool();
  options.search.max_tokens = static_cast<std::size_t>(given.at("sample_len").as_int64());
  if (given.contains("task")) options.task = Task::kTranslateToEnglish;
  if (given.contains("prompt")) options.prompt = numbers<TokenId>(given.at("prompt"));
  if (given.contains("prefix")) options.prefix = numbers<TokenId>(given.at("prefix"));
  if (given.contains("beam_size")) options.search.beams = static_cast<std::size_t>(given.at("beam_size").as_int64());
  if (given.contains("suppress_tokens")) options.suppressed = std::vector<TokenId>{};
  if (given.contains("suppress_blank")) options.suppress_blank = given.at("suppress_blank").as_bool();
  return options;
}

/// The reference spells out marks among the words; we do not.
std::string without_marks(std::string text) {
  for (std::size_t at; (at = text.find("<|")) != std::string::npos;) text.erase(at, text.find("|>", at) + 2 - at);
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin);
}

TEST(WhisperGolden, KnowsTheReferencesMarksAndSuppressedTokens) {
  for (const char* name : kFolders) {
    RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + name);
    const Json expected = expected_of(folder);
    const nn::WhisperFiles files = nn::WhisperFiles::find(folder);
    const WhisperVocabulary vocabulary = WhisperVocabulary::load(files, nn::read_whisper_config(folder));
    const auto mark = [&](const char* text) {
      return static_cast<TokenId>(expected.at("special_ids").at(text).as_int64());
    };

    EXPECT_EQ(vocabulary.end_of_text(), mark("<|endoftext|>"));
    EXPECT_EQ(vocabulary.start(), mark("<|startoftranscript|>"));
    EXPECT_EQ(vocabulary.language_id("en"), mark("<|en|>"));
    EXPECT_EQ(vocabulary.translate(), mark("<|translate|>"));
    EXPECT_EQ(vocabulary.transcribe(), mark("<|transcribe|>"));
    EXPECT_EQ(vocabulary.start_of_previous(), mark("<|startofprev|>"));
    EXPECT_EQ(vocabulary.no_speech(), mark("<|nospeech|>"));
    EXPECT_EQ(vocabulary.no_timestamps(), mark("<|notimestamps|>"));
    EXPECT_EQ(vocabulary.first_timestamp(), mark("<|0.00|>"));
    EXPECT_EQ(vocabulary.languages().size(), 99U);
    const auto suppressed = vocabulary.not_spoken();
    EXPECT_EQ(std::vector<TokenId>(suppressed.begin(), suppressed.end()),
              numbers<TokenId>(expected.at("suppress_tokens")));
    const auto blank = vocabulary.not_first();
    EXPECT_EQ(std::vector<TokenId>(blank.begin(), blank.end()), numbers<TokenId>(expected.at("begin_suppress_tokens")));
  }
}

TEST(WhisperGolden, GivesTheReferencesLogitsOfForcedTokens) {
  for (const char* name : kFolders) {
    RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + name);
    const Json expected = expected_of(folder);
    Model model(nn::WhisperFiles::find(folder));
    double worst = 0;
    for (const auto& [clip, facts] : expected.at("clips").as_object()) {
      model.hear(folder, clip);
      const auto tokens = numbers<TokenId>(facts.at("forced").at("tokens"));
      const auto logprobs = numbers<double>(facts.at("forced").at("logprob_of_next"));
      nn::Whisper::Hypothesis past(model.state.model.cache);
      const nn::Whisper::Input input{&past, &model.state.windows[0], tokens};
      nn::Matrix logits(tokens.size(), model.vocabulary.size());

      const nn::MatrixView hidden = model.whisper.read({&input, 1}, model.state.model);
      model.whisper.logits(hidden, logits, model.state.model);

      for (std::size_t t = 0; t < logprobs.size(); ++t) {
        double sum = 0;
        for (std::size_t i = 0; i < logits.cols(); ++i) sum += std::exp(static_cast<double>(logits.row(t)[i]));
        const double own = static_cast<double>(logits.row(t)[tokens[t + 1]]) - std::log(sum);
        worst = std::max(worst, std::abs(own - logprobs[t]));
      }
      const Json& first = facts.at("first_step_logits");
      const float* row = logits.row(first.at("after_tokens").as_array().size() - 1);
      const auto check = [&](const Json& value, std::size_t id) {
        worst = std::max(worst, std::abs(value.to_number<double>() - static_cast<double>(row[id])));
      };
      if (first.as_object().contains("logits")) {
        for (std::size_t i = 0; i < logits.cols(); ++i) check(first.at("logits").as_array()[i], i);
      } else {
        for (std::size_t i = 0; i < 200; ++i) {
          check(first.at("top200").as_array()[i], first.at("top200_ids").as_array()[i].to_number<std::size_t>());
        }
        for (std::size_t i = 0; i * 100 < logits.cols(); ++i) check(first.at("every_100th").as_array()[i], i * 100);
      }
    }
    std::printf("%s f32: largest logit error %.2g\n", name, worst);
    EXPECT_LE(worst, kLogitTolerance) << name;
  }
}

TEST(WhisperGolden, GivesTheReferencesLanguageProbabilities) {
  for (const char* name : kFolders) {
    RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + name);
    const Json expected = expected_of(folder);
    Model model(nn::WhisperFiles::find(folder));
    for (const auto& [clip, facts] : expected.at("clips").as_object()) {
      model.hear(folder, clip);

      const auto probs = model.decoder.detect_language(0, {}, {}, model.state);

      EXPECT_EQ(probs.front().code, facts.at("language").at("code").as_string()) << clip;
      ASSERT_EQ(probs.size(), facts.at("language").at("probs").as_object().size());
      for (const LanguageProb& language : probs) {
        const double reference = facts.at("language").at("probs").at(language.code).to_number<double>();
        EXPECT_NEAR(language.prob, reference, kRelativeProbTolerance * reference) << clip << " " << language.code;
      }
    }
  }
}

TEST(WhisperGolden, DecodesTheReferencesTokensInAllTenWays) {
  for (const char* name : kFolders) {
    RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + name);
    const Json expected = expected_of(folder);
    Model model(nn::WhisperFiles::find(folder));
    std::size_t ways = 0;
    for (const auto& [clip, facts] : expected.at("clips").as_object()) {
      model.hear(folder, clip);
      for (const auto& [way, reference] : facts.at("decode").as_object()) {
        const std::string place = std::string(name) + " " + std::string(clip) + " " + std::string(way);

        const WindowText text = model.decoder.decode(0, options_of(reference), model.state);

        EXPECT_EQ(text.tokens, numbers<TokenId>(reference.at("tokens"))) << place;
        EXPECT_EQ(text.token_logprobs.size(), text.tokens.size()) << place;
        EXPECT_EQ(text.text, without_marks(std::string(reference.at("text").as_string()))) << place;
        EXPECT_NEAR(text.avg_logprob, reference.at("avg_logprob").to_number<double>(), kLogprobTolerance) << place;
        const double no_speech = reference.at("no_speech_prob").to_number<double>();
        EXPECT_NEAR(text.no_speech_prob, no_speech, kRelativeProbTolerance * no_speech) << place;
        ++ways;
      }
    }
    EXPECT_EQ(ways, 10 * expected.at("clips").as_object().size());
  }
}

// The reference's word times are not in the fixtures: this holds what must be true of any.
TEST(WhisperGolden, GivesEveryTokenOfATextToAWordWithTimesInOrder) {
  constexpr std::size_t kFrames = 400;
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/whisper-tiny-random-fullvocab");
  const Json expected = expected_of(folder);
  Model model(nn::WhisperFiles::find(folder));
  for (const auto& [clip, facts] : expected.at("clips").as_object()) {
    model.hear(folder, clip);
    std::vector<TokenId> words = numbers<TokenId>(facts.at("decode").at("en_no_timestamps").at("tokens"));
    std::erase_if(words, [&](TokenId id) { return id >= model.vocabulary.end_of_text(); });

    const auto timed = model.decoder.align(0, words, {}, kFrames, model.state);

    std::size_t tokens = 0;
    std::string text;
    Seconds last{};
    for (const TimedWord& word : timed) {
      EXPECT_GE(word.word.start, last) << clip;
      EXPECT_GE(word.word.end, word.word.start) << clip;
      EXPECT_TRUE(word.word.confidence >= 0 && word.word.confidence <= 1) << clip;
      last = word.word.start;
      tokens += word.tokens;
      text += word.word.text;
    }
    EXPECT_EQ(tokens, words.size()) << clip;
    EXPECT_EQ(text, model.vocabulary.text(words)) << clip;
    EXPECT_LE(timed.back().word.end.count(), kFrames / 100.0) << clip;
  }
}

}  // namespace
}  // namespace rapport::voice
