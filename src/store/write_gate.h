#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "base/clock.h"

namespace rapport::store {

/// The right to write to one SQLite file: held by one thread of one process of the machine at a time. SQLite's own
/// locks do not suffice: before 3.51.3 its write-ahead log can be damaged when two connections write or checkpoint at
/// once.
///
/// Threads   safe; who locked need not be the thread that unlocks.
class WriteGate {
 public:
  /// The lock of other processes is the file `lock_file`, made with mode 0600 when it is not there and never removed.
  /// Throws kUnavailable.
  explicit WriteGate(const std::filesystem::path& lock_file);
  ~WriteGate();
  WriteGate(const WriteGate&) = delete;
  WriteGate& operator=(const WriteGate&) = delete;

  /// Throws kConflict "store_busy" when it takes longer than `limit`.
  void lock(Duration limit);
  bool try_lock_for(Duration limit);
  void unlock();

 private:
  bool lock_file_until(std::chrono::steady_clock::time_point deadline);

  std::mutex mutex_;
  std::condition_variable free_;
  bool held_ = false;
  int file_ = -1;
};

}  // namespace rapport::store
