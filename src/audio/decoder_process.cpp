// The decoder's side.
//
// Idea        A process that loads libav takes 100 ms to start; a fork of a small process that has loaded it takes one
// or
//             two. So the server starts one host, the first time it reads audio, and the host forks a child for each
//             file. The host has one thread, no hostile bytes and an empty environment, and forking it is sound, as
//             forking the server with its threads would not be.
// A child     maps the file and takes the pipe as its standard output, closes every other descriptor, confines
// itself
//             (confine.h), and only then looks at the file. It writes samples until the pipe is full, and waits there:
//             its reader's pace bounds the memory of both. When the reader goes away, SIGPIPE ends it; its reader can
//             also kill it, by the pidfd that the host sends back.
// Ends        The host ends when the server does: its socket closes. It reaps its children as they end, and never
// before
//             their pidfd is open: their numbers cannot be taken by others in between.
#include "audio/decoder_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {  // glibc 2.36 forgets to say so
#include <sys/pidfd.h>
}

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <string_view>

#include "audio/audio_reader.h"
#include "audio/confine.h"
#include "audio/decode.h"
#include "audio/decoder_wire.h"
#include "audio/libav.h"

namespace rapport::audio {
namespace {

bool hook_called = false;

constexpr std::size_t kSpareMemory = std::size_t{128} << 20;  ///< beside the file and what the host has
constexpr std::chrono::seconds kSpareCpu{10};
constexpr unsigned kSlowestRealtimeFactor = 20;  ///< decoding is at least so much faster than listening

/// Everything through standard output, in messages.
class PipeSink final : public SampleSink {
 public:
  bool format(const StreamFormat& format) override {
    StreamMessage message{.kind = StreamMessage::Kind::kFormat};
    message.codec = format.codec;
    message.sample_rate_hz = format.sample_rate_hz;
    message.channels = format.channels;
    return put(message);
  }
  bool samples(std::span<const float> samples) override {
    StreamMessage message{.kind = StreamMessage::Kind::kSamples};
    message.count = static_cast<std::uint32_t>(samples.size());
    return put(message) && write_all(STDOUT_FILENO, std::as_bytes(samples));
  }
  bool end(DecodeEnd end) { return put({.kind = StreamMessage::Kind::kEnd, .end = end}); }
  bool not_confined() { return put({.kind = StreamMessage::Kind::kNotConfined}); }

 private:
  static bool put(const StreamMessage& message) {
    return write_all(STDOUT_FILENO, std::as_bytes(std::span(&message, 1)));
  }
};

[[noreturn]] void decode_in_child(const DecodeRequest& request, const std::array<Fd, 2>& fds, std::size_t host_bytes) {
  ::signal(SIGPIPE, SIG_DFL);
  if (::dup2(fds[1].get(), STDOUT_FILENO) < 0) ::_exit(1);
  void* file = ::mmap(nullptr, request.file_bytes, PROT_READ, MAP_PRIVATE, fds[0].get(), 0);
  if (file == MAP_FAILED) ::_exit(1);
  ::close(STDIN_FILENO);
  ::close(STDERR_FILENO);
  if (::close_range(kDecoderSocket, ~0U, 0) != 0) ::_exit(1);
  PipeSink sink;
  const auto audio_seconds = request.max_samples / static_cast<std::uint64_t>(kSampleRateHz);
  const bool confined = confine({.memory_bytes = host_bytes + request.file_bytes + kSpareMemory,
                                 .cpu = kSpareCpu + std::chrono::seconds(audio_seconds / kSlowestRealtimeFactor)});
  if (!confined) {
    sink.not_confined();
    ::_exit(1);
  }
  DecodeJob job;
  job.bytes = {static_cast<const std::byte*>(file), request.file_bytes};
  job.container = request.container;
  job.max_samples = request.max_samples;
  job.max_channels = request.max_channels;
  sink.end(decode(job, sink));
  ::_exit(0);
}

/// The address space that this process has already.
std::size_t own_address_space() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// A child for the request, as a pidfd; empty when none can be started.
Fd start_child(const DecodeRequest& request, const std::array<Fd, 2>& fds, std::size_t host_bytes) {
  const pid_t child = ::fork();
  if (child == 0) decode_in_child(request, fds, host_bytes);
  return child < 0 ? Fd() : Fd(::pidfd_open(child, 0));
}

bool reply(bool ok, std::span<const int> fds) {
  const HostReply message{.ok = ok};
  return send_message(kDecoderSocket, std::as_bytes(std::span(&message, 1)), fds);
}

/// SIGCHLD as something to wait for.
Fd child_ends() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

void reap(int signals) {
  signalfd_siginfo drained;
  while (::read(signals, &drained, sizeof drained) > 0) {
  }
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

/// Takes one request; false when the server is gone.
bool serve_request(std::size_t host_bytes) {
  DecodeRequest request;
  std::array<Fd, 2> fds;
  if (!receive_message(kDecoderSocket, std::as_writable_bytes(std::span(&request, 1)), fds)) return false;
  const Fd child = fds[0] && fds[1] ? start_child(request, fds, host_bytes) : Fd();
  const int child_fd = child.get();
  return reply(static_cast<bool>(child), child ? std::span(&child_fd, 1) : std::span<const int>());
}

int run_host() {
  // The server drains when it is told to end; its decoders last as long as it does.
  for (const int ignored : {SIGTERM, SIGINT, SIGHUP}) ::signal(ignored, SIG_IGN);
  const Fd signals = child_ends();
  const bool ready = signals && load_libav();
  if (!reply(ready, {}) || !ready) return 1;
  const std::size_t host_bytes = own_address_space();
  while (true) {
    std::array<pollfd, 2> waiting = {{{kDecoderSocket, POLLIN, 0}, {signals.get(), POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return 1;
    if (waiting[1].revents != 0) reap(signals.get());
    if (waiting[0].revents != 0 && !serve_request(host_bytes)) return 0;
  }
}

}  // namespace

std::optional<int> run_as_decoder(int argc, char** argv) {
  hook_called = true;
  if (argc != 2 || std::string_view(argv[1]) != kDecoderArgument) return std::nullopt;
  return run_host();
}

bool can_run_as_decoder() {
  return hook_called;
}

}  // namespace rapport::audio
