#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "base/fd.h"

namespace rapport {

/// A file without a name: gone as soon as nobody holds it, whatever becomes of the process. Others read it through its
/// descriptor.
///
/// Threads   one thread appends; once nothing is appended any more, any thread may read.
class UnnamedFile {
 public:
  /// An empty file on the file system of `folder`.
  ///
  /// Throws    kUnavailable "storage_unavailable" where none can be made.
  static UnnamedFile in_folder(const std::filesystem::path& folder);
  /// A copy of `bytes` in memory, sealed.
  ///
  /// Throws    kUnavailable "storage_unavailable".
  static UnnamedFile in_memory(std::span<const std::byte> bytes);

  /// Throws    kUnavailable "storage_unavailable" when the disk is full; the file is good for nothing then.
  void append(std::span<const std::byte> bytes);

  int fd() const { return fd_.get(); }
  std::uint64_t size() const { return size_; }

 private:
  explicit UnnamedFile(Fd fd) : fd_(std::move(fd)) {}

  Fd fd_;
  std::uint64_t size_ = 0;
};

}  // namespace rapport
