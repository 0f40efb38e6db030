#include "audio/decoder_client.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {  // glibc 2.36 forgets to say so
#include <sys/pidfd.h>
}

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>

#include "audio/decoder_process.h"
#include "base/error.h"

namespace rapport::audio {
namespace {

constexpr timeval kHostPatience{30, 0};  ///< for the host to start, or to answer

Error cannot_start(const std::string& what) {
  return Error(ErrorKind::kOverloaded, "audio_overloaded", "No process for decoding audio could be started; try again.")
      .with_log(what + ": " + std::strerror(errno));
}

/// The program that runs, started again as the host of decoders: no environment, no descriptors but `socket`, default
/// signals, a session of its own, so that the terminal's signals do not reach it. posix_spawn is sound among threads.
pid_t spawn_host(int socket) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, socket, kDecoderSocket);
  posix_spawn_file_actions_addclosefrom_np(&files, kDecoderSocket + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
  sigset_t signals;
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  std::string name = "rapport";
  std::string word = kDecoderArgument;
  std::array<char*, 3> arguments = {name.data(), word.data(), nullptr};
  std::array<char*, 1> environment = {nullptr};
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, "/proc/self/exe", &files, &attributes, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) errno = failed;
  return failed == 0 ? pid : -1;
}

/// The process that starts decoders, as the server holds it.
class Host {
 public:
  ~Host() { stop(); }

  /// A decoder's pidfd; nullopt when the host is gone or could start none.
  std::optional<Fd> request(const DecodeRequest& request, const std::array<int, 2>& fds) {
    if (!socket_) start();
    std::array<Fd, 1> process;
    HostReply reply;
    if (!send_message(socket_.get(), std::as_bytes(std::span(&request, 1)), fds) ||
        !receive_message(socket_.get(), std::as_writable_bytes(std::span(&reply, 1)), process)) {
      stop();  // what it says from now on would answer an older question
      return std::nullopt;
    }
    if (!reply.ok || !process[0]) return std::nullopt;
    return std::move(process[0]);
  }

 private:
  void start() {
    if (!can_run_as_decoder()) {
      throw Error(ErrorKind::kInternal, "audio_decoder_not_wired", "This program cannot decode audio.")
          .with_log("its main() does not call audio::run_as_decoder first");
    }
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) throw cannot_start("socketpair");
    Fd ours(ends[0]);
    Fd theirs(ends[1]);
    ::setsockopt(ours.get(), SOL_SOCKET, SO_RCVTIMEO, &kHostPatience, sizeof kHostPatience);
    ::setsockopt(ours.get(), SOL_SOCKET, SO_SNDTIMEO, &kHostPatience, sizeof kHostPatience);
    pid_ = spawn_host(theirs.get());
    if (pid_ < 0) throw cannot_start("posix_spawn");
    socket_ = std::move(ours);
    { const Fd closed = std::move(theirs); }  // so that the host's death is the end of the socket
    wait_until_ready();
  }

  void wait_until_ready() {
    HostReply ready;
    if (!receive_message(socket_.get(), std::as_writable_bytes(std::span(&ready, 1)), {})) {
      stop();
      throw cannot_start("the decoder's host did not start");
    }
    if (ready.ok) return;
    stop();
    throw Error(ErrorKind::kUnavailable, "audio_decoder_unavailable",
                "Audio cannot be decoded here: install FFmpeg's libraries (libavformat, libavcodec, libswresample) of "
                "the version that this program was built for.");
  }

  void stop() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
    pid_ = -1;
    socket_ = Fd();
  }

  pid_t pid_ = -1;
  Fd socket_;
};

}  // namespace

DecoderChild::~DecoderChild() {
  if (process_) ::pidfd_send_signal(process_.get(), SIGKILL, nullptr, 0);
}

bool DecoderChild::read(std::span<std::byte> bytes, std::chrono::milliseconds max_wait) {
  while (!bytes.empty()) {
    pollfd waiting{pipe_.get(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(max_wait.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const ssize_t got = ::read(pipe_.get(), bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

DecoderChild start_decoding(const UnnamedFile& file, DecodeRequest request) {
  static std::mutex mutex;
  static Host host;
  request.file_bytes = file.size();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw cannot_start("pipe");
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  const std::lock_guard lock(mutex);
  constexpr int kTries = 2;  // the host may have died since it was last used
  for (int i = 0; i < kTries; ++i) {
    if (auto process = host.request(request, {file.fd(), theirs.get()})) return {std::move(ours), std::move(*process)};
  }
  throw cannot_start("the decoder's host started none");
}

}  // namespace rapport::audio
