#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "base/sha256.h"

namespace rapport {
namespace {

/// An open file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

Error write_error(const std::filesystem::path& path, const char* step) {
  return Error(ErrorKind::kInternal, "file_not_written", "A file could not be written.")
      .with_log(std::string(step) + " " + path.string() + ": " + std::strerror(errno));
}

void rename_and_sync(const std::filesystem::path& from, const std::filesystem::path& to) {
  const std::filesystem::path folder = to.has_parent_path() ? to.parent_path() : ".";
  if (::rename(from.c_str(), to.c_str()) != 0) throw write_error(to, "rename");
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid() || ::fsync(directory.get()) != 0) throw write_error(folder, "fsync");
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string read_file(const std::filesystem::path& path, std::size_t limit_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!file.valid() || ::fstat(file.get(), &info) != 0 || S_ISDIR(info.st_mode)) {
    throw Error(ErrorKind::kNotFound, "file_not_found", "The file " + path.string() + " cannot be read.")
        .with_log(std::strerror(errno));
  }
  std::string bytes;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      throw Error(ErrorKind::kNotFound, "file_not_found", "The file " + path.string() + " cannot be read.")
          .with_log(std::strerror(errno));
    }
    if (count == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(count));
    if (bytes.size() > limit_bytes) {
      throw Error(ErrorKind::kTooLarge, "file_too_large",
                  "The file " + path.string() + " is larger than " + std::to_string(limit_bytes) + " bytes.");
    }
  }
}

void publish_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
  const std::filesystem::path temporary = path.string() + ".tmp-" + secure_random_hex(8);
  {
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.valid()) throw write_error(temporary, "open");
    const bool written = write_all(file.get(), bytes) && ::fsync(file.get()) == 0 && file.close();
    if (!written) {
      const Error error = write_error(temporary, "write");
      ::unlink(temporary.c_str());
      throw error;
    }
  }
  try {
    rename_and_sync(temporary, path);
  } catch (const Error&) {
    ::unlink(temporary.c_str());  // not there any more when only the folder's fsync failed
    throw;
  }
}

void publish_rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  {
    const Descriptor file(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid() || ::fsync(file.get()) != 0) throw write_error(from, "fsync");
  }
  rename_and_sync(from, to);
}

}  // namespace rapport
