// What the store adds to SQLite: each figure stands beside the same work done with the C interface alone ("Raw"), on
// the same schema, the same rows and the same durability. Rows come in the order of time, as a business exports them,
// so that neighbouring rows are those of different contacts.
#include <benchmark/benchmark.h>
#include <sqlite3.h>
#include <stdlib.h>  // NOLINT: mkdtemp

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/history.h"
#include "store/store.h"

namespace {

using namespace rapport;  // NOLINT

constexpr std::int64_t kContacts = 20'000;
const TenantId kTenant("default");

std::string contact_id(std::int64_t i) {
  return "contact-" + std::to_string(100'000 + i);
}

/// The i-th message of the business.
Message message(std::int64_t i) {
  Message row;
  row.id = MessageId("wamid." + std::to_string(1'000'000'000 + i));
  row.contact = ContactId(contact_id((i * 7919) % kContacts));
  row.direction = i % 3 == 0 ? Direction::kInbound : Direction::kOutbound;
  row.sent_at = from_epoch_ms(1'700'000'000'000 + i * 20'000);
  if (i % 3 != 0) row.delivered_at = row.sent_at + std::chrono::seconds(2);
  row.text = PrivateText("Hello, is the blue jacket in size M still there? I would like to pick it up today.");
  row.language = "en";
  if (i % 3 == 0) row.analysis = Analysis{Sentiment::kNeutral, 0.5, "neutral", 0.8};
  return row;
}

/// A folder with a database, removed at the end.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "rapport-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file() const { return (path_ / "bench.db").string(); }
  std::unique_ptr<store::Store> open() const { return store::Store::open("sqlite:" + file(), clock_); }

 private:
  std::filesystem::path path_;
  SystemClock clock_;
};

void write_contacts(store::Store& store) {
  const auto writer = store.bulk_writer(kTenant);
  for (std::int64_t i = 0; i < kContacts; ++i) {
    Contact row;
    row.id = ContactId(contact_id(i));
    writer->write(row);
  }
  writer->commit();
}

void write_messages(store::Store& store, std::int64_t count) {
  const auto writer = store.bulk_writer(kTenant);
  for (std::int64_t i = 0; i < count; ++i) writer->write(message(i));
  writer->commit();
}

/// A million messages, made once.
const Folder& million() {
  static const auto folder = [] {
    auto made = std::make_unique<Folder>();
    const auto store = made->open();
    write_contacts(*store);
    write_messages(*store, 1'000'000);
    return made;
  }();
  return *folder;
}

class RawDatabase {
 public:
  explicit RawDatabase(const std::string& file) {
    if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) std::abort();
  }
  ~RawDatabase() { sqlite3_close(handle_); }
  void run(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr) != SQLITE_OK) fail();
    return statement;
  }

 private:
  [[noreturn]] void fail() {
    std::fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(handle_));
    std::abort();
  }
  sqlite3* handle_ = nullptr;
};

