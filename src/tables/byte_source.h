#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>

namespace rapport::tables {

/// Where a table's bytes come from.
///
/// Threads   one per thread.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Up to `count` bytes to `out`; 0 only at the end. Throws kInternal when the system cannot read.
  virtual std::size_t read(char* out, std::size_t count) = 0;
};

/// A file, or standard input for "-". Throws kNotFound ("no_such_file") for what is no readable file.
std::unique_ptr<ByteSource> file_source(const std::filesystem::path& path);

/// Bytes in memory, which must outlive the source. `most_at_once` limits what one read gives, for tests of readers.
std::unique_ptr<ByteSource> memory_source(std::string_view bytes, std::size_t most_at_once = std::string_view::npos);

/// A window over a source that slides forward: what is before `data()` is gone, what is behind it was read already.
///
/// `data()[size()]` is a NUL that is no part of the bytes, and `kPadding` bytes behind the last one may be read.
/// Invariant: begin_ <= end_, end_ + kPadding <= the buffer's size.
/// Cost      memory: the longest `size()` that was asked for, doubled; every byte is moved a constant number of times.
class ByteWindow {
 public:
  static constexpr std::size_t kPadding = 64;

  /// Large enough that a read costs nothing beside the parsing, small enough for the second-level cache.
  static constexpr std::size_t kFirstBytes = 256 * 1024;

  explicit ByteWindow(std::unique_ptr<ByteSource> source, std::size_t first_bytes = kFirstBytes);
  ~ByteWindow();
  ByteWindow(ByteWindow&&) noexcept;

  char* data() { return buffer_.get() + begin_; }
  std::size_t size() const { return end_ - begin_; }
  bool at_end() const { return at_end_; }  ///< the source has nothing behind `size()`

  void drop(std::size_t count) { begin_ += count; }
  /// Makes the window longer, at least twice as long or up to the source's end. Pointers into it do not stay valid.
  void grow();
  /// Grows until there are `count` bytes or no more.
  void need(std::size_t count);

 private:
  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_ = false;
};

}  // namespace rapport::tables
