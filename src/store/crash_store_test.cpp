// What a SQLite file survives: kill -9 at any moment, two processes at once, a disk that fails, files that are not ours.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <thread>

#include "store/connection.h"
#include "store/store_fixture.h"

namespace {
std::atomic<bool> disk_fails = false;  // NOLINT
}

/// Stands before the C library's: SQLite's syncs come here first.
extern "C" int fdatasync(int file) {
  if (disk_fails) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fdatasync, file));
}
extern "C" int fsync(int file) {
  if (disk_fails) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fsync, file));
}

namespace rapport::store {
namespace {

const TenantId kTenant("acme");

class SqliteFile : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder.path() / "rapport.db"; }
  std::unique_ptr<Store> open(Duration lock_wait = std::chrono::seconds(10)) {
    return Store::open("sqlite:" + file().string(), clock, {.lock_wait = lock_wait});
  }
  /// Runs `work` in a process of its own. `_exit` in the child: gtest's state is the parent's.
  pid_t start(const std::function<void()>& work) {
    const pid_t child = fork();
    if (child == 0) {
      try {
        work();
        _exit(0);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "child: %s\n", error.what());
        _exit(1);
      }
    }
    return child;
  }
  int end_of(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return status;
  }
  void expect_intact() {
    Health health;
    const auto connection = Connection::open_sqlite(file(), Connection::Role::kReader, health);
    EXPECT_EQ(connection->row("PRAGMA integrity_check", {}, {CellType::kText})->front().text, "ok");
    EXPECT_TRUE(connection->rows("PRAGMA foreign_key_check", {}, {CellType::kText}).empty());
  }

  TemporaryFolder folder;
  SystemClock clock;
};

/// Imports and publications without end, each of which is recognisable as whole: 50 messages a contact.
void write_for_ever(Store& store) {
  for (int round = 0;; ++round) {
    const auto writer = store.bulk_writer(kTenant);
    const std::string id = "c" + std::to_string(getpid()) + "-" + std::to_string(round);
    writer->write(contact(id));
    for (int i = 0; i < 50; ++i) writer->write(message(id + "-" + std::to_string(i), id, i));
    writer->commit();
    const std::string artifact = "artifact " + id;
    publish_one(store, kTenant, {ModelKind::kLeadScoring, artifact, 1, artifact, true});
  }
}

void expect_whole(Store& store) {
  store.scan_histories(kTenant, [](const ContactHistory& history) { EXPECT_EQ(history.messages.size(), 50U); });
  const auto models = store.models(kTenant, {});
  int champions = 0;
  for (const ModelRecord& model : models) {
    EXPECT_EQ(store.artifact(kTenant, model.version), model.metadata);
    for (const std::string& alias : model.aliases) champions += alias == "champion" ? 1 : 0;
  }
  EXPECT_EQ(champions, models.empty() ? 0 : 1);
  EXPECT_TRUE(models.empty() || models.front().aliases == std::vector<std::string>{"champion"});
}

