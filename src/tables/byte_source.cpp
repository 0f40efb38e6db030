#include "tables/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/error.h"

namespace rapport::tables {
namespace {

class FileSource final : public ByteSource {
 public:
  FileSource(int file, bool owned) : file_(file), owned_(owned) {}
  ~FileSource() override {
    if (owned_) ::close(file_);
  }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  std::size_t read(char* out, std::size_t count) override {
    for (;;) {
      const ssize_t got = ::read(file_, out, count);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno == EINTR) continue;
      throw Error(ErrorKind::kInternal, "read_failed", "The table cannot be read to its end.")
          .with_log(std::strerror(errno));
    }
  }

 private:
  int file_;
  bool owned_;
};

class MemorySource final : public ByteSource {
 public:
  MemorySource(std::string_view bytes, std::size_t most_at_once) : bytes_(bytes), most_at_once_(most_at_once) {}

  std::size_t read(char* out, std::size_t count) override {
    const std::size_t given = std::min({count, most_at_once_, bytes_.size()});
    std::copy_n(bytes_.data(), given, out);
    bytes_.remove_prefix(given);
    return given;
  }

 private:
  std::string_view bytes_;
  std::size_t most_at_once_;
};

}  // namespace

std::unique_ptr<ByteSource> file_source(const std::filesystem::path& path) {
  if (path == "-") return std::make_unique<FileSource>(STDIN_FILENO, false);
  const auto refuse = [&](const std::string& why) {
    return Error(ErrorKind::kNotFound, "no_such_file", "The file " + path.string() + " cannot be read: " + why + ".");
  };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw refuse(std::strerror(errno));
  struct stat about {};
  if (::fstat(file, &about) == 0 && S_ISDIR(about.st_mode)) {
    ::close(file);
    throw refuse("it is a folder");
  }
  return std::make_unique<FileSource>(file, true);
}

std::unique_ptr<ByteSource> memory_source(std::string_view bytes, std::size_t most_at_once) {
  return std::make_unique<MemorySource>(bytes, most_at_once);
}

ByteWindow::ByteWindow(std::unique_ptr<ByteSource> source, std::size_t first_bytes)
    : source_(std::move(source)), buffer_(new char[first_bytes + kPadding]()), capacity_(first_bytes) {}
ByteWindow::~ByteWindow() = default;
ByteWindow::ByteWindow(ByteWindow&&) noexcept = default;

void ByteWindow::need(std::size_t count) {
  while (size() < count && !at_end_) grow();
}

void ByteWindow::grow() {
  if (at_end_) return;
  const std::size_t held = size();
  if (held > capacity_ / 2) {
    std::unique_ptr<char[]> larger(new char[2 * capacity_ + kPadding]());
    std::memcpy(larger.get(), data(), held);
    buffer_ = std::move(larger);
    capacity_ *= 2;
  } else {
    std::memmove(buffer_.get(), data(), held);
  }
  begin_ = 0;
  end_ = held;
  // Filled to the brim even from a pipe that gives a byte at a time: the reader starts its record again after each
  // growth, so the number of growths, not of reads, must be small.
  while (end_ < capacity_) {
    const std::size_t got = source_->read(buffer_.get() + end_, capacity_ - end_);
    if (got == 0) {
      at_end_ = true;
      break;
    }
    end_ += got;
  }
  buffer_[end_] = '\0';
}

}  // namespace rapport::tables
