#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/sha256.h"
#include "store/row_rules.h"
#include "store/sql_store.h"

namespace rapport::store {
namespace {

constexpr CellType kText = CellType::kText;
constexpr CellType kInteger = CellType::kInteger;

const std::vector<CellType> kRecordTypes = {kText, kText, kInteger, kText, kInteger, kText};
const std::string kRecordColumns = "kind, version, created_at, sha256, trained_samples, metadata";

ModelRecord record_of(Cells& row) {
  const auto kind = parse_model_kind(row[0].text);
  if (!kind) throw Error(ErrorKind::kInternal, "store_damaged", "The database holds a model of an unknown kind.");
  return {*kind, row[1].text, row[2].time(), row[3].text, row[4].integer, row[5].text, {}};
}

Error unknown_model() { return Error(ErrorKind::kNotFound, "unknown_model", "There is no model with this version."); }

void add_aliases(Connection& connection, const TenantId& tenant, std::vector<ModelRecord>& records) {
  for (const Cells& row : connection.rows("SELECT version, alias FROM model_aliases WHERE tenant_id = :tenant_id"
                                          " ORDER BY alias",
                                          {tenant.text()}, {kText, kText})) {
    for (ModelRecord& record : records) {
      if (record.version == row[0].text) record.aliases.push_back(row[1].text);
    }
  }
}

std::optional<ModelRecord> find_record(Connection& connection, const TenantId& tenant, const std::string& version) {
  auto row = connection.row(
      "SELECT " + kRecordColumns + " FROM models WHERE tenant_id = :tenant_id AND version = :version",
      {tenant.text(), version}, kRecordTypes);
  if (!row) return std::nullopt;
  std::vector<ModelRecord> records = {record_of(*row)};
  add_aliases(connection, tenant, records);
  return std::move(records.front());
}

std::optional<std::string> aliased(Connection& connection, const TenantId& tenant, ModelKind kind,
                                   const std::string& alias) {
  auto row = connection.row(
      "SELECT version FROM model_aliases WHERE tenant_id = :tenant_id AND kind = :kind AND alias = :alias",
      {tenant.text(), std::string(to_string(kind)), alias}, {kText});
  if (!row) return std::nullopt;
  return std::move(row->front().text);
}

void set_alias(Connection& connection, const TenantId& tenant, const ModelRecord& record, const std::string& alias) {
  connection.run(
      "INSERT INTO model_aliases (tenant_id, kind, alias, version) VALUES (:tenant_id, :kind, :alias, :version)"
      " ON CONFLICT (tenant_id, kind, alias) DO UPDATE SET version = excluded.version",
      {tenant.text(), std::string(to_string(record.kind)), alias, record.version});
}

/// Also the lock of all that changes models: the counter's row is held until the transaction ends, so that numbers of
/// the day are never given twice (SQLite has one writer anyway).
void grow_revision(Connection& connection, bool aliases_change) {
  connection.run("UPDATE counters SET value = value + :by WHERE name = 'models_revision'", {aliases_change ? 1 : 0});
}

void make_champion(Connection& connection, const TenantId& tenant, const ModelRecord& record) {
  const auto old = aliased(connection, tenant, record.kind, "champion");
  if (old == record.version) return;
  if (old) {
    ModelRecord previous = record;
    previous.version = *old;
    set_alias(connection, tenant, previous, "previous");
  }
  set_alias(connection, tenant, record, "champion");
}

ModelRecord insert_model(Connection& connection, const TenantId& tenant, const NewModel& model, Time now) {
  const std::string kind(to_string(model.kind));
  const std::string day = format_date(now);
  const auto last = connection.row(
      "SELECT COALESCE(MAX(number), 0) FROM models WHERE tenant_id = :tenant_id AND kind = :kind AND day = :day",
      {tenant.text(), kind, day}, {kInteger});
  const std::int64_t number = last->front().integer + 1;
  const std::string version = kind + "@" + day + "." + std::to_string(number);
  const ModelRecord record = {
      model.kind, version, now, sha256_hex(model.artifact), model.trained_samples, model.metadata, {}};
  connection.run(
      "INSERT INTO models (tenant_id, version, kind, day, number, created_at, sha256, trained_samples, metadata,"
      " artifact) VALUES (:tenant_id, :version, :kind, :day, :number, :created_at, :sha256, :trained_samples,"
      " :metadata, :artifact)",
      {tenant.text(), version, kind, day, number, now, record.sha256, model.trained_samples, model.metadata,
       model.artifact});
  return record;
}

/// Holds the job's row until the transaction ends, so that nobody takes the lease over meanwhile.
void require_lease(Connection& connection, const TenantId& tenant, const JobLease& lease, Time now) {
  const std::int64_t held = connection.run(
      "UPDATE jobs SET updated_at = :now WHERE tenant_id = :tenant_id AND id = :id AND owner = :owner"
      " AND state = 'running'",
      {now, tenant.text(), lease.job_id, lease.owner});
  if (held == 1) return;
  throw Error(ErrorKind::kConflict, "lease_lost", "Another worker has taken this job over.");
}

void succeed(Connection& connection, const TenantId& tenant, const JobLease& lease, const std::string& result) {
  connection.run(
      "UPDATE jobs SET state = 'succeeded', progress = 1, result = :result WHERE tenant_id = :tenant_id AND id = :id",
      {result, tenant.text(), lease.job_id});
}

}  // namespace

std::vector<ModelRecord> SqlStore::publish_models(const TenantId& tenant, std::span<const NewModel> models,
                                                  const std::optional<JobCompletion>& job) {
  check_id("tenant_id", tenant.text());
  const Time now = clock_.now();
  WriteTransaction transaction(*pool_);
  grow_revision(*transaction, std::any_of(models.begin(), models.end(), [](const NewModel& m) { return m.promote; }));
  if (job) require_lease(*transaction, tenant, job->lease, now);
  std::vector<ModelRecord> records;
  for (const NewModel& model : models) {
    records.push_back(insert_model(*transaction, tenant, model, now));
    if (model.promote) make_champion(*transaction, tenant, records.back());
  }
  add_aliases(*transaction, tenant, records);
  if (job) succeed(*transaction, tenant, job->lease, job->result(records));
  transaction.commit();
  return records;
}

std::vector<ModelRecord> SqlStore::models(const TenantId& tenant, std::optional<ModelKind> kind) {
  ReadTransaction transaction(*pool_);
  std::string sql = "SELECT " + kRecordColumns + " FROM models WHERE tenant_id = :tenant_id";
  Cells parameters = {tenant.text()};
  if (kind) {
    sql += " AND kind = :kind";
    parameters.emplace_back(std::string(to_string(*kind)));
  }
  std::vector<ModelRecord> records;
  for (Cells& row : (*transaction).rows(sql + " ORDER BY created_at DESC, number DESC, kind", parameters, kRecordTypes)) {
    records.push_back(record_of(row));
  }
  add_aliases(*transaction, tenant, records);
  return records;
}

std::optional<ModelRecord> SqlStore::champion(const TenantId& tenant, ModelKind kind) {
  ReadTransaction transaction(*pool_);
  const auto version = aliased(*transaction, tenant, kind, "champion");
  if (!version) return std::nullopt;
  return find_record(*transaction, tenant, *version);
}

std::string SqlStore::artifact(const TenantId& tenant, const std::string& version) {
  std::optional<Cells> row;
  {
    ReadLease connection(*pool_);
    row = connection->row("SELECT artifact, sha256 FROM models WHERE tenant_id = :tenant_id AND version = :version",
                          {tenant.text(), version}, {kText, kText});
  }
  if (!row) throw unknown_model();
  if (sha256_hex((*row)[0].text) != (*row)[1].text) {
    throw Error(ErrorKind::kInternal, "model_damaged",
                "The stored model " + version + " is damaged: promote another one, or train anew.");
  }
  return std::move((*row)[0].text);
}

ModelRecord SqlStore::promote_model(const TenantId& tenant, const std::string& version) {
  WriteTransaction transaction(*pool_);
  grow_revision(*transaction, true);
  const auto record = find_record(*transaction, tenant, version);
  if (!record) throw unknown_model();
  make_champion(*transaction, tenant, *record);
  auto promoted = find_record(*transaction, tenant, version);
  transaction.commit();
  return std::move(*promoted);
}

std::int64_t SqlStore::models_revision() {
  ReadLease connection(*pool_);
  Query& query = connection->prepared("SELECT value FROM counters WHERE name = 'models_revision'", {}, {kInteger});
  std::int64_t revision = 0;
  for (bool found = query.execute(); found; found = query.next()) revision = query.columns()[0].integer;
  return revision;
}

}  // namespace rapport::store
