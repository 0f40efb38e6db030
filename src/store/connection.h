#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/cell.h"
#include "store/dialect.h"
#include "store/health.h"

namespace rapport::store {

class Connection;

/// One prepared statement with cells in the places of its parameters and columns. Parameters are written `:name` and
/// bound by position; each name stands once.
///
/// Ownership the connection must outlive it.
/// Threads   one, as its connection.
class Query {
 public:
  enum class Use { kOnce, kOften };
  Query(Connection& connection, const std::string& sql, Cells parameters, const std::vector<CellType>& columns,
        Use use = Use::kOften);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Cells& parameters();
  Cells& columns();  ///< of the row that `execute` or `next` found; may be moved from
  /// Runs the statement with the parameters as they are. True when there is a row. A statement whose rows are not all
  /// read keeps its snapshot open.
  bool execute();
  bool next();
  std::int64_t affected();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// One connection to the database, through SOCI; foreign errors leave it as `Error`.
///
/// Threads   one at a time. After it threw, the connection is thrown away.
class Connection {
 public:
  enum class Role { kReader, kWriter };

  /// A SQLite file that exists. A writer is made ready for durable writing and never checkpoints by itself: `checkpoint`
  /// does. A reader never writes and never checkpoints.
  static std::unique_ptr<Connection> open_sqlite(const std::filesystem::path& file, Role role, Health& health);
  static std::unique_ptr<Connection> open_postgresql(const std::string& url, Duration lock_wait, Health& health);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Dialect dialect() const { return dialect_; }

  /// Runs one statement; the number of rows that it changed.
  std::int64_t run(const std::string& sql, Cells parameters = {});
  /// The first row, nullopt when there is none.
  std::optional<Cells> row(const std::string& sql, Cells parameters, std::vector<CellType> columns);
  std::vector<Cells> rows(const std::string& sql, Cells parameters, std::vector<CellType> columns);
  /// The prepared statement of this text, made at its first use and kept.
  Query& prepared(const std::string& sql, const std::vector<CellType>& parameters,
                  const std::vector<CellType>& columns);

  void begin_read();
  void begin_write();
  void commit();
  void rollback() noexcept;

  /// SQLite: the memory for pages; what is above it now is given back.
  void set_cache_kib(int kib) noexcept;
  /// SQLite: moves the log into the file once it has grown long (`always`: whatever it holds). Call it with the write
  /// lock held, on the writer alone.
  enum class Checkpoint { kWhenLong, kAlways };
  void checkpoint(Checkpoint when);
  /// SQLite: lets the last closing connection move the log into the file and remove it, or leaves the log as it is.
  enum class OnClose { kKeepLog, kRemoveLog };
  void set_on_close(OnClose choice);

 private:
  friend class Query;
  struct Impl;
  Connection(Dialect dialect, Health& health);

  Dialect dialect_;
  Health& health_;
  std::unique_ptr<Impl> impl_;
  std::map<std::string, std::unique_ptr<Query>> prepared_;
};

}  // namespace rapport::store