TEST_F(SqliteFile, IsWholeAfterEveryKill) {
  for (int round = 0; round < 25; ++round) {
    const pid_t child = start([&] { write_for_ever(*open()); });
    usleep(static_cast<useconds_t>(5'000 + round * 7'919 % 160'000));
    kill(child, SIGKILL);
    end_of(child);

    const auto store = open();
    expect_whole(*store);
    expect_intact();
  }
  EXPECT_GT(open()->row_counts(kTenant)["contacts"], 0);
}

TEST_F(SqliteFile, KeepsWhatWasAcknowledgedBeforeAKill) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = start([&] {
    const auto store = open();
    for (int i = 0;; ++i) {
      write_rows(*store, kTenant, {contact("c" + std::to_string(i))});
      if (write(pipe_ends[1], "+", 1) != 1) _exit(2);
    }
  });
  usleep(400'000);
  kill(child, SIGKILL);
  end_of(child);
  close(pipe_ends[1]);
  std::int64_t acknowledged = 0;
  for (char byte = 0; read(pipe_ends[0], &byte, 1) == 1;) ++acknowledged;
  close(pipe_ends[0]);

  const std::int64_t kept = open()->row_counts(kTenant)["contacts"];

  EXPECT_GE(kept, acknowledged);
  EXPECT_LE(kept, acknowledged + 1);
}

TEST_F(SqliteFile, TakesRowsFromTwoProcessesAtOnce) {
  constexpr int kRounds = 40;
  open();
  const auto work = [&](const char* name) {
    const auto store = open();
    for (int i = 0; i < kRounds; ++i) {
      const std::string id = name + std::to_string(i);
      write_rows(*store, kTenant, {contact(id), message("m" + id, id, i)});
      publish_one(*store, kTenant, {ModelKind::kLeadScoring, id, 1, id, true});
    }
  };
  const pid_t one = start([&] { work("a"); });
  const pid_t two = start([&] { work("b"); });

  EXPECT_EQ(end_of(one), 0);
  EXPECT_EQ(end_of(two), 0);

  const auto store = open();
  EXPECT_EQ(store->row_counts(kTenant)["messages"], 2 * kRounds);
  EXPECT_EQ(store->models(kTenant, {}).size(), std::size_t{2 * kRounds});
  EXPECT_EQ(store->models_revision(), 2 * kRounds);
  expect_intact();
}

TEST_F(SqliteFile, SaysBusyWhenAnotherWriterTakesTooLong) {
  const auto store = open(std::chrono::milliseconds(50));
  const auto elsewhere = open(std::chrono::milliseconds(50));
  const auto writer = store->bulk_writer(kTenant);

  EXPECT_EQ(error_of([&] { store->put_fact(kTenant, "a", "b"); }), "store_busy");
  EXPECT_EQ(error_of([&] { elsewhere->put_fact(kTenant, "a", "b"); }), "store_busy");
  EXPECT_TRUE(elsewhere->facts(kTenant).empty());  // reading goes on
  writer->commit();
  elsewhere->put_fact(kTenant, "a", "b");
}

TEST_F(SqliteFile, StopsForGoodAfterAFailedSync) {
  auto store = open();
  write_rows(*store, kTenant, {contact("before")});

  disk_fails = true;
  const std::string first = error_of([&] { write_rows(*store, kTenant, {contact("lost")}); });
  disk_fails = false;

  EXPECT_EQ(first, "store_unavailable");
  EXPECT_EQ(error_of([&] { store->put_fact(kTenant, "a", "b"); }), "store_unavailable");
  EXPECT_EQ(error_of([&] { store->facts(kTenant); }), "store_unavailable");
  EXPECT_EQ(error_of([&] { store->check(); }), "store_unavailable");
  store.reset();
  EXPECT_TRUE(open()->history(kTenant, ContactId("before")));
  expect_intact();
}

TEST_F(SqliteFile, IsReadableByItsOwnerAlone) {
  const auto store = open();
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    struct stat status = {};
    ASSERT_EQ(stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U) << entry.path();
  }
}

TEST_F(SqliteFile, IsOneFileWhenTheLastStoreHasClosed) {
  {
    const auto store = open();
    write_rows(*store, kTenant, {contact("c1")});
  }
  EXPECT_FALSE(std::filesystem::exists(file().string() + "-wal"));
}

TEST_F(SqliteFile, RefusesAFileThatIsNoDatabase) {
  std::ofstream(file()) << std::string(8192, 'x');

  EXPECT_EQ(error_of([&] { open(); }), "store_damaged");
}

TEST_F(SqliteFile, RefusesAnotherProgramsDatabaseAndLeavesItAsItIs) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "CREATE TABLE songs (title)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  const auto before = std::filesystem::last_write_time(file());

  EXPECT_EQ(error_of([&] { open(); }), "store_damaged");

  EXPECT_EQ(std::filesystem::last_write_time(file()), before);
}

TEST_F(SqliteFile, RefusesATruncatedFile) {
  {
    const auto store = open();
    const auto writer = store->bulk_writer(kTenant);
    for (int i = 0; i < 2'000; ++i) writer->write(contact("c" + std::to_string(i)));
    writer->commit();
  }
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) / 2);

  EXPECT_EQ(error_of([&] { open(); }), "store_damaged");
}

TEST_F(SqliteFile, SaysWhichFolderIsMissing) {
  EXPECT_EQ(error_of([&] { Store::open("sqlite:" + (folder.path() / "no" / "x.db").string(), clock); }),
            "store_unavailable");
  EXPECT_EQ(error_of([&] { Store::open("mysql://x", clock); }), "bad_database_url");
}

TEST_F(SqliteFile, OpensAPathWithSpacesAndEqualSigns) {
  const auto odd = folder.path() / "a b=c  d.db";

  write_rows(*Store::open("sqlite:" + odd.string(), clock), kTenant, {contact("c1")});

  EXPECT_TRUE(std::filesystem::exists(odd));
  EXPECT_EQ(Store::open("sqlite:" + odd.string(), clock)->row_counts(kTenant)["contacts"], 1);
}

TEST_F(SqliteFile, ReadsWhileAnImportRuns) {
  const auto store = open();
  write_rows(*store, kTenant, {contact("c1")});
  const auto writer = store->bulk_writer(kTenant);
  for (int i = 0; i < 20'000; ++i) writer->write(message("m" + std::to_string(i), "c1", i));

  EXPECT_TRUE(store->history(kTenant, ContactId("c1"))->messages.empty());
  writer->commit();
  EXPECT_EQ(store->history(kTenant, ContactId("c1"))->messages.size(), 20'000U);
}

}  // namespace
}  // namespace rapport::store
