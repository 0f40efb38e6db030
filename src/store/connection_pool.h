#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/connection.h"
#include "store/health.h"
#include "store/write_gate.h"

namespace rapport::store {

class ConnectionPool;

/// A connection for reading, given back when it is destroyed (thrown away when that happens because of an exception).
class ReadLease {
 public:
  explicit ReadLease(ConnectionPool& pool);
  ~ReadLease();
  ReadLease(const ReadLease&) = delete;
  ReadLease& operator=(const ReadLease&) = delete;

  Connection& operator*() { return *connection_; }
  Connection* operator->() { return connection_.get(); }

 private:
  ConnectionPool& pool_;
  std::unique_ptr<Connection> connection_;
  int exceptions_;
};

/// A transaction that sees one snapshot of the database and writes nothing.
class ReadTransaction {
 public:
  enum class Purpose { kFew, kScan };  ///< kScan: passes over whole tables, and gets more memory for it

  explicit ReadTransaction(ConnectionPool& pool, Purpose purpose = Purpose::kFew);
  ~ReadTransaction();
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  Connection& operator*() { return *lease_; }

 private:
  Purpose purpose_;
  ReadLease lease_;
};

/// A transaction that writes: durable after `commit`, without trace when it is destroyed before.
class WriteTransaction {
 public:
  enum class Purpose { kFew, kBulk };  ///< kBulk: the caller itself holds rows to the schema's rules and references

  explicit WriteTransaction(ConnectionPool& pool, Purpose purpose = Purpose::kFew);
  WriteTransaction(ConnectionPool& pool, Purpose purpose, Duration lock_wait);
  ~WriteTransaction();
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;

  Connection& operator*() { return *connection_; }
  Connection* operator->() { return connection_; }
  void commit();

 private:
  void begin();
  void end() noexcept;

  ConnectionPool& pool_;
  Purpose purpose_;
  Connection* connection_ = nullptr;
  std::unique_ptr<Connection> own_;  ///< PostgreSQL: taken from the pool
  bool open_ = false;
  bool committed_ = false;
};

/// The connections to one database. SQLite: one writer behind the gate, and readers that it never blocks. PostgreSQL:
/// every transaction takes a connection of its own. More connections are made when all are in use; a few are kept.
///
/// Threads   safe.
class ConnectionPool {
 public:
  /// Opens the file; makes it when it is not there. The schema is not looked at.
  static std::unique_ptr<ConnectionPool> sqlite(const std::filesystem::path& file, Duration lock_wait);
  static std::unique_ptr<ConnectionPool> postgresql(const std::string& url, Duration lock_wait);
  ~ConnectionPool();

  Dialect dialect() const { return dialect_; }
  Health& health() { return health_; }

 private:
  friend class ReadLease;
  friend class WriteTransaction;
  ConnectionPool(Dialect dialect, std::string target, Duration lock_wait);

  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);
  /// After a connection failed: the others that lie idle have probably lost their server too.
  void forget_idle();

  Dialect dialect_;
  std::string target_;  ///< file or URL
  Duration lock_wait_;
  Health health_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::optional<WriteGate> gate_;        ///< SQLite
  std::unique_ptr<Connection> writer_;  ///< SQLite; used by who holds the gate
};

}  // namespace rapport::store
