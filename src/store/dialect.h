#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rapport::store {

/// Everything in which the two databases' SQL differs for this program; all other statements are understood by both.
enum class Dialect { kSqlite, kPostgresql };

/// "RAPP", in the header of our SQLite files: tells them from other programs' files (and file(1) shows it).
constexpr std::int64_t kSqliteApplicationId = 0x52415050;

/// `ddl` with its KEY columns given the type of an identifier: text that compares byte by byte in both, so that the
/// order of an index is the order of std::string.
std::string with_key_type(Dialect dialect, std::string_view ddl);

/// Begins a transaction that sees one snapshot until its end and writes nothing.
const char* begin_read(Dialect dialect);
/// Begins a transaction that writes.
const char* begin_write(Dialect dialect);

/// Keeps other programs from changing the schema until the end of the transaction, where the dialect needs a statement
/// for it.
std::vector<std::string> lock_schema(Dialect dialect);

/// How many tables the database (or the schema, in PostgreSQL) holds under the name given as the one parameter.
const char* count_tables_named(Dialect dialect);

}  // namespace rapport::store
