#include "store/schema.h"

#include <array>
#include <span>
#include <string>

/// The schema, as the sequence of its migrations. A published migration is never changed: a change of the schema is a
/// new one at the end of kMigrations.
///
/// `tenant_id` stands first in every key, so that PostgreSQL can be sharded by it. Identifiers are the business's own
/// texts; times are UTC epoch milliseconds. KEY_TEXT is text that compares byte by byte (dialect.h).
namespace rapport::store {
namespace {

constexpr const char* kMigration1[] = {
    "CREATE TABLE contacts ("
    " tenant_id KEY_TEXT NOT NULL CHECK (tenant_id <> ''), id KEY_TEXT NOT NULL CHECK (id <> ''),"
    " name TEXT NOT NULL, phone TEXT NOT NULL, language TEXT NOT NULL,"
    " timezone_offset DOUBLE PRECISION CHECK (timezone_offset BETWEEN -12 AND 14),"
    " created_at BIGINT,"
    " PRIMARY KEY (tenant_id, id))",

    "CREATE TABLE conversations ("
    " tenant_id KEY_TEXT NOT NULL, id KEY_TEXT NOT NULL CHECK (id <> ''), contact_id KEY_TEXT NOT NULL,"
    " started_at BIGINT NOT NULL, ended_at BIGINT,"
    " PRIMARY KEY (tenant_id, id),"
    " FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id))",
    "CREATE INDEX conversations_of_contact ON conversations (tenant_id, contact_id, started_at, id)",

    "CREATE TABLE campaigns ("
    " tenant_id KEY_TEXT NOT NULL CHECK (tenant_id <> ''), id KEY_TEXT NOT NULL CHECK (id <> ''),"
    " name TEXT NOT NULL, started_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, id))",

    "CREATE TABLE messages ("
    " tenant_id KEY_TEXT NOT NULL, id KEY_TEXT NOT NULL CHECK (id <> ''), contact_id KEY_TEXT NOT NULL,"
    " conversation_id KEY_TEXT, campaign_id KEY_TEXT,"
    " direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound')),"
    " sent_at BIGINT NOT NULL, delivered_at BIGINT, read_at BIGINT,"
    " text TEXT NOT NULL, media_type TEXT NOT NULL, language TEXT NOT NULL, transcript TEXT,"
    " sentiment TEXT CHECK (sentiment IN ('negative', 'neutral', 'positive')),"
    " valence DOUBLE PRECISION CHECK (valence BETWEEN 0 AND 1),"
    " emotion TEXT CHECK (emotion IN ('anger', 'disgust', 'fear', 'joy', 'neutral', 'sadness', 'surprise')),"
    " emotion_score DOUBLE PRECISION CHECK (emotion_score BETWEEN 0 AND 1),"
    " PRIMARY KEY (tenant_id, id),"
    " FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),"
    " FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id),"
    " FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id))",
    "CREATE INDEX messages_of_contact ON messages (tenant_id, contact_id, sent_at, id)",

    "CREATE TABLE campaign_events ("
    " tenant_id KEY_TEXT NOT NULL, id KEY_TEXT NOT NULL CHECK (id <> ''), contact_id KEY_TEXT NOT NULL,"
    " campaign_id KEY_TEXT NOT NULL, message_id KEY_TEXT,"
    " type TEXT NOT NULL CHECK (type IN ('open', 'click', 'response', 'unsubscribe')),"
    " at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, id),"
    " FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),"
    " FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id),"
    " FOREIGN KEY (tenant_id, message_id) REFERENCES messages (tenant_id, id))",
    "CREATE INDEX campaign_events_of_contact ON campaign_events (tenant_id, contact_id, at, id)",

    "CREATE TABLE leads ("
    " tenant_id KEY_TEXT NOT NULL, id KEY_TEXT NOT NULL CHECK (id <> ''), contact_id KEY_TEXT NOT NULL,"
    " score DOUBLE PRECISION NOT NULL CHECK (score BETWEEN 0 AND 100),"
    " scored_at BIGINT NOT NULL, outcome TEXT CHECK (outcome IN ('won', 'lost')),"
    " PRIMARY KEY (tenant_id, id),"
    " FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id))",
    "CREATE INDEX leads_of_contact ON leads (tenant_id, contact_id, scored_at, id)",

    "CREATE TABLE orders ("
    " tenant_id KEY_TEXT NOT NULL, id KEY_TEXT NOT NULL CHECK (id <> ''), contact_id KEY_TEXT NOT NULL,"
    " placed_at BIGINT NOT NULL, amount DOUBLE PRECISION NOT NULL CHECK (amount >= 0),"
    " discount_amount DOUBLE PRECISION NOT NULL CHECK (discount_amount >= 0),"
    " PRIMARY KEY (tenant_id, id),"
    " FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id))",
    "CREATE INDEX orders_of_contact ON orders (tenant_id, contact_id, placed_at, id)",

    "CREATE TABLE tickets ("
    " tenant_id KEY_TEXT NOT NULL, id KEY_TEXT NOT NULL CHECK (id <> ''), contact_id KEY_TEXT NOT NULL,"
    " kind TEXT NOT NULL CHECK (kind IN ('question', 'complaint', 'other')),"
    " opened_at BIGINT NOT NULL, resolved_at BIGINT,"
    " PRIMARY KEY (tenant_id, id),"
    " FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id))",
    "CREATE INDEX tickets_of_contact ON tickets (tenant_id, contact_id, opened_at, id)",

    "CREATE TABLE product_events ("
    " tenant_id KEY_TEXT NOT NULL, id KEY_TEXT NOT NULL CHECK (id <> ''), contact_id KEY_TEXT NOT NULL,"
    " type TEXT NOT NULL CHECK (type IN ('view', 'cart', 'abandon', 'refund', 'discount')),"
    " at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, id),"
    " FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id))",
    "CREATE INDEX product_events_of_contact ON product_events (tenant_id, contact_id, at, id)",

    "CREATE TABLE preference_events ("
    " tenant_id KEY_TEXT NOT NULL, id KEY_TEXT NOT NULL CHECK (id <> ''), contact_id KEY_TEXT NOT NULL,"
    " type TEXT NOT NULL CHECK (type IN ('unsubscribe_attempt', 'opt_out', 'opt_in', 'change')),"
    " at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, id),"
    " FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id))",
    "CREATE INDEX preference_events_of_contact ON preference_events (tenant_id, contact_id, at, id)",

    "CREATE TABLE models ("
    " tenant_id KEY_TEXT NOT NULL CHECK (tenant_id <> ''), version KEY_TEXT NOT NULL,"
    " kind TEXT NOT NULL CHECK (kind IN ('lead_scoring', 'churn_prediction', 'engagement_prediction')),"
    " day TEXT NOT NULL, number BIGINT NOT NULL CHECK (number >= 1), created_at BIGINT NOT NULL,"
    " sha256 TEXT NOT NULL, trained_samples BIGINT NOT NULL CHECK (trained_samples >= 0),"
    " metadata TEXT NOT NULL, artifact TEXT NOT NULL,"
    " PRIMARY KEY (tenant_id, version), UNIQUE (tenant_id, kind, day, number))",

    "CREATE TABLE model_aliases ("
    " tenant_id KEY_TEXT NOT NULL, kind KEY_TEXT NOT NULL,"
    " alias KEY_TEXT NOT NULL CHECK (alias IN ('champion', 'previous')), version KEY_TEXT NOT NULL,"
    " PRIMARY KEY (tenant_id, kind, alias),"
    " FOREIGN KEY (tenant_id, version) REFERENCES models (tenant_id, version))",

    "CREATE TABLE jobs ("
    " tenant_id KEY_TEXT NOT NULL CHECK (tenant_id <> ''), id KEY_TEXT NOT NULL, type TEXT NOT NULL,"
    " payload TEXT NOT NULL,"
    " state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed')),"
    " result TEXT NOT NULL, progress DOUBLE PRECISION NOT NULL CHECK (progress BETWEEN 0 AND 1),"
    " attempts BIGINT NOT NULL CHECK (attempts >= 0), owner TEXT NOT NULL,"
    " available_at BIGINT NOT NULL,"  // queued: not before; running: when the lease runs out
    " created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, id))",
    "CREATE INDEX jobs_by_id ON jobs (id)",
    "CREATE INDEX jobs_by_state ON jobs (state, created_at, id)",

    "CREATE TABLE facts ("
    " tenant_id KEY_TEXT NOT NULL CHECK (tenant_id <> ''), name KEY_TEXT NOT NULL CHECK (name <> ''),"
    " value TEXT NOT NULL,"
    " PRIMARY KEY (tenant_id, name))",

    // What belongs to the database and not to a tenant.
    "CREATE TABLE counters (name KEY_TEXT PRIMARY KEY, value BIGINT NOT NULL)",
    "INSERT INTO counters (name, value) VALUES ('models_revision', 0), ('checked_at', 0)",
};

// Whose analysis a message carries: NULL where it has none or brought its own.
constexpr const char* kMigration2[] = {"ALTER TABLE messages ADD COLUMN analyzed_by TEXT"};

constexpr const char* kMigration3[] = {
    "CREATE TABLE translation_cache ("
    " tenant_id KEY_TEXT NOT NULL CHECK (tenant_id <> ''), key KEY_TEXT NOT NULL CHECK (key <> ''),"
    " translation TEXT NOT NULL, confidence DOUBLE PRECISION CHECK (confidence BETWEEN 0 AND 1),"
    " created_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, key))",
    "CREATE INDEX translation_cache_by_age ON translation_cache (tenant_id, created_at, key)",
};

constexpr std::array<std::span<const char* const>, 3> kMigrations = {kMigration1, kMigration2, kMigration3};

std::int64_t current_version(Connection& connection) {
  const auto tables = connection.row(count_tables_named(connection.dialect()), {"schema_version"}, {CellType::kInteger});
  if (tables->front().integer == 0) return 0;
  const auto version = connection.row("SELECT COALESCE(MAX(version), 0) FROM schema_version", {}, {CellType::kInteger});
  return version->front().integer;
}

void refuse_newer(std::int64_t version) {
  const auto known = static_cast<std::int64_t>(kMigrations.size());
  if (version <= known) return;
  throw Error(ErrorKind::kConflict, "store_newer",
              "The database was made by a newer version of Rapport (schema " + std::to_string(version) +
                  "; this program knows " + std::to_string(known) + "). Start that version or a later one.");
}

/// True when a step was made, false when there is none left.
bool migrate_once(ConnectionPool& pool, Time now) {
  WriteTransaction transaction(pool);
  Connection& connection = *transaction;
  for (const std::string& statement : lock_schema(connection.dialect())) connection.row(statement, {}, {CellType::kText});
  const std::int64_t version = current_version(connection);
  refuse_newer(version);
  if (version == static_cast<std::int64_t>(kMigrations.size())) return false;
  if (version == 0) {
    if (connection.dialect() == Dialect::kSqlite) {
      connection.run("PRAGMA application_id = " + std::to_string(kSqliteApplicationId));
    }
    connection.run("CREATE TABLE schema_version (version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)");
  }
  for (const char* statement : kMigrations[static_cast<std::size_t>(version)]) {
    connection.run(with_key_type(connection.dialect(), statement));
  }
  connection.run("INSERT INTO schema_version (version, applied_at) VALUES (:version, :applied_at)", {version + 1, now});
  transaction.commit();
  return true;
}

}  // namespace

void bring_up_to_date(ConnectionPool& pool, Time now) {
  while (migrate_once(pool, now)) {
  }
}

}  // namespace rapport::store
