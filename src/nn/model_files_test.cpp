#include "nn/model_files.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
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

TEST(ModelFiles, AFolderIsOfAnotherEditionWhenAFileIsReplaced) {
  const testing::TemporaryFolder folder;
  folder.write("config.json", "{}");
  const std::string weights = folder.write("model.safetensors", "abc");
  const ModelFiles files(folder.path());
  const std::string edition = files.edition();
  EXPECT_EQ(edition, files.edition());
  std::filesystem::last_write_time(weights, std::filesystem::last_write_time(weights) + std::chrono::seconds(1));
  EXPECT_NE(edition, files.edition());
}

}  // namespace
}  // namespace rapport::nn
