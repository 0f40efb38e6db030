#include "base/unnamed_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/error.h"

namespace rapport {
namespace {

Error no_storage(const char* what) {
  return Error(ErrorKind::kUnavailable, "storage_unavailable",
               "The server has no room to hold this for as long as it works on it: try again later.")
      .with_log(std::string(what) + ": " + std::strerror(errno));
}

/// For file systems without O_TMPFILE: a name, for as long as it takes to remove it.
int make_and_unlink(const std::filesystem::path& folder) {
  std::string path = (folder / ".rapport-XXXXXX").string();
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd >= 0) ::unlink(path.c_str());
  return fd;
}

}  // namespace

UnnamedFile UnnamedFile::in_folder(const std::filesystem::path& folder) {
  Fd fd(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  const bool not_supported = errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL;
  if (!fd && not_supported) fd = Fd(make_and_unlink(folder));
  if (!fd) throw no_storage("open a file without a name");
  return UnnamedFile(std::move(fd));
}

UnnamedFile UnnamedFile::in_memory(std::span<const std::byte> bytes) {
  Fd fd(::memfd_create("rapport", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) throw no_storage("memfd_create");
  UnnamedFile file(std::move(fd));
  file.append(bytes);
  ::fcntl(file.fd(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
  return file;
}

void UnnamedFile::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) throw no_storage("write a file without a name");
    size_ += static_cast<std::uint64_t>(put);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
}

}  // namespace rapport
