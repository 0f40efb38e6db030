#include "store/connection.h"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <string_view>
#include <utility>

#include "base/error.h"

namespace rapport::store {
namespace {

/// SOCI's own message without what follows its first line: behind that come values of rows.
std::string safe_message(const soci::soci_error& error) {
  const std::string message = error.get_error_message();
  return message.substr(0, message.find('\n'));
}

Error unavailable(std::string message, const soci::soci_error& cause) {
  return Error(ErrorKind::kUnavailable, "store_unavailable", std::move(message)).with_log(safe_message(cause));
}

Error busy(const soci::soci_error& cause) {
  return Error(ErrorKind::kConflict, "store_busy", "Another program is writing to the database. Try again later.")
      .with_log(safe_message(cause))
      .with_retry_after_s(5);
}

Error internal(const soci::soci_error& cause) {
  return Error(ErrorKind::kInternal, "store_error", "The database refused a statement.").with_log(safe_message(cause));
}

Error translate_sqlite(const soci::soci_error& error, int result, Health& health) {
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return busy(error);
    case SQLITE_IOERR:
      health.fail();
      return unavailable("The database failed to read or write its disk.", error);
    case SQLITE_FULL:
      return unavailable("The disk under the database is full.", error);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return unavailable("The database's file cannot be opened for reading and writing.", error);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      health.fail();
      return Error(ErrorKind::kInternal, "store_damaged",
                   "The database's file is damaged or is no database: restore it from a backup.")
          .with_log(safe_message(error));
    default:
      return internal(error);
  }
}

Error translate_postgresql(const soci::soci_error& error, std::string_view state) {
  if (state == "55P03" || state == "40001" || state == "40P01") return busy(error);
  const std::string_view group = state.substr(0, 2);
  if (group == "08" || group == "53" || group == "57" || state.empty()) {
    return unavailable("The database server cannot be reached or refuses to work.", error);
  }
  if (group == "28" || group == "3D" || state == "42501") {
    return unavailable("The database server refuses the login.", error);
  }
  return internal(error);
}

Error translate(const soci::soci_error& error, Dialect dialect, Health& health) {
  if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error)) {
    return translate_sqlite(error, sqlite->result(), health);
  }
  if (const auto* postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&error)) {
    return translate_postgresql(error, postgresql->sqlstate().c_str());
  }
  // What PostgreSQL's backend throws without a state comes from the connection itself.
  if (dialect == Dialect::kPostgresql) return translate_postgresql(error, "");
  return internal(error);
}

/// Looks before anything is changed: the file may be a valid database, and somebody else's.
void refuse_foreign_file(Connection& connection) {
  const auto id = connection.row("PRAGMA application_id", {}, {CellType::kInteger});
  const auto tables = connection.row("SELECT COUNT(*) FROM sqlite_master", {}, {CellType::kInteger});
  const long long number = id->front().integer;
  if (number == kSqliteApplicationId || (number == 0 && tables->front().integer == 0)) return;
  throw Error(ErrorKind::kInternal, "store_damaged",
              "The database's file belongs to another program. Give the path of a file of Rapport, or of a new one.");
}

/// Once a process, before the first connection: SQLite need not lock what only one thread uses at a time, nor count its
/// memory under a lock. Without effect, and harmless, when SQLite is in use already.
void configure_sqlite() {
  static const bool configured = [] {
    sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite_api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return true;
  }();
  static_cast<void>(configured);
}

/// SOCI takes the text apart at white space and '=' and puts it together again, which leaves a URL as it is only when it
/// has a parameter at its end and no white space.
std::string soci_connect_string(const std::string& url) {
  if (url.find_first_of(" \t\r\n") != std::string::npos) {
    throw Error(ErrorKind::kInvalid, "bad_database_url", "The database's URL has white space in it: write it as %20.");
  }
  return url + (url.find('?') == std::string::npos ? "?" : "&") + "application_name=rapport";
}

/// Pages of the log at which it is moved into the file: SQLite's own default.
constexpr int kLongLogPages = 1000;

}  // namespace

struct Connection::Impl {
  soci::session session;
  int log_pages = 0;

  /// SQLite's handle. SOCI's library keeps the type information that the sanitizer would ask for to itself.
  [[gnu::no_sanitize("vptr")]] ::sqlite_api::sqlite3* handle() {
    return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
  }
};

