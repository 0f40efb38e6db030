#include "base/unnamed_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/error.h"

namespace rapport {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string content_of(const UnnamedFile& file) {
  std::string text(static_cast<std::size_t>(file.size()) + 1, '\0');
  const ssize_t got = ::pread(file.fd(), text.data(), text.size(), 0);
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

TEST(UnnamedFile, HoldsWhatIsAppendedAndLeavesNothingInItsFolder) {
  std::string folder = (std::filesystem::temp_directory_path() / "rapport-unnamed-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  {
    UnnamedFile file = UnnamedFile::in_folder(folder);
    file.append(bytes_of("Where is "));
    file.append(bytes_of("my order?"));

    EXPECT_EQ(content_of(file), "Where is my order?");
    EXPECT_EQ(file.size(), 18U);
    EXPECT_TRUE(std::filesystem::is_empty(folder));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  std::filesystem::remove(folder);
}

TEST(UnnamedFile, InMemoryIsSealed) {
  UnnamedFile file = UnnamedFile::in_memory(bytes_of("note"));

  EXPECT_EQ(content_of(file), "note");
  EXPECT_THROW(file.append(bytes_of("more")), Error);
  EXPECT_NE(::ftruncate(file.fd(), 0), 0);
}

TEST(UnnamedFile, AFolderThatIsNotThereIsNoStorage) {
  try {
    UnnamedFile::in_folder("/no/such/folder");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "storage_unavailable");
    EXPECT_EQ(error.message().find("/no/such"), std::string::npos);
  }
}

}  // namespace
}  // namespace rapport
