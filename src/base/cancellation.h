#pragma once

#include <atomic>

#include "base/error.h"

namespace rapport {

/// Set by somebody else when nobody waits for the answer any more. Null: that never happens.
using Cancelled = const std::atomic<bool>*;

/// Between two steps of work: throws kTimeout "cancelled" where the rest is not worth doing.
inline void stop_if_cancelled(Cancelled cancelled) {
  if (cancelled != nullptr && cancelled->load(std::memory_order_relaxed)) {
    throw Error(ErrorKind::kTimeout, "cancelled", "Nobody waits for the answer any more.");
  }
}

}  // namespace rapport
