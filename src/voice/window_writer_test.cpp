#include "voice/window_writer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "voice/fake_window_model_for_tests.h"

namespace rapport::voice {
namespace {

using Fake = FakeWindowModel;

constexpr std::size_t kSecond = audio::kSampleRateHz;

/// `stretches` of four seconds, ten seconds apart in the recording.
SpeechWindow window_of(std::size_t stretches) {
  SpeechWindow window;
  for (std::size_t i = 0; i < stretches; ++i)
    window.stretches.push_back({4 * kSecond * i, 10 * kSecond * i, 4 * kSecond});
  window.samples.resize(4 * kSecond * stretches);
  return window;
}

WindowText poor(std::vector<TokenId> tokens, double avg_logprob = -1.5) {
  WindowText text = Fake::says(std::move(tokens));
  text.avg_logprob = avg_logprob;
  return text;
}

TEST(WindowWriter, GivesTheTextWithTheTimesOfTheSpeech) {
  Fake model;
  WindowWriter writer(model, {});

  const WrittenWindow written = writer.write(window_of(1));

  ASSERT_EQ(written.segments.size(), 1U);
  EXPECT_EQ(written.segments[0].text, " w1 w2");
  EXPECT_EQ(written.segments[0].end, Seconds(4));
  EXPECT_NEAR(written.segments[0].confidence, std::exp(-0.1), 1e-6);
  EXPECT_EQ(written.text_tokens, 2U);
}

TEST(WindowWriter, DetectsTheLanguageOnce) {
  Fake model;
  WindowWriter writer(model, {});

  writer.write(window_of(1));
  writer.write(window_of(1));

  EXPECT_EQ(model.detections, 1U);
  EXPECT_EQ(model.decoded_with[1].language, "es");
}

TEST(WindowWriter, DetectsNoLanguageThatIsGiven) {
  Fake model;
  TranscribeOptions options;
  options.language = "pt";

  WindowWriter(model, options).write(window_of(1));

  EXPECT_EQ(model.detections, 0U);
  EXPECT_EQ(model.decoded_with[0].language, "pt");
}

TEST(WindowWriter, DetectsNothingWithAnEnglishModel) {
  Fake model;
  model.knows_languages = false;
  WindowWriter writer(model, {});

  writer.write(window_of(1));

  EXPECT_EQ(model.detections, 0U);
  EXPECT_EQ(writer.language()->code, "en");
}

TEST(WindowWriter, TriesHigherTemperaturesUntilATextIsGood) {
  Fake model;
  model.decodes = [](const WindowOptions& options) {
    return options.search.temperature < 0.3 ? poor({1}) : Fake::says({5});
  };

  const WrittenWindow written = WindowWriter(model, {}).write(window_of(1));

  EXPECT_EQ(model.decoded_with.size(), 3U);
  EXPECT_EQ(written.segments[0].text, " w5");
  EXPECT_EQ(written.segments[0].temperature, 0.4);
}

TEST(WindowWriter, KeepsTheMostProbableTextWhereNoneIsGood) {
  Fake model;
  model.decodes = [](const WindowOptions& options) {
    return poor({static_cast<TokenId>(options.search.temperature * 10)},
                options.search.temperature == 0.6 ? -1.1 : -1.6);
  };

  const WrittenWindow written = WindowWriter(model, {}).write(window_of(1));

  EXPECT_EQ(model.decoded_with.size(), 6U);
  EXPECT_EQ(written.segments[0].text, " w6");
}

TEST(WindowWriter, TriesATemperatureThatIsGivenOnce) {
  Fake model;
  model.decodes = [](const WindowOptions&) { return poor({1}); };
  TranscribeOptions options;
  options.temperature = 0.4;

  WindowWriter(model, options).write(window_of(1));

  ASSERT_EQ(model.decoded_with.size(), 1U);
  EXPECT_EQ(model.decoded_with[0].search.temperature, 0.4);
}

TEST(WindowWriter, TakesBackWhatTheModelItselfCallsSilence) {
  Fake model;
  model.decodes = [](const WindowOptions&) {
    WindowText text = poor({1, 2});
    text.no_speech_prob = 0.8;
    return text;
  };

  const WrittenWindow written = WindowWriter(model, {}).write(window_of(1));

  EXPECT_EQ(model.decoded_with.size(), 1U);
  EXPECT_TRUE(written.segments.empty());
  ASSERT_EQ(written.suppressed.size(), 1U);
  EXPECT_EQ(written.suppressed[0].reason, "silence");
  EXPECT_EQ(written.suppressed[0].end, Seconds(4));
}

TEST(WindowWriter, TakesBackTextThatNoTemperatureMakesProbable) {
  Fake model;
  model.decodes = [](const WindowOptions&) { return poor({1, 2}, -2.5); };

  const WrittenWindow written = WindowWriter(model, {}).write(window_of(1));

  EXPECT_TRUE(written.segments.empty());
  EXPECT_EQ(written.suppressed.at(0).reason, "low_logprob");
}

TEST(WindowWriter, KeepsOneRoundOfALoop) {
  Fake model;
  model.decodes = [](const WindowOptions&) { return Fake::says({9, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4}); };

  const WrittenWindow written = WindowWriter(model, {}).write(window_of(1));

  EXPECT_EQ(written.segments.at(0).text, " w9 w1 w2 w3 w4");
  EXPECT_EQ(written.suppressed.at(0).reason, "repetition");
}

TEST(WindowWriter, TakesBackASegmentThatSaysAgainWhatStandsBeforeIt) {
  Fake model;
  TranscribeOptions options;
  options.timestamps = true;
  model.decodes = [](const WindowOptions&) {
    std::vector<TokenId> tokens;
    for (int i = 0; i < 3; ++i) {
      tokens.insert(tokens.end(), {Fake::at(i), 1, 2, 3, 4, Fake::at(i + 1)});
    }
    return Fake::says(tokens);
  };

  const WrittenWindow written = WindowWriter(model, options).write(window_of(1));

  ASSERT_EQ(written.segments.size(), 1U);
  EXPECT_EQ(written.suppressed.at(0).start, Seconds(1));
  EXPECT_EQ(written.suppressed.at(0).end, Seconds(3));
}

TEST(WindowWriter, TakesBackMoreTextThanAnybodySpeaks) {
  Fake model;
  model.decodes = [](const WindowOptions&) {
    std::vector<TokenId> tokens(40);
    for (std::size_t i = 0; i < tokens.size(); ++i) tokens[i] = static_cast<TokenId>(i);
    return Fake::says(tokens);  // 150 characters in 4 seconds
  };

  const WrittenWindow written = WindowWriter(model, {}).write(window_of(1));

  EXPECT_TRUE(written.segments.empty());
  EXPECT_EQ(written.suppressed.at(0).reason, "too_fast");
}

TEST(WindowWriter, TakesBackSegmentsBehindTheEndOfTheSpeech) {
  Fake model;
  TranscribeOptions options;
  options.timestamps = true;
  model.decodes = [](const WindowOptions&) {
    return Fake::says({Fake::at(0), 1, 2, Fake::at(3), Fake::at(10), 7, 8, Fake::at(12)});
  };

  const WrittenWindow written = WindowWriter(model, options).write(window_of(1));

  ASSERT_EQ(written.segments.size(), 1U);
  EXPECT_EQ(written.segments[0].text, " w1 w2");
  EXPECT_EQ(written.suppressed.at(0).reason, "speech_share");
}

TEST(WindowWriter, GivesSegmentsAsTheModelTimesThem) {
  Fake model;
  TranscribeOptions options;
  options.timestamps = true;
  model.decodes = [](const WindowOptions&) {
    return Fake::says({Fake::at(0.5), 1, Fake::at(2), Fake::at(5), 2, Fake::at(7)});
  };

  const WrittenWindow written = WindowWriter(model, options).write(window_of(2));

  ASSERT_EQ(written.segments.size(), 2U);
  EXPECT_EQ(written.segments[0].start, Seconds(0.5));
  EXPECT_EQ(written.segments[1].start, Seconds(11));
  EXPECT_EQ(written.segments[1].end, Seconds(13));
}

TEST(WindowWriter, HearsAgainWhatTheModelLeftForAnotherWindow) {
  Fake model;
  TranscribeOptions options;
  options.timestamps = true;
  model.decodes = [&](const WindowOptions&) {
    if (model.heard.size() == 1) return Fake::says({Fake::at(0), 1, Fake::at(5), Fake::at(5)});
    return Fake::says({Fake::at(0), 2, Fake::at(2)});
  };

  const WrittenWindow written = WindowWriter(model, options).write(window_of(2));

  EXPECT_EQ(model.heard, (std::vector<std::size_t>{8 * kSecond, 3 * kSecond}));
  ASSERT_EQ(written.segments.size(), 2U);
  EXPECT_EQ(written.segments[1].start, Seconds(11));
}

TEST(WindowWriter, GivesASegmentForEachStretchWhereTheModelGivesNoTimes) {
  Fake model;
  model.decodes = [](const WindowOptions&) { return Fake::says({1, 2, 3}); };
  model.word_begins = {Seconds(0.5), Seconds(4.5), Seconds(6)};

  const WrittenWindow written = WindowWriter(model, {}).write(window_of(2));

  ASSERT_EQ(written.segments.size(), 2U);
  EXPECT_EQ(written.segments[0].text, " w1");
  EXPECT_EQ(written.segments[1].text, " w2 w3");
  EXPECT_EQ(written.segments[1].start, Seconds(10));
  EXPECT_EQ(written.segments[1].end, Seconds(14));
  EXPECT_TRUE(written.segments[1].words.empty());
}

TEST(WindowWriter, TimesWordsInTheRecording) {
  Fake model;
  TranscribeOptions options;
  options.words = true;
  options.timestamps = true;
  model.decodes = [](const WindowOptions&) {
    return Fake::says({Fake::at(0), 1, Fake::at(2), Fake::at(4), 2, 3, Fake::at(7)});
  };
  model.word_begins = {Seconds(0.5), Seconds(4.5), Seconds(6)};

  const WrittenWindow written = WindowWriter(model, options).write(window_of(2));

  ASSERT_EQ(written.segments.size(), 2U);
  ASSERT_EQ(written.segments[1].words.size(), 2U);
  EXPECT_EQ(written.segments[1].words[1].text, " w3");
  EXPECT_DOUBLE_EQ(written.segments[1].words[1].start.count(), 12);
  EXPECT_NEAR(written.segments[1].words[1].end.count(), 12.3, 1e-9);
}

TEST(WindowWriter, BoundsATextByTheLengthOfItsSpeech) {
  Fake model;
  TranscribeOptions options;

  WindowWriter(model, options).write(window_of(1));
  WindowWriter(model, options).write(window_of(7));

  EXPECT_EQ(model.decoded_with[0].search.max_tokens, 116U);
  EXPECT_EQ(model.decoded_with[1].search.max_tokens, 224U);
}

TEST(WindowWriter, WritesNothingWhereTheModelWritesNothing) {
  Fake model;
  model.decodes = [](const WindowOptions&) { return Fake::says({}); };

  const WrittenWindow written = WindowWriter(model, {}).write(window_of(3));

  EXPECT_TRUE(written.segments.empty());
  EXPECT_TRUE(written.suppressed.empty());
}

}  // namespace
}  // namespace rapport::voice
