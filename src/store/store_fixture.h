#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "domain/history.h"
#include "store/dialect.h"
#include "store/store.h"

/// What the tests of the store share.
namespace rapport::store {

/// An empty folder, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A new, empty database: a SQLite file in a folder of its own, or a schema of its own in the PostgreSQL database that
/// the environment variable RAPPORT_TEST_POSTGRESQL names. Removed at the end.
class TestDatabase {
 public:
  explicit TestDatabase(Dialect dialect);
  ~TestDatabase();
  const std::string& url() const { return url_; }
  /// Runs one statement behind the store's back.
  void run(const std::string& sql);

 private:
  Dialect dialect_;
  TemporaryFolder folder_;
  std::string schema_;
  std::string url_;
};

inline ModelRecord publish_one(Store& store, const TenantId& tenant, const NewModel& model) {
  return store.publish_models(tenant, std::span(&model, 1), std::nullopt).front();
}

/// nullptr when the dialect can be tested here, otherwise why not.
const char* why_not_tested(Dialect dialect);

/// The contract's tests run over both databases.
class StoreTest : public testing::TestWithParam<Dialect> {
 protected:
  void SetUp() override;

  ManualClock clock{from_epoch_ms(1'763'892'000'000)};  // 2025-11-23T10:00:00Z
  std::unique_ptr<TestDatabase> database;
  std::unique_ptr<Store> store;
  const TenantId tenant{"acme"};
  const TenantId other_tenant{"umbrella"};
};

#define RAPPORT_STORE_SUITE(suite)                                                                                   \
  INSTANTIATE_TEST_SUITE_P(Databases, suite, testing::Values(Dialect::kSqlite, Dialect::kPostgresql),                \
                           [](const auto& each) { return each.param == Dialect::kSqlite ? "sqlite" : "postgresql"; })

inline Time at(std::int64_t seconds) { return from_epoch_ms(1'700'000'000'000 + seconds * 1000); }

Contact contact(const std::string& id);
Message message(const std::string& id, const std::string& contact, std::int64_t seconds);

void write_rows(Store& store, const TenantId& tenant, const std::vector<Row>& rows);

/// The code and the first field's pointer of the Error that `action` throws, "CODE POINTER"; "" when it throws none.
template <class Action>
std::string error_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code() + (error.fields().empty() ? "" : " " + error.fields().front().pointer);
  }
  return "";
}

}  // namespace rapport::store
