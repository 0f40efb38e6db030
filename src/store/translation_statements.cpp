#include <string>
#include <utility>

#include "store/row_rules.h"
#include "store/sql_store.h"

namespace rapport::store {
namespace {

constexpr CellType kText = CellType::kText;
constexpr CellType kInteger = CellType::kInteger;
constexpr CellType kReal = CellType::kReal;

StoredTranslation read(const std::string& key, Cells& cells) {
  StoredTranslation found;
  found.key = key;
  found.text = PrivateText(std::move(cells[0].text));
  if (!cells[1].null) found.confidence = cells[1].real;
  found.created_at = cells[2].time();
  return found;
}

void put(const StoredTranslation& translation, Cells& cells) {
  cells[1] = Cell(translation.key);
  cells[2] = Cell(translation.text.reveal());
  cells[3].null = !translation.confidence;
  cells[3].real = translation.confidence.value_or(0);
  cells[4] = Cell(translation.created_at);
}

/// Removes all but the newest `most`: the first of those that go is found in the index by age, and so are the others.
void evict(Connection& connection, const TenantId& tenant, std::size_t most) {
  connection.run(
      "DELETE FROM translation_cache WHERE tenant_id = :tenant_id AND (created_at, key) <="
      " (SELECT created_at, key FROM translation_cache WHERE tenant_id = :same_tenant"
      " ORDER BY created_at DESC, key DESC LIMIT 1 OFFSET " +
          std::to_string(most) + ")",
      {tenant.text(), tenant.text()});
}

}  // namespace

std::vector<std::optional<StoredTranslation>> SqlStore::translations(const TenantId& tenant,
                                                                     std::span<const std::string> keys,
                                                                     Time not_before) {
  std::vector<std::optional<StoredTranslation>> found(keys.size());
  ReadLease connection(*pool_);
  Query& query = connection->prepared(
      "SELECT translation, confidence, created_at FROM translation_cache"
      " WHERE tenant_id = :tenant_id AND key = :key AND created_at >= :not_before",
      {kText, kText, kInteger}, {kText, kReal, kInteger});
  query.parameters()[0] = Cell(tenant.text());
  query.parameters()[2] = Cell(not_before);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    query.parameters()[1] = Cell(keys[i]);
    for (bool row = query.execute(); row; row = query.next()) found[i] = read(keys[i], query.columns());
  }
  return found;
}

void SqlStore::keep_translations(const TenantId& tenant, std::span<const StoredTranslation> translations,
                                 std::size_t most) {
  check_id("tenant_id", tenant.text());
  for (const StoredTranslation& translation : translations) check_id("key", translation.key);
  WriteTransaction transaction(*pool_);
  Query& query = transaction->prepared(
      "INSERT INTO translation_cache (tenant_id, key, translation, confidence, created_at)"
      " VALUES (:tenant_id, :key, :translation, :confidence, :created_at)"
      " ON CONFLICT (tenant_id, key) DO UPDATE SET translation = excluded.translation,"
      " confidence = excluded.confidence, created_at = excluded.created_at",
      {kText, kText, kText, kReal, kInteger}, {});
  query.parameters()[0] = Cell(tenant.text());
  for (const StoredTranslation& translation : translations) {
    put(translation, query.parameters());
    query.execute();
  }
  evict(*transaction, tenant, most);
  transaction.commit();
}

}  // namespace rapport::store
