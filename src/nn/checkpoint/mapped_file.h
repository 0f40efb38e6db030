#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace rapport::nn {

/// A file in memory without being read: its pages come when they are touched.
///
/// Requires   nobody shortens the file while it is mapped.
/// Ownership  owns the mapping; moves, does not copy.
/// Threads    const is safe to share.
/// Throws     kUnavailable "model_damaged" when the file cannot be opened.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const { return bytes_; }
  /// Gives the memory of its pages back: they come from the file again when they are touched again.
  void drop_pages() const;

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace rapport::nn
