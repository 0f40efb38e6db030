#pragma once

#include "base/clock.h"
#include "store/connection_pool.h"

namespace rapport::store {

/// Makes the tables, or brings those of an older program up to date: each step is one transaction, so that a crash
/// leaves the schema of one version or the next.
///
/// Throws    kConflict "store_newer".
void bring_up_to_date(ConnectionPool& pool, Time now);

}  // namespace rapport::store