struct Query::Impl {
  Impl(Connection& c, Cells p) : connection(c), statement(c.impl_->session), parameters(std::move(p)) {}

  Connection& connection;
  soci::statement statement;
  Cells parameters;
  Cells columns;
  std::vector<soci::indicator> parameter_states;
  std::vector<soci::indicator> column_states;

  void bind() {
    parameter_states.resize(parameters.size(), soci::i_ok);
    column_states.resize(columns.size(), soci::i_ok);
    for (std::size_t i = 0; i < parameters.size(); ++i) bind_parameter(parameters[i], parameter_states[i]);
    for (std::size_t i = 0; i < columns.size(); ++i) bind_column(columns[i], column_states[i]);
  }
  void bind_parameter(Cell& cell, soci::indicator& state) {
    switch (cell.type) {
      case CellType::kText:
        return statement.exchange(soci::use(cell.text, state));
      case CellType::kInteger:
        return statement.exchange(soci::use(cell.integer, state));
      case CellType::kReal:
        return statement.exchange(soci::use(cell.real, state));
    }
  }
  void bind_column(Cell& cell, soci::indicator& state) {
    switch (cell.type) {
      case CellType::kText:
        return statement.exchange(soci::into(cell.text, state));
      case CellType::kInteger:
        return statement.exchange(soci::into(cell.integer, state));
      case CellType::kReal:
        return statement.exchange(soci::into(cell.real, state));
    }
  }
  bool take(bool found) {
    if (found) {
      for (std::size_t i = 0; i < columns.size(); ++i) columns[i].null = column_states[i] == soci::i_null;
    }
    return found;
  }
  [[noreturn]] void rethrow(const soci::soci_error& error) {
    throw translate(error, connection.dialect_, connection.health_);
  }
};

Query::Query(Connection& connection, const std::string& sql, Cells parameters, const std::vector<CellType>& columns,
             Use use)
    : impl_(std::make_unique<Impl>(connection, std::move(parameters))) {
  for (const CellType type : columns) impl_->columns.emplace_back(type);
  try {
    impl_->bind();
    impl_->statement.alloc();
    impl_->statement.prepare(
        sql, use == Use::kOnce ? soci::details::st_one_time_query : soci::details::st_repeatable_query);
    impl_->statement.define_and_bind();
  } catch (const soci::soci_error& error) {
    impl_->rethrow(error);
  }
}

Query::~Query() = default;

Cells& Query::parameters() { return impl_->parameters; }
Cells& Query::columns() { return impl_->columns; }

bool Query::execute() {
  impl_->connection.health_.require();
  try {
    for (std::size_t i = 0; i < impl_->parameters.size(); ++i) {
      impl_->parameter_states[i] = impl_->parameters[i].null ? soci::i_null : soci::i_ok;
    }
    return impl_->take(impl_->statement.execute(true));
  } catch (const soci::soci_error& error) {
    impl_->rethrow(error);
  }
}

bool Query::next() {
  try {
    return impl_->take(impl_->statement.fetch());
  } catch (const soci::soci_error& error) {
    impl_->rethrow(error);
  }
}

std::int64_t Query::affected() { return impl_->statement.get_affected_rows(); }

Connection::Connection(Dialect dialect, Health& health)
    : dialect_(dialect), health_(health), impl_(std::make_unique<Impl>()) {}

Connection::~Connection() = default;

