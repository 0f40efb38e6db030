#pragma once

#include "domain/ids.h"
#include "domain/rows.h"

namespace rapport::store {

/// Holds a row to the rules of its table that need no look at other rows: identifiers, closed sets, ranges, text that is
/// UTF-8 without NUL. Checked here and not by the database, so that the mistake can be named and the transaction goes
/// on (PostgreSQL gives a transaction up at the first refused statement).
///
/// Throws    kInvalid "invalid_row" with the column in `fields()[0].pointer`.
/// Threads   pure.
void check_row(const Contact& row);
void check_row(const Conversation& row);
void check_row(const Message& row);
void check_row(const Campaign& row);
void check_row(const CampaignEvent& row);
void check_row(const Lead& row);
void check_row(const Order& row);
void check_row(const Ticket& row);
void check_row(const ProductEvent& row);
void check_row(const PreferenceEvent& row);

/// The same for a transcript that comes without its row.
void check_transcript(const std::string& transcript);
/// The same for a tenant's name, a fact's name ("name") and other identifiers.
void check_id(const char* column, const std::string& id);

}  // namespace rapport::store
