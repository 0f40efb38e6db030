#include "voice/subtitles.h"

#include <gtest/gtest.h>

namespace rapport::voice {
namespace {

Segment said(double start, double end, std::string text) {
  Segment segment;
  segment.start = Seconds(start);
  segment.end = Seconds(end);
  segment.text = std::move(text);
  return segment;
}

TEST(Subtitles, NumberAndTimeEverySegment) {
  Transcript transcript;
  transcript.segments = {said(0, 1.5, " Hello,"), said(1.5, 3.8004, "I would like to"),
                         said(3725.0009, 3726, "order.")};

  EXPECT_EQ(to_srt(transcript),
            "1\n00:00:00,000 --> 00:00:01,500\nHello,\n\n"
            "2\n00:00:01,500 --> 00:00:03,800\nI would like to\n\n"
            "3\n01:02:05,001 --> 01:02:06,000\norder.\n\n");
  EXPECT_EQ(to_vtt(transcript),
            "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nHello,\n\n"
            "00:00:01.500 --> 00:00:03.800\nI would like to\n\n"
            "01:02:05.001 --> 01:02:06.000\norder.\n\n");
}

TEST(Subtitles, OfSilenceAreEmpty) {
  Transcript transcript;
  transcript.segments = {said(0, 1, " \n")};

  EXPECT_EQ(to_srt(transcript), "");
  EXPECT_EQ(to_vtt(transcript), "WEBVTT\n\n");
}

TEST(Subtitles, AWordCannotBreakTheFormat) {
  Transcript transcript;
  transcript.segments = {said(0, 1, "a\n\n2\n00:00:01,000 --> 00:00:02,000\n<b>x</b> & ---->")};

  EXPECT_EQ(to_srt(transcript),
            "1\n00:00:00,000 --> 00:00:01,000\n"
            "a 2 00:00:01,000 -> 00:00:02,000 (b>x(/b> & ->\n\n");
  EXPECT_EQ(to_vtt(transcript),
            "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n"
            "a 2 00:00:01,000 --&gt; 00:00:02,000 &lt;b&gt;x&lt;/b&gt; &amp; ----&gt;\n\n");
}

}  // namespace
}  // namespace rapport::voice