std::unique_ptr<Connection> Connection::open_sqlite(const std::filesystem::path& file, Role role, Health& health) {
  health.require();
  configure_sqlite();
  std::unique_ptr<Connection> connection(new Connection(Dialect::kSqlite, health));
  try {
    connection->impl_->session.open(soci::sqlite3, "timeout=10 db=\"" + file.string() + "\"");
    // Only 10 of the 13 bits of an error's code tell a failed sync from a lock: ask for all.
    sqlite_api::sqlite3_extended_result_codes(connection->impl_->handle(), 1);
  } catch (const soci::soci_error& error) {
    throw translate(error, Dialect::kSqlite, health);
  }
  connection->set_on_close(OnClose::kKeepLog);
  connection->run("PRAGMA wal_autocheckpoint = 0");
  connection->run("PRAGMA trusted_schema = OFF");
  connection->run("PRAGMA temp_store = MEMORY");
  if (role == Role::kReader) {
    connection->run("PRAGMA query_only = ON");
    return connection;
  }
  refuse_foreign_file(*connection);
  connection->run("PRAGMA page_size = 8192");  // of a new file: bulk writes log and sync fewer pages
  const auto mode = connection->row("PRAGMA journal_mode = WAL", {}, {CellType::kText});
  if (!mode || mode->front().text != "wal") {
    throw Error(ErrorKind::kUnavailable, "store_unavailable",
                "The database's folder does not permit a write-ahead log: put it on a local disk.");
  }
  connection->run("PRAGMA synchronous = FULL");
  connection->run("PRAGMA foreign_keys = ON");
  connection->run("PRAGMA journal_size_limit = 67108864");
  sqlite_api::sqlite3_wal_hook(
      connection->impl_->handle(),
      [](void* impl, sqlite_api::sqlite3*, const char*, int pages) {
        static_cast<Impl*>(impl)->log_pages = pages;
        return SQLITE_OK;
      },
      connection->impl_.get());
  return connection;
}

std::unique_ptr<Connection> Connection::open_postgresql(const std::string& url, Duration lock_wait, Health& health) {
  std::unique_ptr<Connection> connection(new Connection(Dialect::kPostgresql, health));
  try {
    connection->impl_->session.open(soci::postgresql, soci_connect_string(url));
  } catch (const soci::soci_error& error) {
    throw translate(error, Dialect::kPostgresql, health);
  }
  connection->run("SET lock_timeout = " + std::to_string(lock_wait.count()));
  connection->run("SET client_min_messages = warning");
  return connection;
}

std::int64_t Connection::run(const std::string& sql, Cells parameters) {
  Query query(*this, sql, std::move(parameters), {}, Query::Use::kOnce);
  query.execute();
  return query.affected();
}

std::optional<Cells> Connection::row(const std::string& sql, Cells parameters, std::vector<CellType> columns) {
  auto found = rows(sql, std::move(parameters), std::move(columns));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<Cells> Connection::rows(const std::string& sql, Cells parameters, std::vector<CellType> columns) {
  Query query(*this, sql, std::move(parameters), columns, Query::Use::kOnce);
  std::vector<Cells> result;
  for (bool found = query.execute(); found; found = query.next()) result.push_back(query.columns());
  return result;
}

Query& Connection::prepared(const std::string& sql, const std::vector<CellType>& parameters,
                            const std::vector<CellType>& columns) {
  std::unique_ptr<Query>& query = prepared_[sql];
  if (!query) {
    Cells cells;
    for (const CellType type : parameters) cells.emplace_back(type);
    query = std::make_unique<Query>(*this, sql, std::move(cells), columns);
  }
  return *query;
}

void Connection::begin_read() { run(store::begin_read(dialect_)); }
void Connection::begin_write() { run(store::begin_write(dialect_)); }
void Connection::commit() { run("COMMIT"); }

void Connection::rollback() noexcept {
  try {
    impl_->session.rollback();
  } catch (const soci::soci_error&) {
    // The database has rolled back by itself, or the connection is gone and the transaction with it.
  }
}

void Connection::set_cache_kib(int kib) noexcept {
  if (dialect_ != Dialect::kSqlite) return;
  const std::string sql = "PRAGMA cache_size = -" + std::to_string(kib) + "; PRAGMA shrink_memory";
  // Only speed depends on it: a failure is left to the next statement to find.
  sqlite_api::sqlite3_exec(impl_->handle(), sql.c_str(), nullptr, nullptr, nullptr);
}

void Connection::checkpoint(Checkpoint when) {
  if (dialect_ != Dialect::kSqlite || !health_.ok()) return;
  if (when == Checkpoint::kWhenLong && impl_->log_pages < kLongLogPages) return;
  const int result = sqlite_api::sqlite3_wal_checkpoint_v2(impl_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                                           nullptr);
  if (result == SQLITE_OK || (result & 0xff) == SQLITE_BUSY) return;  // busy: a reader still needs the log
  throw translate(soci::sqlite3_soci_error("checkpoint", result), dialect_, health_);
}

void Connection::set_on_close(OnClose choice) {
  if (dialect_ != Dialect::kSqlite) return;
  sqlite_api::sqlite3_db_config(impl_->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
                                choice == OnClose::kKeepLog ? 1 : 0, nullptr);
}

}  // namespace rapport::store
