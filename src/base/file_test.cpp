#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/sha256.h"

namespace rapport {
namespace {

class FileTest : public testing::Test {
 protected:
  FileTest() : folder_(std::filesystem::temp_directory_path() / ("rapport-file-test-" + secure_random_hex(6))) {
    std::filesystem::create_directories(folder_);
  }
  ~FileTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(FileTest, PublishesBytesThatReadBackTheSame) {
  const std::string bytes("a\0b\nc", 5);

  publish_file(folder_ / "x", bytes, 0600);

  EXPECT_EQ(read_file(folder_ / "x"), bytes);
  struct stat info {};
  ASSERT_EQ(::stat((folder_ / "x").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(FileTest, ReplacesTheOldFileAndLeavesNothingBeside) {
  publish_file(folder_ / "x", "old");
  publish_file(folder_ / "x", "new");

  EXPECT_EQ(read_file(folder_ / "x"), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(FileTest, RenamesOverTheOldFile) {
  publish_file(folder_ / "x", "old");
  publish_file(folder_ / "part", "new");

  publish_rename(folder_ / "part", folder_ / "x");

  EXPECT_EQ(read_file(folder_ / "x"), "new");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "part"));
  EXPECT_THROW(publish_rename(folder_ / "part", folder_ / "x"), Error);
}

TEST_F(FileTest, LeavesTheOldFileWhenTheFolderIsGone) {
  EXPECT_THROW(publish_file(folder_ / "nowhere" / "x", "new"), Error);
}

TEST_F(FileTest, RefusesFilesThatAreMissingFoldersOrTooLarge) {
  publish_file(folder_ / "x", std::string(100, 'x'));

  EXPECT_THROW(read_file(folder_ / "y"), Error);
  EXPECT_THROW(read_file(folder_), Error);
  EXPECT_THROW(read_file(folder_ / "x", 99), Error);
  EXPECT_EQ(read_file(folder_ / "x", 100).size(), 100U);
}

TEST(Sha256, AgreesWithThePublishedVectors) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace rapport
