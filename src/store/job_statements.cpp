#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/uuid.h"
#include "store/row_rules.h"
#include "store/sql_store.h"

namespace rapport::store {
namespace {

constexpr CellType kText = CellType::kText;
constexpr CellType kInteger = CellType::kInteger;
constexpr std::array<std::string_view, 4> kStates = {"queued", "running", "succeeded", "failed"};

JobState parse_state(const std::string& word) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (kStates[i] == word) return static_cast<JobState>(i);
  }
  throw Error(ErrorKind::kInternal, "store_damaged", "The database holds a job in an unknown state.");
}

std::optional<Job> find_job(Connection& connection, const TenantId& tenant, const std::string& id) {
  auto found = connection.row(
      "SELECT type, payload, state, result, progress, attempts, created_at, updated_at FROM jobs"
      " WHERE tenant_id = :tenant_id AND id = :id",
      {tenant.text(), id}, {kText, kText, kText, kText, CellType::kReal, kInteger, kInteger, kInteger});
  if (!found) return std::nullopt;
  Cells& row = *found;
  return Job{id,          tenant,      row[0].text,  row[1].text, parse_state(row[2].text),
             row[3].text, row[4].real, static_cast<int>(row[5].integer), row[6].time(), row[7].time()};
}

struct JobKey {
  TenantId tenant;
  std::string id;
};

std::optional<JobKey> oldest_claimable(Connection& connection, Time now) {
  Query& query = connection.prepared(
      "SELECT tenant_id, id FROM jobs WHERE state IN ('queued', 'running') AND available_at <= :now"
      " ORDER BY created_at, id LIMIT 1",
      {kInteger}, {kText, kText});
  query.parameters()[0] = Cell(now);
  std::optional<JobKey> key;
  for (bool found = query.execute(); found; found = query.next()) {
    key = JobKey{TenantId(query.columns()[0].text), query.columns()[1].text};
  }
  return key;
}

void require_room(Connection& connection, const TenantId& tenant, std::size_t most_open) {
  const auto open =
      connection.row("SELECT COUNT(*) FROM jobs WHERE tenant_id = :tenant_id AND state IN ('queued', 'running')",
                     {tenant.text()}, {kInteger});
  if (static_cast<std::size_t>(open->front().integer) < most_open) return;
  throw Error(ErrorKind::kOverloaded, "too_many_jobs",
              std::to_string(most_open) + " of your jobs are waiting or running already: try again when one has ended.")
      .with_retry_after_s(10);
}

}  // namespace

Job SqlStore::enqueue_job(const TenantId& tenant, const std::string& type, const std::string& payload,
                          std::size_t most_open) {
  check_id("tenant_id", tenant.text());
  const Time now = clock_.now();
  const std::string id = new_uuid(now);
  WriteTransaction transaction(*pool_);
  if (most_open != SIZE_MAX) require_room(*transaction, tenant, most_open);
  transaction->run(
      "INSERT INTO jobs (tenant_id, id, type, payload, state, result, progress, attempts, owner, available_at,"
      " created_at, updated_at) VALUES (:tenant_id, :id, :type, :payload, 'queued', '', 0, 0, '', :available_at,"
      " :created_at, :updated_at)",
      {tenant.text(), id, type, payload, now, now, now});
  transaction.commit();
  return Job{id, tenant, type, payload, JobState::kQueued, "", 0, 0, now, now};
}

std::optional<Job> SqlStore::job(const TenantId& tenant, const std::string& id) {
  ReadLease connection(*pool_);
  return find_job(*connection, tenant, id);
}

std::optional<Job> SqlStore::claim_job(const std::string& owner, Duration lease) {
  const Time now = clock_.now();
  {
    ReadLease connection(*pool_);
    if (!oldest_claimable(*connection, now)) return std::nullopt;  // the usual answer, without the write lock
  }
  WriteTransaction transaction(*pool_);
  while (const auto key = oldest_claimable(*transaction, now)) {
    const std::int64_t claimed = transaction->run(
        "UPDATE jobs SET state = 'running', owner = :owner, attempts = attempts + 1, available_at = :until,"
        " updated_at = :updated_at WHERE tenant_id = :tenant_id AND id = :id AND state IN ('queued', 'running')"
        " AND available_at <= :now",
        {owner, now + lease, now, key->tenant.text(), key->id, now});
    if (claimed == 0) continue;  // PostgreSQL: another worker was quicker
    auto job = find_job(*transaction, key->tenant, key->id);
    transaction.commit();
    return job;
  }
  return std::nullopt;
}

bool SqlStore::heartbeat(const std::string& job_id, const std::string& owner, Duration lease, double progress) {
  const Time now = clock_.now();
  WriteTransaction transaction(*pool_);
  const std::int64_t held = transaction->run(
      "UPDATE jobs SET available_at = :until, progress = :progress, updated_at = :now WHERE id = :id"
      " AND owner = :owner AND state = 'running'",
      {now + lease, std::clamp(progress, 0.0, 1.0), now, job_id, owner});
  transaction.commit();
  return held == 1;
}

bool SqlStore::finish_job(const std::string& job_id, const std::string& owner, JobState state,
                          const std::string& result) {
  if (state != JobState::kSucceeded && state != JobState::kFailed) {
    throw Error(ErrorKind::kInternal, "store_error", "A job finishes as succeeded or as failed.");
  }
  WriteTransaction transaction(*pool_);
  const std::string progress = state == JobState::kSucceeded ? "1" : "progress";
  const std::int64_t held = transaction->run(
      "UPDATE jobs SET state = :state, result = :result, progress = " + progress +
          ", updated_at = :now WHERE id = :id AND owner = :owner AND state = 'running'",
      {std::string(kStates[static_cast<std::size_t>(state)]), result, clock_.now(), job_id, owner});
  transaction.commit();
  return held == 1;
}

bool SqlStore::release_job(const JobLease& lease, Duration delay, bool count_attempt) {
  const Time now = clock_.now();
  WriteTransaction transaction(*pool_);
  const std::int64_t held = transaction->run(
      "UPDATE jobs SET state = 'queued', owner = '', attempts = attempts - :back, available_at = :at,"
      " updated_at = :now WHERE id = :id AND owner = :owner AND state = 'running'",
      {count_attempt ? 0 : 1, now + delay, now, lease.job_id, lease.owner});
  transaction.commit();
  return held == 1;
}

std::int64_t SqlStore::delete_finished_jobs(Duration age) {
  WriteTransaction transaction(*pool_);
  const std::int64_t deleted = transaction->run(
      "DELETE FROM jobs WHERE state IN ('succeeded', 'failed') AND updated_at < :before", {clock_.now() - age});
  transaction.commit();
  return deleted;
}

}  // namespace rapport::store
