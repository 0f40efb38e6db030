// A translation model's folder of which a file is missing, cut off, garbled or of another model is refused in words that
// name what is wrong; it never crashes, and never translates nonsense in silence.
#include "inference/translator_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "inference/raw_translations.h"
#include "support/shared_fixtures.h"

namespace rapport::inference {
namespace {

constexpr const char* kFixture = "fixtures/micro-marian-en-es";
constexpr const char* kText = "Hello, how are you?";

/// The fixture's files, to be spoilt one by one.
class Files {
 public:
  explicit Files(const nn::ModelFiles& whole) {
    for (const char* name : {"config.json", "generation_config.json", "model.safetensors", "source.spm", "target.spm",
                             "vocab.json", "tokenizer_config.json", "special_tokens_map.json"}) {
      bytes_[name] = whole.text(name);
    }
  }

  std::string& operator[](const std::string& name) { return bytes_.at(name); }
  void remove(const std::string& name) { bytes_.erase(name); }
  void replace(const std::string& name, const std::string& from, const std::string& to) {
    const std::size_t at = bytes_.at(name).find(from);
    ASSERT_NE(at, std::string::npos) << from;
    bytes_.at(name).replace(at, from.size(), to);
  }

  /// Loads the model and translates a sentence: the error's code, or "" when it translates.
  std::string code() const {
    nn::ModelFiles::Carried carried;
    for (const auto& [name, bytes] : bytes_) carried[name] = std::as_bytes(std::span(bytes));
    try {
      const TranslatorFolder folder(nn::ModelFiles("spoilt", carried), nn::Precision::kInt8);
      (void)raw_translations(folder, std::vector<RawTranslationOrder>{{.text = kText, .max_tokens = 16}});
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUnavailable) << error.message();
      return error.code();
    }
    return "";
  }

 private:
  std::map<std::string, std::string> bytes_;
};

TEST(TranslatorFolder, IsRefusedWithoutAFileThatItNeeds) {
  RAPPORT_SHARED_OR_SKIP(path, kFixture);
  ASSERT_EQ(Files(path).code(), "");
  for (const char* name : {"config.json", "model.safetensors", "source.spm", "vocab.json"}) {
    Files files(path);
    files.remove(name);
    EXPECT_NE(files.code(), "") << name;
  }
}

TEST(TranslatorFolder, IsRefusedWhenAFileIsCutOffOrEmptyOrSomethingElse) {
  RAPPORT_SHARED_OR_SKIP(path, kFixture);
  for (const char* name : {"config.json", "model.safetensors", "source.spm", "vocab.json"}) {
    Files half(path);
    half[name].resize(half[name].size() / 2);
    EXPECT_EQ(half.code(), "model_damaged") << name << " is cut off";
    Files empty(path);
    empty[name].clear();
    EXPECT_EQ(empty.code(), "model_damaged") << name << " is empty";
    Files other(path);
    other[name] = "<!DOCTYPE html><html><body>404: not found</body></html>";
    EXPECT_EQ(other.code(), "model_damaged") << name << " is something else";
  }
}

TEST(TranslatorFolder, IsRefusedWhenItsFilesAreOfDifferentModels) {
  RAPPORT_SHARED_OR_SKIP(path, kFixture);
  Files wider(path);
  wider.replace("config.json", "\"d_model\": 128", "\"d_model\": 256");
  EXPECT_EQ(wider.code(), "model_damaged");
  Files deeper(path);
  deeper.replace("config.json", "\"encoder_layers\": 2", "\"encoder_layers\": 3");
  EXPECT_EQ(deeper.code(), "model_damaged");
  Files foreign(path);
  foreign["vocab.json"] = R"({"</s>": 0, "<unk>": 99999999, "a": 1, "<pad>": 2})";
  EXPECT_EQ(foreign.code(), "model_damaged");
}

TEST(TranslatorFolder, IsRefusedWhenItsWeightsAreNoNumbers) {
  RAPPORT_SHARED_OR_SKIP(path, kFixture);
  Files files(path);
  std::string& weights = files["model.safetensors"];
  std::uint64_t head = 0;
  std::memcpy(&head, weights.data(), sizeof head);
  std::fill(weights.begin() + static_cast<std::ptrdiff_t>(sizeof head + head), weights.end(), '\xff');

  EXPECT_EQ(files.code(), "model_damaged");
}

TEST(TranslatorFolder, IsRefusedWhenItsWeightsAreWholeNumbers) {
  RAPPORT_SHARED_OR_SKIP(path, kFixture);
  Files files(path);
  std::string& weights = files["model.safetensors"];
  for (std::size_t at = weights.find("\"F16\""); at != std::string::npos; at = weights.find("\"F16\"", at)) {
    weights.replace(at, 5, "\"I16\"");
  }

  EXPECT_EQ(files.code(), "model_damaged");
}

TEST(TranslatorFolder, StandsAnyBytesInItsSmallFiles) {
  RAPPORT_SHARED_OR_SKIP(path, kFixture);
  Rng rng(7);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(rng.uniform(0, static_cast<double>(n))); };
  for (const char* name : {"config.json", "source.spm", "vocab.json", "generation_config.json"}) {
    for (int i = 0; i < 4; ++i) {
      Files files(path);
      std::string& bytes = files[name];
      for (int k = 0; k < 3; ++k) bytes[below(bytes.size())] = static_cast<char>(below(256));
      (void)files.code();  // whatever it says: its kind is looked at there
    }
  }
}

}  // namespace
}  // namespace rapport::inference
