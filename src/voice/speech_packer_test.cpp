#include "voice/speech_packer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/rng.h"

namespace rapport::voice {
namespace {

/// A recording whose sample i is i: what is where shows.
std::vector<float> ramp(std::size_t count, std::size_t from = 0) {
  std::vector<float> samples(count);
  for (std::size_t i = 0; i < count; ++i) samples[i] = static_cast<float>(from + i);
  return samples;
}

std::vector<SpeechWindow> windows_of(SpeechPacker& packer) {
  std::vector<SpeechWindow> windows;
  while (auto window = packer.take()) windows.push_back(*std::move(window));
  return windows;
}

TEST(SpeechPacker, PutsStretchesBehindEachOtherWithoutTheSilenceBetween) {
  SpeechPacker packer({.longest = 1000});
  packer.append(ramp(500));

  packer.add({100, 200});
  packer.add({300, 350});
  packer.finish();

  const auto windows = windows_of(packer);
  ASSERT_EQ(windows.size(), 1U);
  ASSERT_EQ(windows[0].samples.size(), 150U);
  EXPECT_EQ(windows[0].samples.front(), 100);
  EXPECT_EQ(windows[0].samples[99], 199);
  EXPECT_EQ(windows[0].samples[100], 300);
  EXPECT_EQ(windows[0].stretches.size(), 2U);
}

TEST(SpeechPacker, BeginsAnotherWindowWhereAStretchWouldNotFit) {
  SpeechPacker packer({.longest = 100});
  packer.append(ramp(500));

  packer.add({0, 60});
  packer.add({200, 240});
  packer.add({300, 310});
  packer.finish();

  const auto windows = windows_of(packer);
  ASSERT_EQ(windows.size(), 2U);
  EXPECT_EQ(windows[0].samples.size(), 100U);
  EXPECT_EQ(windows[1].samples.front(), 300);
}

TEST(SpeechPacker, CutsALongStretchWhereItIsQuietest) {
  constexpr std::size_t kSecond = audio::kSampleRateHz;
  std::vector<float> loud(50 * kSecond, 0.5F);
  for (std::size_t i = 20 * kSecond; i < 20 * kSecond + kSecond / 5; ++i) loud[i] = 0.01F;
  SpeechPacker packer({});
  packer.append(loud);

  packer.add({0, loud.size()});
  packer.finish();

  const auto windows = windows_of(packer);
  ASSERT_EQ(windows.size(), 3U);
  EXPECT_NEAR(static_cast<double>(windows[0].samples.size()), 20.1 * kSecond, 0.1 * kSecond);
  EXPECT_EQ(windows[1].stretches[0].source, windows[0].samples.size());
  EXPECT_EQ(windows[0].samples.size() + windows[1].samples.size() + windows[2].samples.size(), loud.size());
}

TEST(SpeechPacker, LosesNothingOfSpeechThatDoesNotEnd) {
  SpeechPacker packer({.longest = 4000});
  std::size_t taken = 0;
  std::size_t largest = 0;

  for (std::size_t at = 0; at < 40000; at += 1000) {
    packer.append(ramp(1000, at));
    packer.settle(500);
    for (const auto& window : windows_of(packer)) {
      EXPECT_EQ(window.samples.front(), static_cast<float>(500 + taken));
      taken += window.samples.size();
      largest = std::max(largest, window.samples.size());
    }
  }
  packer.add({500, 40000});
  packer.finish();
  for (const auto& window : windows_of(packer)) taken += window.samples.size();

  EXPECT_EQ(taken, 39500U);
  EXPECT_LE(largest, 4000U);
}

TEST(SpeechPacker, KeepsEverySampleOfSpeechOnceAndInOrder) {
  Rng rng(5);
  for (int round = 0; round < 50; ++round) {
    SpeechPacker packer({.longest = 3000});
    std::vector<float> wanted;
    std::vector<float> got;
    std::size_t at = 0;
    const auto collect = [&] {
      for (const auto& window : windows_of(packer)) {
        EXPECT_LE(window.samples.size(), 3000U);
        got.insert(got.end(), window.samples.begin(), window.samples.end());
      }
    };
    for (int span = 0; span < 20; ++span) {
      const std::size_t silence = static_cast<std::size_t>(rng.integer(1, 500));
      const std::size_t speech = static_cast<std::size_t>(rng.integer(1, 8000));
      packer.append(ramp(silence + speech, at));
      const auto samples = ramp(speech, at + silence);
      wanted.insert(wanted.end(), samples.begin(), samples.end());
      packer.add({at + silence, at + silence + speech});
      at += silence + speech;
      packer.settle(at);
      collect();
    }
    packer.finish();
    collect();

    EXPECT_EQ(got, wanted);
  }
}

TEST(SpeechPacker, GivesNoWindowOfARecordingWithoutSpeech) {
  SpeechPacker packer({});
  packer.append(ramp(5000));
  packer.settle(5000);
  packer.finish();

  EXPECT_FALSE(packer.take());
}

constexpr std::size_t kSecond = audio::kSampleRateHz;

/// Two seconds of speech from second 10 on, and three from second 20 on.
SpeechWindow two_stretches() {
  SpeechWindow window;
  window.samples.resize(5 * kSecond);
  window.stretches = {{0, 10 * kSecond, 2 * kSecond}, {2 * kSecond, 20 * kSecond, 3 * kSecond}};
  return window;
}

TEST(SpeechWindow, MapsTimesBackToTheRecording) {
  const SpeechWindow window = two_stretches();

  EXPECT_DOUBLE_EQ(window.source_begin(Seconds(0.5)).count(), 10.5);
  EXPECT_DOUBLE_EQ(window.source_begin(Seconds(3)).count(), 21);
  EXPECT_DOUBLE_EQ(window.source_end(Seconds(5)).count(), 23);
}

TEST(SpeechWindow, BeginsAtTheLaterAndEndsAtTheEarlierOfTwoStretches) {
  const SpeechWindow window = two_stretches();

  EXPECT_DOUBLE_EQ(window.source_begin(Seconds(2)).count(), 20);
  EXPECT_DOUBLE_EQ(window.source_end(Seconds(2)).count(), 12);
}

TEST(SpeechWindow, MapsTimesBehindItToItsEnd) {
  EXPECT_DOUBLE_EQ(two_stretches().source_end(Seconds(29)).count(), 23);
  EXPECT_DOUBLE_EQ(two_stretches().source_begin(Seconds(29)).count(), 23);
}

TEST(SpeechWindow, CountsAsSpeechWhatIsNotPadding) {
  SpeechWindow window = two_stretches();
  window.padding = kSecond / 2;

  EXPECT_DOUBLE_EQ(window.speech_share(Seconds(0), Seconds(2)), 0.5);
  EXPECT_DOUBLE_EQ(window.speech_share(Seconds(1.5), Seconds(2.5)), 0);
  EXPECT_DOUBLE_EQ(window.speech_share(Seconds(6), Seconds(9)), 0);
}

}  // namespace
}  // namespace rapport::voice
