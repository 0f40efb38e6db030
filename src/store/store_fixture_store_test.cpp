#include "store/store_fixture.h"

#include <stdlib.h>  // NOLINT: mkdtemp

#include <cstdlib>
#include <stdexcept>

#include "base/sha256.h"
#include "store/connection.h"

namespace rapport::store {
namespace {

const char* postgresql_url() { return std::getenv("RAPPORT_TEST_POSTGRESQL"); }

void run_at(const std::string& url, const std::string& sql) {
  Health health;
  Connection::open_postgresql(url, std::chrono::seconds(10), health)->run(sql);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "rapport-store-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

TestDatabase::TestDatabase(Dialect dialect) : dialect_(dialect) {
  if (dialect == Dialect::kSqlite) {
    url_ = "sqlite:" + (folder_.path() / "rapport.db").string();
    return;
  }
  schema_ = "rapport_test_" + secure_random_hex(8);
  run_at(postgresql_url(), "CREATE SCHEMA " + schema_);
  const std::string base = postgresql_url();
  url_ = base + (base.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3D" + schema_;
}

TestDatabase::~TestDatabase() {
  if (dialect_ == Dialect::kPostgresql) run_at(postgresql_url(), "DROP SCHEMA " + schema_ + " CASCADE");
}

void TestDatabase::run(const std::string& sql) {
  if (dialect_ == Dialect::kPostgresql) return run_at(url_, sql);
  Health health;
  Connection::open_sqlite(folder_.path() / "rapport.db", Connection::Role::kWriter, health)->run(sql);
}

const char* why_not_tested(Dialect dialect) {
  if (dialect == Dialect::kSqlite || postgresql_url() != nullptr) return nullptr;
  return "PostgreSQL is not tested: the environment variable RAPPORT_TEST_POSTGRESQL gives no URL of a database.";
}

void StoreTest::SetUp() {
  if (const char* reason = why_not_tested(GetParam())) GTEST_SKIP() << reason;
  database = std::make_unique<TestDatabase>(GetParam());
  store = Store::open(database->url(), clock);
}

Contact contact(const std::string& id) {
  Contact row;
  row.id = ContactId(id);
  return row;
}

Message message(const std::string& id, const std::string& contact, std::int64_t seconds) {
  Message row;
  row.id = MessageId(id);
  row.contact = ContactId(contact);
  row.sent_at = at(seconds);
  row.text = PrivateText("text of " + id);
  return row;
}

void write_rows(Store& store, const TenantId& tenant, const std::vector<Row>& rows) {
  const auto writer = store.bulk_writer(tenant);
  for (const Row& row : rows) writer->write(row);
  writer->commit();
}

}  // namespace rapport::store
