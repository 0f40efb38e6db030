#include "store/connection_pool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

namespace rapport::store {
namespace {

constexpr std::size_t kIdleConnections = 8;
constexpr int kUsualCacheKib = 2'000;
constexpr int kBulkCacheKib = 131'072;

/// SQLite would make the file readable for everybody, and its log and index take the file's mode.
void make_private_file(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    throw Error(ErrorKind::kUnavailable, "store_unavailable",
                "The database's file cannot be opened for reading and writing: " + file.string())
        .with_log(std::strerror(errno));
  }
  ::close(descriptor);
}

}  // namespace

ReadLease::ReadLease(ConnectionPool& pool)
    : pool_(pool), connection_(pool.take()), exceptions_(std::uncaught_exceptions()) {}

ReadLease::~ReadLease() {
  if (std::uncaught_exceptions() > exceptions_) {
    connection_.reset();
    if (pool_.dialect_ == Dialect::kPostgresql) pool_.forget_idle();
  } else {
    pool_.give_back(std::move(connection_));
  }
}

ReadTransaction::ReadTransaction(ConnectionPool& pool, Purpose purpose) : purpose_(purpose), lease_(pool) {
  lease_->begin_read();
  if (purpose_ == Purpose::kScan) lease_->set_cache_kib(kBulkCacheKib);
}

ReadTransaction::~ReadTransaction() {
  lease_->rollback();
  if (purpose_ == Purpose::kScan) lease_->set_cache_kib(kUsualCacheKib);
}

WriteTransaction::WriteTransaction(ConnectionPool& pool, Purpose purpose)
    : WriteTransaction(pool, purpose, pool.lock_wait_) {}

WriteTransaction::WriteTransaction(ConnectionPool& pool, Purpose purpose, Duration lock_wait)
    : pool_(pool), purpose_(purpose) {
  pool_.health_.require();
  if (pool_.gate_) {
    pool_.gate_->lock(lock_wait);
    connection_ = pool_.writer_.get();
  } else {
    own_ = pool_.take();
    connection_ = own_.get();
  }
  open_ = true;
  try {
    begin();
  } catch (...) {
    end();
    throw;
  }
}

WriteTransaction::~WriteTransaction() { end(); }

void WriteTransaction::begin() {
  if (purpose_ == Purpose::kBulk && pool_.dialect_ == Dialect::kSqlite) {
    // SQLite builds the list of a CHECK (x IN (...)) anew for each row, which costs more than all the rest of a
    // message.
    connection_->run("PRAGMA ignore_check_constraints = ON");
    connection_->run("PRAGMA foreign_keys = OFF");
    connection_->set_cache_kib(kBulkCacheKib);
  }
  connection_->begin_write();
}

void WriteTransaction::commit() {
  connection_->commit();
  committed_ = true;
  try {
    connection_->checkpoint(Connection::Checkpoint::kWhenLong);
  } catch (const Error&) {
    // What was committed is safe in the log. If the disk failed, the store's health says so from the next call on.
  }
  end();
}

void WriteTransaction::end() noexcept {
  if (!std::exchange(open_, false)) return;
  if (!committed_) connection_->rollback();
  if (!pool_.gate_) {
    if (committed_) {
      pool_.give_back(std::move(own_));
    } else {
      own_.reset();
      pool_.forget_idle();
    }
    return;
  }
  if (purpose_ == Purpose::kBulk) {
    connection_->set_cache_kib(kUsualCacheKib);
    try {
      connection_->run("PRAGMA foreign_keys = ON");
      connection_->run("PRAGMA ignore_check_constraints = OFF");
    } catch (const Error&) {
      pool_.health_.fail();  // a writer that checks nothing must not be used again
    }
  }
  pool_.gate_->unlock();
}

ConnectionPool::ConnectionPool(Dialect dialect, std::string target, Duration lock_wait)
    : dialect_(dialect), target_(std::move(target)), lock_wait_(lock_wait) {}

std::unique_ptr<ConnectionPool> ConnectionPool::sqlite(const std::filesystem::path& file, Duration lock_wait) {
  if (file.empty() || file.string().find_first_of(std::string("\"\0", 2)) != std::string::npos) {
    throw Error(ErrorKind::kInvalid, "bad_database_url", "The database's path is empty or has a \" in it.");
  }
  make_private_file(file);
  std::unique_ptr<ConnectionPool> pool(new ConnectionPool(Dialect::kSqlite, file.string(), lock_wait));
  pool->gate_.emplace(file.string() + ".lock");
  pool->gate_->lock(lock_wait);
  try {
    pool->writer_ = Connection::open_sqlite(file, Connection::Role::kWriter, pool->health_);
  } catch (...) {
    pool->gate_->unlock();
    throw;
  }
  pool->gate_->unlock();
  return pool;
}

std::unique_ptr<ConnectionPool> ConnectionPool::postgresql(const std::string& url, Duration lock_wait) {
  std::unique_ptr<ConnectionPool> pool(new ConnectionPool(Dialect::kPostgresql, url, lock_wait));
  pool->give_back(pool->take());
  return pool;
}

ConnectionPool::~ConnectionPool() {
  idle_.clear();
  if (!writer_) return;
  // The last one to close puts the log away; when another process writes just now, that is not us.
  try {
    if (health_.ok() && gate_->try_lock_for(std::chrono::seconds(1))) {
      writer_->set_on_close(Connection::OnClose::kRemoveLog);
      writer_.reset();
      gate_->unlock();
    }
  } catch (const Error&) {
    // The lock file failed: the log stays where it is, and the next start recovers from it.
  }
}

std::unique_ptr<Connection> ConnectionPool::take() {
  health_.require();
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return dialect_ == Dialect::kSqlite ? Connection::open_sqlite(target_, Connection::Role::kReader, health_)
                                      : Connection::open_postgresql(target_, lock_wait_, health_);
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleConnections) idle_.push_back(std::move(connection));
}

void ConnectionPool::forget_idle() {
  const std::lock_guard lock(mutex_);
  idle_.clear();
}

}  // namespace rapport::store
