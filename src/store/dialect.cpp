#include "store/dialect.h"

namespace rapport::store {

std::string with_key_type(Dialect dialect, std::string_view ddl) {
  constexpr std::string_view kPlaceholder = "KEY_TEXT";
  const std::string_view type = dialect == Dialect::kSqlite ? "TEXT" : "TEXT COLLATE \"C\"";
  std::string result;
  for (std::size_t at = 0; at < ddl.size();) {
    const std::size_t found = ddl.find(kPlaceholder, at);
    result += ddl.substr(at, found == std::string_view::npos ? found : found - at);
    if (found == std::string_view::npos) break;
    result += type;
    at = found + kPlaceholder.size();
  }
  return result;
}

const char* begin_read(Dialect dialect) {
  return dialect == Dialect::kSqlite ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
}

const char* begin_write(Dialect dialect) { return dialect == Dialect::kSqlite ? "BEGIN IMMEDIATE" : "BEGIN"; }

std::vector<std::string> lock_schema(Dialect dialect) {
  if (dialect == Dialect::kSqlite) return {};  // its one writer holds the lock file already
  return {"SELECT pg_advisory_xact_lock(5927384111)"};  // any number that no other program is likely to use
}

const char* count_tables_named(Dialect dialect) {
  return dialect == Dialect::kSqlite
             ? "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = :name"
             : "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = "
               ":name";
}

}  // namespace rapport::store
