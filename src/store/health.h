#pragma once

#include <atomic>

#include "base/error.h"

namespace rapport::store {

/// Whether the disk under a SQLite file can still be trusted. After a failed write or sync nobody knows what reached
/// the disk, and a sync that "succeeds" later proves nothing: the store stops for good, and a new start recovers from
/// the log.
///
/// Threads   safe.
class Health {
 public:
  void fail() { failed_ = true; }
  bool ok() const { return !failed_; }
  void require() const {
    if (failed_) {
      throw Error(ErrorKind::kUnavailable, "store_unavailable",
                  "The database failed to read or write its disk. Mend the disk and start the server again.");
    }
  }

 private:
  std::atomic<bool> failed_ = false;
};

}  // namespace rapport::store
