#include "store/write_gate.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include "base/error.h"

namespace rapport::store {
namespace {

[[noreturn]] void throw_unavailable(const char* what) {
  throw Error(ErrorKind::kUnavailable, "store_unavailable", "The lock file beside the database cannot be used.")
      .with_log(std::string(what) + ": " + std::strerror(errno));
}

}  // namespace

WriteGate::WriteGate(const std::filesystem::path& lock_file)
    : file_(::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ < 0) throw_unavailable("open");
}

WriteGate::~WriteGate() { ::close(file_); }

void WriteGate::lock(Duration limit) {
  if (try_lock_for(limit)) return;
  throw Error(ErrorKind::kConflict, "store_busy",
              "Another import or training is writing to the database. Try again when it is done.")
      .with_retry_after_s(5);
}

bool WriteGate::try_lock_for(Duration limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  {
    std::unique_lock lock(mutex_);
    if (!free_.wait_until(lock, deadline, [this] { return !held_; })) return false;
    held_ = true;
  }
  bool locked = false;
  try {
    locked = lock_file_until(deadline);
  } catch (...) {
    unlock();
    throw;
  }
  if (!locked) unlock();
  return locked;
}

bool WriteGate::lock_file_until(std::chrono::steady_clock::time_point deadline) {
  auto pause = std::chrono::microseconds(200);
  while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) throw_unavailable("flock");
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(20'000));
  }
  return true;
}

void WriteGate::unlock() {
  ::flock(file_, LOCK_UN);
  {
    const std::lock_guard lock(mutex_);
    held_ = false;
  }
  free_.notify_one();
}

}  // namespace rapport::store
