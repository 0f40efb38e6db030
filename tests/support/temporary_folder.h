#pragma once

#include <filesystem>
#include <string>

namespace rapport::testing {

/// A folder of the test's own, gone with everything in it when the test is done.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// A file or folder in it.
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  /// Makes a file in it and returns its path.
  std::string write(const std::string& name, const std::string& bytes) const;

 private:
  std::filesystem::path path_;
};

}  // namespace rapport::testing
