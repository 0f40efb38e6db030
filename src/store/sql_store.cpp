#include "store/sql_store.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "store/bulk_rows.h"
#include "store/histories.h"
#include "store/row_cells.h"
#include "store/row_rules.h"
#include "store/schema.h"

namespace rapport::store {

std::unique_ptr<Store> Store::open(const std::string& url, const Clock& clock, StoreOptions options) {
  const auto begins = [&](const char* prefix) { return url.rfind(prefix, 0) == 0; };
  if (begins("sqlite:")) {
    return std::make_unique<SqlStore>(ConnectionPool::sqlite(url.substr(7), options.lock_wait), clock);
  }
  if (begins("postgresql://") || begins("postgres://")) {
    return std::make_unique<SqlStore>(ConnectionPool::postgresql(url, options.lock_wait), clock);
  }
  throw Error(ErrorKind::kInvalid, "bad_database_url", "A database is given as sqlite:PATH or as postgresql://...");
}

SqlStore::SqlStore(std::unique_ptr<ConnectionPool> pool, const Clock& clock) : pool_(std::move(pool)), clock_(clock) {
  bring_up_to_date(*pool_, clock_.now());
}

std::unique_ptr<BulkWriter> SqlStore::bulk_writer(const TenantId& tenant) {
  check_id("tenant_id", tenant.text());
  return std::make_unique<BulkRows>(*pool_, tenant);
}

std::map<std::string, std::int64_t> SqlStore::row_counts(const TenantId& tenant) {
  ReadTransaction transaction(*pool_);
  std::map<std::string, std::int64_t> counts;
  for (const Table* table : all_tables()) {
    const auto count = (*transaction).row(std::string("SELECT COUNT(*) FROM ") + table->name +
                                              " WHERE tenant_id = :tenant_id",
                                          {tenant.text()}, {CellType::kInteger});
    counts[table->name] = count->front().integer;
  }
  return counts;
}

void SqlStore::scan_histories(const TenantId& tenant, const std::function<void(const ContactHistory&)>& visit,
                              const Progress& progress) {
  ReadTransaction transaction(*pool_, ReadTransaction::Purpose::kScan);
  store::scan_histories(*transaction, tenant, visit, progress);
}

std::optional<ContactHistory> SqlStore::history(const TenantId& tenant, const ContactId& contact) {
  ReadTransaction transaction(*pool_);
  return read_history(*transaction, tenant, contact);
}

std::optional<Time> SqlStore::data_until(const TenantId& tenant) {
  ReadTransaction transaction(*pool_);
  std::optional<Time> latest;
  for (const Table* table : all_tables()) {
    const auto row = (*transaction).row(std::string("SELECT MAX(") + table->time + ") FROM " + table->name +
                                            " WHERE tenant_id = :tenant_id",
                                        {tenant.text()}, {CellType::kInteger});
    const Cell& time = row->front();
    if (!time.null) latest = latest ? std::max(*latest, time.time()) : time.time();
  }
  return latest;
}

void SqlStore::put_fact(const TenantId& tenant, const std::string& name, const std::string& value) {
  check_id("name", name);
  WriteTransaction transaction(*pool_);
  transaction->run(
      "INSERT INTO facts (tenant_id, name, value) VALUES (:tenant_id, :name, :value)"
      " ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value",
      {tenant.text(), name, value});
  transaction.commit();
}

std::map<std::string, std::string> SqlStore::facts(const TenantId& tenant) {
  ReadLease connection(*pool_);
  std::map<std::string, std::string> facts;
  for (Cells& row : connection->rows("SELECT name, value FROM facts WHERE tenant_id = :tenant_id", {tenant.text()},
                                     {CellType::kText, CellType::kText})) {
    facts.emplace(std::move(row[0].text), std::move(row[1].text));
  }
  return facts;
}

void SqlStore::check() {
  models_revision();
  try {
    WriteTransaction transaction(*pool_, WriteTransaction::Purpose::kFew, std::chrono::milliseconds(500));
    transaction->run("UPDATE counters SET value = :now WHERE name = 'checked_at'", {clock_.now()});
    transaction.commit();
  } catch (const Error& error) {
    if (error.code() != "store_busy") throw;
    // Somebody else holds the right to write, and uses it: a long import is no reason to call the store broken.
  }
}

}  // namespace rapport::store
