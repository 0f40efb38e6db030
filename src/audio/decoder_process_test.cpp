#include "audio/decoder_process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "audio/audio_reader.h"
#include "audio/test_wav.h"
#include "base/error.h"
#include "base/file.h"

namespace rapport::audio {
namespace {

using std::chrono::steady_clock;

/// The lines "Name: value" of /proc/PID/status; empty when there is no such process.
std::map<std::string, std::string> status_of(pid_t pid) {
  std::map<std::string, std::string> fields;
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t colon = line.find(':');
    const std::size_t value = line.find_first_not_of(" \t", colon + 1);
    if (value != std::string::npos) fields[line.substr(0, colon)] = line.substr(value);
  }
  return fields;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto pid = static_cast<pid_t>(std::stol(name));
    if (status_of(pid)["PPid"] == std::to_string(parent)) found.push_back(pid);
  }
  return found;
}

/// The process that starts decoders, and those that decode.
pid_t host() {
  const std::vector<pid_t> all = children_of(::getpid());
  return all.empty() ? -1 : all.front();
}
std::vector<pid_t> decoders() {
  return children_of(host());
}

template <class Condition>
bool comes_true(Condition condition) {
  const auto deadline = steady_clock::now() + std::chrono::seconds(20);
  while (steady_clock::now() < deadline) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

/// Ten minutes of telephone sound: its decoder cannot end before it is read.
const std::string& long_file() {
  static const std::string file =
      test::wav({.tag = 7, .bits = 8, .rate_hz = 8000}, std::string(std::size_t{8000} * 600, '\x55'));
  return file;
}

std::unique_ptr<AudioReader> open(const std::string& file, const AudioLimits& limits = {}) {
  return AudioReader::open(std::as_bytes(std::span(file)), limits);
}

std::string failure_of_reading(AudioReader& reader) {
  std::vector<float> buffer(16000);
  try {
    while (reader.read(buffer) > 0) {
    }
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(DecoderProcess, IsConfinedBeforeItSeesTheFile) {
  const auto reader = open(long_file());  // its first message is behind it: it is decoding
  ASSERT_EQ(decoders().size(), 1U);
  const pid_t child = decoders().front();

  auto status = status_of(child);

  EXPECT_EQ(status["Seccomp"], "2");
  EXPECT_EQ(status["NoNewPrivs"], "1");
  EXPECT_EQ(status["Threads"], "1");
}

TEST(DecoderProcess, HoldsNothingButItsOutput) {
  const auto reader = open(long_file());
  ASSERT_EQ(decoders().size(), 1U);
  const std::string process = "/proc/" + std::to_string(decoders().front());

  std::vector<std::string> descriptors;
  for (const auto& entry : std::filesystem::directory_iterator(process + "/fd")) {
    descriptors.push_back(entry.path().filename());
  }

  EXPECT_EQ(descriptors, std::vector<std::string>{"1"});
  EXPECT_EQ(read_file(process + "/environ"), "");
  std::ifstream limits(process + "/limits");
  std::stringstream text;
  text << limits.rdbuf();
  for (const char* name : {"Max open files", "Max core file size", "Max file size", "Max processes"}) {
    const std::size_t at = text.str().find(name);
    ASSERT_NE(at, std::string::npos);
    std::istringstream line(text.str().substr(at + 26));
    std::string soft;
    std::string hard;
    line >> soft >> hard;
    EXPECT_EQ(soft + hard, "00") << name;
  }
}

TEST(DecoderProcess, WaitsForItsReaderInBoundedMemory) {
  const auto reader = open(long_file());
  std::vector<float> buffer(16000 * 30);
  for (int i = 0; i < 10; ++i) ASSERT_EQ(reader->read(buffer), buffer.size());
  ASSERT_EQ(decoders().size(), 1U);

  const long private_kb = std::stol(status_of(decoders().front())["RssAnon"]);

  EXPECT_LT(private_kb, 40 * 1024);
  EXPECT_EQ(failure_of_reading(*reader), "none");
}

TEST(DecoderProcess, EndsWhenItsReaderIsForgotten) {
  auto reader = open(long_file());
  ASSERT_TRUE(comes_true([] { return decoders().size() == 1; })) << "an earlier one may still be ending";

  reader.reset();

  EXPECT_TRUE(comes_true([] { return decoders().empty(); })) << "neither running nor a zombie";
}

TEST(DecoderProcess, IsReapedWhenItIsDone) {
  const std::string file = test::wav({}, test::as_pcm16(test::tone(1600)));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(failure_of_reading(*open(file)), "none");

  EXPECT_TRUE(comes_true([] { return decoders().empty(); }));
}

TEST(DecoderProcess, ThatDiesIsADamagedFile) {
  const auto reader = open(long_file());
  ASSERT_EQ(decoders().size(), 1U);

  ::kill(decoders().front(), SIGKILL);

  EXPECT_EQ(failure_of_reading(*reader), "audio_damaged");
}

TEST(DecoderProcess, ThatStandsStillIsGivenUp) {
  const auto reader = open(long_file(), {.max_wait = std::chrono::milliseconds(300)});
  ASSERT_EQ(decoders().size(), 1U);

  ::kill(decoders().front(), SIGSTOP);

  EXPECT_EQ(failure_of_reading(*reader), "audio_damaged");
}

TEST(DecoderProcess, HostThatDiesIsStartedAgain) {
  const std::string file = test::wav({}, test::as_pcm16(test::tone(1600)));
  failure_of_reading(*open(file));
  const pid_t first = host();
  ASSERT_GT(first, 0);

  ::kill(first, SIGKILL);

  EXPECT_EQ(failure_of_reading(*open(file)), "none");
  EXPECT_NE(host(), first);
  EXPECT_EQ(children_of(::getpid()).size(), 1U) << "no zombie is left";
}

TEST(DecoderProcess, HostOutlivesTheSignalsThatTellTheServerToDrain) {
  const auto reader = open(long_file());

  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::kill(host(), signal);

  EXPECT_EQ(failure_of_reading(*reader), "none");
  EXPECT_EQ(status_of(host())["Threads"], "1");
}

TEST(DecoderProcess, IsNoProgramForPeople) {
  char name[] = "rapport";
  char word[] = "transcribe";
  char* arguments[] = {name, word, nullptr};

  EXPECT_EQ(run_as_decoder(2, arguments), std::nullopt);
}

}  // namespace
}  // namespace rapport::audio