void bind_text(sqlite3_stmt* s, int at, std::string_view text) {
  sqlite3_bind_text(s, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

void raw_write(sqlite3_stmt* s, const Message& row) {
  bind_text(s, 1, "default");
  bind_text(s, 2, row.id.text());
  bind_text(s, 3, row.contact.text());
  bind_text(s, 4, row.direction == Direction::kInbound ? "inbound" : "outbound");
  sqlite3_bind_int64(s, 5, to_epoch_ms(row.sent_at));
  row.delivered_at ? sqlite3_bind_int64(s, 6, to_epoch_ms(*row.delivered_at)) : sqlite3_bind_null(s, 6);
  bind_text(s, 7, row.text.reveal());
  bind_text(s, 8, row.language);
  row.analysis ? sqlite3_bind_text(s, 9, "neutral", 7, SQLITE_STATIC) : sqlite3_bind_null(s, 9);
  row.analysis ? sqlite3_bind_double(s, 10, row.analysis->valence) : sqlite3_bind_null(s, 10);
  row.analysis ? sqlite3_bind_text(s, 11, "neutral", 7, SQLITE_STATIC) : sqlite3_bind_null(s, 11);
  row.analysis ? sqlite3_bind_double(s, 12, *row.analysis->emotion_prob) : sqlite3_bind_null(s, 12);
  if (sqlite3_step(s) != SQLITE_DONE) {
    std::fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(sqlite3_db_handle(s)));
    std::abort();
  }
  sqlite3_reset(s);
}

constexpr const char* kRawInsert =
    "INSERT INTO messages (tenant_id, id, contact_id, direction, sent_at, delivered_at, text, language, media_type,"
    " sentiment, valence, emotion, emotion_score) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?)"
    " ON CONFLICT (tenant_id, id) DO UPDATE SET text = excluded.text";

void BulkWrite(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    const Folder folder;
    const auto store = folder.open();
    write_contacts(*store);
    state.ResumeTiming();
    write_messages(*store, state.range(0));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BulkWrite)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

void BulkWriteRaw(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    const Folder folder;
    write_contacts(*folder.open());
    auto database = std::make_unique<RawDatabase>(folder.file());
    RawDatabase& raw = *database;
    raw.run("PRAGMA synchronous = FULL; PRAGMA cache_size = -131072; PRAGMA wal_autocheckpoint = 0");
    sqlite3_stmt* insert = raw.prepare(kRawInsert);
    state.ResumeTiming();
    raw.run("BEGIN IMMEDIATE");
    for (std::int64_t i = 0; i < state.range(0); ++i) raw_write(insert, message(i));
    raw.run("COMMIT; PRAGMA wal_checkpoint");
    state.PauseTiming();
    sqlite3_finalize(insert);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BulkWriteRaw)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

void ScanMillionMessages(benchmark::State& state) {
  const auto store = million().open();
  std::size_t messages = 0;
  for (auto _ : state) {
    store->scan_histories(kTenant, [&](const ContactHistory& history) { messages += history.messages.size(); });
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(messages));
}
BENCHMARK(ScanMillionMessages)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(2);

void ScanMillionMessagesRaw(benchmark::State& state) {
  RawDatabase raw(million().file());
  sqlite3_stmt* select =
      raw.prepare("SELECT * FROM messages WHERE tenant_id = 'default' ORDER BY tenant_id, contact_id, sent_at, id");
  std::int64_t messages = 0;
  for (auto _ : state) {
    for (; sqlite3_step(select) == SQLITE_ROW; ++messages) {
      for (int i = 0; i < sqlite3_column_count(select); ++i) benchmark::DoNotOptimize(sqlite3_column_text(select, i));
    }
    sqlite3_reset(select);
  }
  sqlite3_finalize(select);
  state.SetItemsProcessed(messages);
}
BENCHMARK(ScanMillionMessagesRaw)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(2);

void HistoryOfAContact(benchmark::State& state) {
  const auto store = million().open();
  std::int64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(store->history(kTenant, ContactId(contact_id(i++ * 31 % kContacts))));
}
BENCHMARK(HistoryOfAContact)->Unit(benchmark::kMicrosecond);

void HistoryOfAContactRaw(benchmark::State& state) {
  RawDatabase raw(million().file());
  sqlite3_stmt* select =
      raw.prepare("SELECT * FROM messages WHERE tenant_id = 'default' AND contact_id = ? ORDER BY sent_at, id");
  std::int64_t i = 0;
  for (auto _ : state) {
    const std::string id = contact_id(i++ * 31 % kContacts);
    bind_text(select, 1, id);
    while (sqlite3_step(select) == SQLITE_ROW) benchmark::DoNotOptimize(sqlite3_column_text(select, 8));
    sqlite3_reset(select);
  }
  sqlite3_finalize(select);
}
BENCHMARK(HistoryOfAContactRaw)->Unit(benchmark::kMicrosecond);

void ModelsRevision(benchmark::State& state) {
  const auto store = million().open();
  for (auto _ : state) benchmark::DoNotOptimize(store->models_revision());
}
BENCHMARK(ModelsRevision)->Unit(benchmark::kMicrosecond);

void ModelsRevisionRaw(benchmark::State& state) {
  RawDatabase raw(million().file());
  sqlite3_stmt* select = raw.prepare("SELECT value FROM counters WHERE name = 'models_revision'");
  for (auto _ : state) {
    while (sqlite3_step(select) == SQLITE_ROW) benchmark::DoNotOptimize(sqlite3_column_int64(select, 0));
    sqlite3_reset(select);
  }
  sqlite3_finalize(select);
}
BENCHMARK(ModelsRevisionRaw)->Unit(benchmark::kMicrosecond);

void DataUntil(benchmark::State& state) {
  const auto store = million().open();
  for (auto _ : state) benchmark::DoNotOptimize(store->data_until(kTenant));
}
BENCHMARK(DataUntil)->Unit(benchmark::kMillisecond);

void PutFact(benchmark::State& state) {
  const auto store = million().open();
  for (auto _ : state) store->put_fact(kTenant, "bench", "value");
}
BENCHMARK(PutFact)->Unit(benchmark::kMillisecond);

}  // namespace
