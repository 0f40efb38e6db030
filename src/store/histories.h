#pragma once

#include <functional>
#include <optional>

#include "base/progress.h"
#include "domain/history.h"
#include "store/connection.h"

namespace rapport::store {

/// Merges the tables of rows into contacts' histories: one ordered cursor a table, all in the order of contact ids, so
/// that each is passed over once and no more than one contact is held. A cursor reads a few thousand rows at a time and
/// goes on behind the last one (a seek on the same index), which both databases do without holding a whole table.
///
/// Requires  a read transaction, for one snapshot.
void scan_histories(Connection& connection, const TenantId& tenant,
                    const std::function<void(const ContactHistory&)>& visit, const Progress& progress);

/// One contact's. nullopt when the tenant has no such contact.
std::optional<ContactHistory> read_history(Connection& connection, const TenantId& tenant, const ContactId& contact);

}  // namespace rapport::store
