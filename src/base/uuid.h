#pragma once

#include <string>

#include "base/clock.h"

namespace rapport {

/// A new UUIDv7 (RFC 9562): ordered by `now`, otherwise random.
///
/// Threads   safe.
std::string new_uuid(Time now);

}  // namespace rapport
