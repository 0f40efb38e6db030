#pragma once

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "hub/installed.h"
#include "hub/pull.h"
#include "support/fake_hub.h"
#include "support/temporary_folder.h"

namespace rapport::hub {

/// A small model of the tests' own, an empty models folder, and retries that do not wait.
class HubTest : public ::testing::Test {
 protected:
  static constexpr std::array<std::string_view, 3> kFiles = {"config.json", "vocab.json", "merges.txt"};
  static constexpr std::array<std::string_view, 1> kOptional = {"special_tokens_map.json"};
  static constexpr std::array<std::string_view, 2> kWeights = {"model.safetensors", "pytorch_model.bin"};
  static constexpr std::size_t kWeightBytes = 300'000;
  static constexpr ModelSpec kSpec = {.name = "tiny",
                                      .repository = "test/tiny",
                                      .revision = "main",
                                      .role = ModelRole::kSentiment,
                                      .languages = "en",
                                      .licence = "MIT",
                                      .approximate_bytes = kWeightBytes,
                                      .files = kFiles,
                                      .optional = kOptional,
                                      .weights = kWeights};

  testing::FakeHub& serve(testing::FakeHub::Script script = {}) {
    hub_ = std::make_unique<testing::FakeHub>(std::move(script));
    hub_->set_model(kWeightBytes);
    return *hub_;
  }

  Installation installation() { return {.models_folder = folder_.path() / "models", .clock = clock_}; }
  std::filesystem::path model() const { return folder_.path() / "models" / "tiny"; }
  std::string content(const std::string& file) const { return read_file(model() / file); }

  Installed pull() { return pull(installation()); }
  Installed pull(const Installation& into) {
    return pull_model(kSpec, {.endpoint = hub_->address(), .token = PrivateText(token_)}, into,
                      {.connect = std::chrono::milliseconds(2000), .stall = std::chrono::seconds(1)},
                      {.attempts = 3, .first_wait = std::chrono::milliseconds(1)});
  }

  /// The code of the error that a pull ends with; its sentence is in `message_`.
  std::string failed_pull() {
    try {
      pull();
    } catch (const Error& error) {
      message_ = error.message();
      return error.code();
    }
    return "";
  }

  std::vector<testing::HubRequest> requests_for(const std::string& file) const {
    std::vector<testing::HubRequest> found;
    for (const testing::HubRequest& request : hub_->requests()) {
      if (request.wants(file)) found.push_back(request);
    }
    return found;
  }

  /// Whether the model is installed as the hub has it.
  void expect_whole() {
    EXPECT_EQ(installed_model(folder_.path() / "models", "tiny"), model());
    for (const char* file : {"config.json", "vocab.json", "merges.txt", "pytorch_model.bin"}) {
      EXPECT_EQ(content(file), hub_->file(file)) << file;
    }
    EXPECT_TRUE(verify_model(folder_.path() / "models", "tiny", {}).empty());
    for (const auto& entry : std::filesystem::directory_iterator(model())) {
      EXPECT_NE(entry.path().extension(), ".part") << entry.path();
    }
  }
  void expect_nothing_installed() {
    EXPECT_FALSE(installed_model(folder_.path() / "models", "tiny"));
    EXPECT_FALSE(std::filesystem::exists(model() / "config.json"));
  }

  testing::TemporaryFolder folder_;
  ManualClock clock_{from_epoch_ms(1'780'000'000'000)};
  std::unique_ptr<testing::FakeHub> hub_;
  std::string token_;
  std::string message_;
};

}  // namespace rapport::hub
