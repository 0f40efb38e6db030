#include "auth/token.h"

#include <fcntl.h>
#include <jwt.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/sha256.h"

namespace rapport::auth {
namespace {

constexpr std::size_t kSecretBytes = 32;  // as hexadecimal digits in the file: twice as many
constexpr std::size_t kMinSecretBytes = 32;
constexpr std::size_t kMaxSecretBytes = 4096;

/// An open file that closes itself.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool open() const { return fd_ >= 0; }
  int fd() const { return fd_; }

 private:
  int fd_;
};

[[noreturn]] void fail_with_errno(const std::filesystem::path& path, const char* step) {
  const int error = errno;
  throw Error(ErrorKind::kInternal, "secret_not_written", "The file of the token secret could not be written.")
      .with_log(path.string() + ": " + step + ": " + std::strerror(error));
}

void write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail_with_errno(path, "write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void sync_folder(const std::filesystem::path& folder) {
  const File handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!handle.open() || ::fsync(handle.fd()) != 0) fail_with_errno(folder, "fsync of the folder");
}

/// Puts a new secret at `path` unless another process has put one there meanwhile: the file appears whole (a link to
/// a synced temporary file) and is never replaced.
void create_secret(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (std::error_code failure; std::filesystem::create_directories(folder, failure), failure) {
    errno = failure.value();
    fail_with_errno(folder, "create");
  }
  const std::filesystem::path temporary = path.string() + ".new-" + secure_random_hex(8);
  {
    const File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.open()) fail_with_errno(temporary, "open");
    write_all(file.fd(), secure_random_hex(kSecretBytes) + "\n", temporary);
    if (::fsync(file.fd()) != 0) fail_with_errno(temporary, "fsync");
  }
  const bool linked = ::link(temporary.c_str(), path.c_str()) == 0;
  const int error = errno;
  ::unlink(temporary.c_str());
  if (!linked && error != EEXIST) {
    errno = error;
    fail_with_errno(path, "link");
  }
  sync_folder(folder);
}

std::string read_secret(int fd, const std::filesystem::path& path) {
  std::string text;
  char buffer[1024];
  for (;;) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(ErrorKind::kInvalid, "secret_not_readable", "The file of the token secret cannot be read.")
          .with_log(path.string() + ": " + std::strerror(errno));
    }
    if (got == 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > kMaxSecretBytes) {
      throw Error(ErrorKind::kInvalid, "secret_too_long", "The file of the token secret is longer than 4096 bytes.");
    }
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

void require_private(int fd, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::kInvalid, "secret_not_readable", "The token secret is not a regular file.")
        .with_log(path.string());
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw Error(ErrorKind::kInvalid, "secret_readable_by_others",
                "The file of the token secret is open to other users: set its mode to 0600.")
        .with_log(path.string());
  }
}

void require(int libjwt_result) {
  if (libjwt_result != 0) {
    throw Error(ErrorKind::kInternal, "token_not_made", "The token could not be made.")
        .with_log(std::strerror(libjwt_result));
  }
}

struct FreeJwt {
  void operator()(jwt_t* jwt) const { jwt_free(jwt); }
};

void require_bounded(std::string_view text, const char* what) {
  const bool control =
      std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (text.empty() || text.size() > kMaxIdBytes || control) {
    throw Error(ErrorKind::kInvalid, "bad_principal",
                std::string("The ") + what + " of a token has 1 to 200 bytes without control characters.");
  }
}

long seconds(Time time) {
  return static_cast<long>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::kViewer: return "viewer";
    case Role::kAnalyst: return "analyst";
    case Role::kAdmin: return "admin";
  }
  return "";
}

std::optional<Role> parse_role(std::string_view name) {
  for (const Role role : {Role::kViewer, Role::kAnalyst, Role::kAdmin}) {
    if (name == to_string(role)) return role;
  }
  return std::nullopt;
}

void require_strong_secret(const PrivateText& secret) {
  if (secret.reveal().size() < kMinSecretBytes) {
    throw Error(ErrorKind::kInvalid, "weak_secret", "The token secret must have at least 32 bytes.");
  }
  // A public key is no secret: whoever knows it could sign with it.
  if (secret.reveal().find("-----BEGIN") != std::string::npos) {
    throw Error(ErrorKind::kInvalid, "secret_is_a_key", "The token secret must not be a PEM key or certificate.");
  }
}

PrivateText load_or_create_secret(const std::filesystem::path& path) {
  std::error_code unreadable;  // what cannot be seen is refused below, when it is opened
  if (!std::filesystem::exists(path, unreadable) && !unreadable) create_secret(path);
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) {
    throw Error(ErrorKind::kInvalid, "secret_not_readable", "The file of the token secret cannot be read.")
        .with_log(path.string() + ": " + std::strerror(errno));
  }
  require_private(file.fd(), path);
  PrivateText secret(read_secret(file.fd(), path));
  require_strong_secret(secret);
  return secret;
}

std::string create_token(const PrivateText& secret, const Principal& principal, Time issued_at, Time expires_at) {
  require_strong_secret(secret);
  require_bounded(principal.subject, "subject");
  require_bounded(principal.tenant.text(), "tenant");

  jwt_t* raw = nullptr;
  require(jwt_new(&raw));
  const std::unique_ptr<jwt_t, FreeJwt> jwt(raw);
  require(jwt_add_grant(raw, "sub", principal.subject.c_str()));
  require(jwt_add_grant(raw, "tenant", principal.tenant.text().c_str()));
  require(jwt_add_grant(raw, "role", std::string(to_string(principal.role)).c_str()));
  require(jwt_add_grant(raw, "aud", std::string(kAudience).c_str()));
  require(jwt_add_grant_int(raw, "iat", seconds(issued_at)));
  require(jwt_add_grant_int(raw, "exp", seconds(expires_at)));
  const std::string& key = secret.reveal();
  require(jwt_set_alg(raw, JWT_ALG_HS256, reinterpret_cast<const unsigned char*>(key.data()),
                      static_cast<int>(key.size())));

  const std::unique_ptr<char, decltype(&std::free)> encoded(jwt_encode_str(raw), &std::free);
  if (!encoded) require(errno != 0 ? errno : ENOMEM);
  return std::string(encoded.get());
}

}  // namespace rapport::auth
