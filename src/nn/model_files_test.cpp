#include "nn/model_files.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <span>
#include <string>

#include "support/temporary_folder.h"

namespace rapport::nn {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string edition_of(const std::string& config, const std::string& weights) {
  return ModelFiles("m", {{"config.json", bytes_of(config)}, {"model.safetensors", bytes_of(weights)}}).edition();
}

TEST(ModelFiles, CarriedFilesAreOfAnotherEditionWhenTheyChange) {
  std::string trained(1 << 20, 'a');
  const std::string edition = edition_of("{}", trained);
  EXPECT_EQ(edition, edition_of("{}", std::string(1 << 20, 'a')));
  EXPECT_NE(edition, edition_of("{ }", trained));
  EXPECT_NE(edition, edition_of("{}", trained + "a"));
  for (std::size_t i = 500'000; i < trained.size(); ++i) trained[i] = 'b';  // the second half was trained on
  EXPECT_NE(edition, edition_of("{}", trained));
}

TEST(ModelFiles, SmallAndEmptyFilesHaveAnEditionToo) {
  EXPECT_NE(edition_of("", ""), edition_of("", "a"));
  EXPECT_NE(edition_of("a", ""), edition_of("", "a"));
  EXPECT_NE(edition_of("", "ab"), edition_of("", "ac"));
}

TEST(ModelFiles, AFolderIsOfAnotherEditionWhenItsFilesChangeAndNotWhenTheyAreCopied) {
  const std::string weights(1 << 20, 'a');
  const auto edition = [](const std::string& bytes) {
    const testing::TemporaryFolder folder;
    folder.write("config.json", "{}");
    folder.write("model.safetensors", bytes);
    return ModelFiles(folder.path()).edition();
  };
  EXPECT_EQ(edition(weights), edition(weights));
  EXPECT_NE(edition(weights), edition(std::string(1 << 20, 'b')));
  EXPECT_NE(edition(weights), edition(weights + "a"));
  EXPECT_EQ(edition(weights), edition_of("{}", weights)) << "carried or not";
}

}  // namespace
}  // namespace rapport::nn
