#include "jobs/job_runner.h"

#include <gtest/gtest.h>
#include <stdlib.h>  // NOLINT: mkdtemp
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/log.h"

namespace rapport::jobs {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::chrono::steady_clock::time_point in(milliseconds time) { return std::chrono::steady_clock::now() + time; }

class JobRunnerTest : public testing::Test {
 protected:
  void SetUp() override {
    set_log_level(LogLevel::kOff);
    std::string name = (std::filesystem::temp_directory_path() / "rapport-jobs-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
    store = open();
  }
  void TearDown() override {
    store.reset();
    std::filesystem::remove_all(folder);
  }

  std::unique_ptr<store::Store> open() { return store::Store::open("sqlite:" + (folder / "jobs.db").string(), clock); }

  store::Job run(JobRunner& runner, const std::string& type) {
    const store::Job job = runner.submit(tenant, type, "{}");
    return *runner.wait(tenant, job.id, in(seconds(20)));
  }

  /// Quick, so that tests are.
  const JobRunner::Options options = {.threads = 1,
                                      .lease = milliseconds(600),
                                      .heartbeat = milliseconds(100),
                                      .poll = milliseconds(50),
                                      .retry_delay = milliseconds(1),
                                      .max_attempts = 3};
  std::filesystem::path folder;
  SystemClock clock;
  std::unique_ptr<store::Store> store;
  const TenantId tenant{"acme"};
};

TEST_F(JobRunnerTest, StoresTheResultOfAHandler) {
  JobRunner runner(*store, options);
  runner.handle("greet", [](const store::Job& job, JobContext&) { return "{\"payload\":" + job.payload + "}"; });
  runner.start();

  const store::Job job = run(runner, "greet");

  EXPECT_EQ(job.state, store::JobState::kSucceeded);
  EXPECT_EQ(job.result, "{\"payload\":{}}");
  EXPECT_EQ(job.progress, 1);
  EXPECT_EQ(job.attempts, 1);
}

TEST_F(JobRunnerTest, AnswersWithinMillisecondsOfTheEnd) {
  JobRunner runner(*store, {.poll = seconds(5)});
  runner.handle("quick", [](const store::Job&, JobContext&) { return "{}"; });
  runner.start();
  const auto start = std::chrono::steady_clock::now();

  const store::Job job = run(runner, "quick");

  EXPECT_EQ(job.state, store::JobState::kSucceeded);
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(3));
}

TEST_F(JobRunnerTest, FailsAtOnceWhatCannotSucceedLater) {
  JobRunner runner(*store, options);
  runner.handle("wrong", [](const store::Job&, JobContext&) -> std::optional<std::string> {
    throw Error(ErrorKind::kInvalid, "too_few_rows", "There are 12 rows.").with_log("secret");
  });
  runner.start();

  const store::Job job = run(runner, "wrong");

  EXPECT_EQ(job.state, store::JobState::kFailed);
  EXPECT_EQ(job.attempts, 1);
  EXPECT_EQ(job.result, R"({"error":{"code":"too_few_rows","message":"There are 12 rows."}})");
}

TEST_F(JobRunnerTest, GivesUpAfterThreeAttemptsAndTellsNothingOfTheInside) {
  JobRunner runner(*store, options);
  std::atomic<int> calls = 0;
  runner.handle("broken", [&](const store::Job&, JobContext&) -> std::optional<std::string> {
    ++calls;
    throw std::runtime_error("secret");
  });
  runner.start();

  const store::Job job = run(runner, "broken");

  EXPECT_EQ(job.state, store::JobState::kFailed);
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(job.result.find("secret"), std::string::npos);
  EXPECT_NE(job.result.find("internal_error"), std::string::npos);
}

TEST_F(JobRunnerTest, TriesAgainWhatMaySucceedLater) {
  JobRunner runner(*store, options);
  std::atomic<int> calls = 0;
  runner.handle("flaky", [&](const store::Job&, JobContext&) -> std::optional<std::string> {
    if (++calls < 3) throw Error(ErrorKind::kUnavailable, "not_yet", "Not yet.");
    return "{}";
  });
  runner.start();

  const store::Job job = run(runner, "flaky");

  EXPECT_EQ(job.state, store::JobState::kSucceeded);
  EXPECT_EQ(job.attempts, 3);
}

TEST_F(JobRunnerTest, FailsAJobThatNobodyKnows) {
  JobRunner runner(*store, options);
  runner.start();

  EXPECT_NE(run(runner, "unheard-of").result.find("unknown_job_type"), std::string::npos);
}

TEST_F(JobRunnerTest, FailsAJobThatKilledTheProgramThreeTimes) {
  const store::Job job = store->enqueue_job(tenant, "deadly", "{}");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store->claim_job("dead", milliseconds(-1)));
  JobRunner runner(*store, options);
  runner.handle("deadly", [](const store::Job&, JobContext&) { return "{}"; });
  runner.start();

  const auto end = runner.wait(tenant, job.id, in(seconds(20)));

  EXPECT_EQ(end->state, store::JobState::kFailed);
  EXPECT_NE(end->result.find("too_many_attempts"), std::string::npos);
}

TEST_F(JobRunnerTest, KeepsTheLeaseOfAJobThatTakesLonger) {
  JobRunner runner(*store, options);
  JobRunner rival(*store, options);
  std::atomic<int> calls = 0;
  const auto slow = [&](const store::Job&, JobContext&) {
    ++calls;
    std::this_thread::sleep_for(milliseconds(2000));
    return "{}";
  };
  runner.handle("slow", slow);
  rival.handle("slow", slow);
  runner.start();
  rival.start();

  const store::Job job = run(runner, "slow");

  EXPECT_EQ(job.state, store::JobState::kSucceeded);
  EXPECT_EQ(calls, 1);
}

TEST_F(JobRunnerTest, StoresProgressWhileTheJobRuns) {
  JobRunner runner(*store, options);
  std::promise<void> seen;
  auto may_end = seen.get_future().share();
  runner.handle("long", [&](const store::Job&, JobContext& context) {
    context.progress(0.5);
    may_end.wait();
    return "{}";
  });
  runner.start();
  const store::Job job = runner.submit(tenant, "long", "{}");

  double progress = 0;
  for (int i = 0; i < 100 && progress == 0; ++i) progress = runner.wait(tenant, job.id, in(milliseconds(50)))->progress;
  seen.set_value();

  EXPECT_EQ(progress, 0.5);
  EXPECT_EQ(runner.wait(tenant, job.id, in(seconds(20)))->state, store::JobState::kSucceeded);
}

TEST_F(JobRunnerTest, LetsAHandlerFinishTheJobWithItsOwnTransaction) {
  JobRunner runner(*store, options);
  runner.handle("train", [&](const store::Job& job, JobContext& context) -> std::optional<std::string> {
    const store::NewModel model = {ModelKind::kLeadScoring, "{}", 100, "{}", true};
    store->publish_models(job.tenant, std::span(&model, 1),
                          store::JobCompletion{context.lease(), [](const auto& records) {
                                                 return "{\"version\":\"" + records.front().version + "\"}";
                                               }});
    return std::nullopt;
  });
  runner.start();

  const store::Job job = run(runner, "train");

  EXPECT_EQ(job.state, store::JobState::kSucceeded);
  EXPECT_EQ(job.result, "{\"version\":\"" + store->champion(tenant, ModelKind::kLeadScoring)->version + "\"}");
}

TEST_F(JobRunnerTest, LetsARunningJobFinishWithinTheGrace) {
  JobRunner runner(*store, options);
  std::promise<void> started;
  runner.handle("slow", [&](const store::Job&, JobContext&) {
    started.set_value();
    std::this_thread::sleep_for(milliseconds(200));
    return "{}";
  });
  runner.start();
  const store::Job job = runner.submit(tenant, "slow", "{}");
  started.get_future().wait();

  runner.stop(seconds(10));

  EXPECT_EQ(store->job(tenant, job.id)->state, store::JobState::kSucceeded);
}

TEST_F(JobRunnerTest, GivesTheLeaseBackWhenItIsStopped) {
  JobRunner runner(*store, options);
  std::promise<void> started;
  runner.handle("endless", [&](const store::Job&, JobContext& context) -> std::optional<std::string> {
    started.set_value();
    for (;;) {
      context.check();
      std::this_thread::sleep_for(milliseconds(5));
    }
  });
  runner.start();
  const store::Job job = runner.submit(tenant, "endless", "{}");
  started.get_future().wait();

  runner.stop();

  const auto left = store->job(tenant, job.id);
  EXPECT_EQ(left->state, store::JobState::kQueued);
  EXPECT_EQ(left->attempts, 0);
  EXPECT_TRUE(store->claim_job("next", seconds(1)));
}

TEST_F(JobRunnerTest, InterruptsAJobWhoseLeaseIsAnothers) {
  JobRunner runner(*store, options);
  std::promise<void> started;
  std::promise<std::string> end;
  runner.handle("endless", [&](const store::Job& job, JobContext& context) -> std::optional<std::string> {
    if (job.attempts > 1) return "{}";
    started.set_value();
    try {
      for (;;) {
        context.check();
        std::this_thread::sleep_for(milliseconds(5));
      }
    } catch (const Error& error) {
      end.set_value(error.code());
      throw;
    }
  });
  runner.start();
  const store::Job job = runner.submit(tenant, "endless", "{}");
  started.get_future().wait();

  // What a rival does after this process was frozen for longer than the lease.
  ManualClock later(clock.now() + std::chrono::minutes(5));
  const auto rival = store::Store::open("sqlite:" + (folder / "jobs.db").string(), later);
  ASSERT_TRUE(rival->claim_job("rival", std::chrono::minutes(10)));

  EXPECT_EQ(end.get_future().get(), "job_interrupted");
  EXPECT_TRUE(rival->finish_job(job.id, "rival", store::JobState::kSucceeded, "{}"));
}

TEST_F(JobRunnerTest, RefusesMoreOpenJobsOfATenantThanItMayHave) {
  JobRunner::Options few = options;
  few.max_open_per_tenant = 2;
  JobRunner runner(*store, few);
  runner.submit(tenant, "a", "{}");
  runner.submit(tenant, "a", "{}");

  try {
    runner.submit(tenant, "a", "{}");
    ADD_FAILURE() << "a third job was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "too_many_jobs");
    EXPECT_EQ(error.kind(), ErrorKind::kOverloaded);
  }
  EXPECT_NO_THROW(runner.submit(TenantId("umbrella"), "a", "{}"));
}

TEST_F(JobRunnerTest, ForgetsJobsThatFinishedLongAgo) {
  JobRunner::Options brief = options;
  brief.keep_finished = milliseconds(300);
  brief.forget_every = milliseconds(50);
  JobRunner runner(*store, brief);
  runner.handle("quick", [](const store::Job&, JobContext&) { return "{}"; });
  runner.start();
  const store::Job done = run(runner, "quick");
  ASSERT_EQ(done.state, store::JobState::kSucceeded);

  std::optional<store::Job> left = store->job(tenant, done.id);
  for (int i = 0; i < 400 && left; ++i) {
    std::this_thread::sleep_for(milliseconds(25));
    left = store->job(tenant, done.id);
  }

  EXPECT_FALSE(left);
}

TEST_F(JobRunnerTest, TakesOverTheJobOfAProcessThatDied) {
  store.reset();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto own = open();
    JobRunner runner(*own, options);
    runner.handle("train", [](const store::Job&, JobContext&) -> std::optional<std::string> {
      raise(SIGKILL);
      return std::nullopt;
    });
    const store::Job job = own->enqueue_job(tenant, "train", "{}");
    runner.start();
    runner.wait(tenant, job.id, in(seconds(60)));
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  store = open();
  JobRunner runner(*store, options);
  std::promise<int> attempt;
  runner.handle("train", [&](const store::Job& job, JobContext&) {
    attempt.set_value(job.attempts);
    return "{}";
  });
  runner.start();

  auto taken_over = attempt.get_future();
  ASSERT_EQ(taken_over.wait_for(seconds(20)), std::future_status::ready);
  EXPECT_EQ(taken_over.get(), 2);
}

TEST_F(JobRunnerTest, SeesTheEndOfAJobThatAnotherProcessRuns) {
  JobRunner watcher(*store, options);
  const store::Job job = store->enqueue_job(tenant, "far", "{}");
  std::thread other([&] {
    const auto own = open();
    own->claim_job("far away", seconds(30));
    std::this_thread::sleep_for(milliseconds(100));
    own->finish_job(job.id, "far away", store::JobState::kSucceeded, "{}");
  });

  const auto end = watcher.wait(tenant, job.id, in(seconds(20)));
  other.join();

  EXPECT_EQ(end->state, store::JobState::kSucceeded);
}

TEST_F(JobRunnerTest, WaitsNoLongerThanTheDeadlineAndForNobodyElsesJob) {
  JobRunner runner(*store, options);
  const store::Job job = store->enqueue_job(tenant, "never", "{}");

  EXPECT_EQ(runner.wait(tenant, job.id, in(milliseconds(80)))->state, store::JobState::kQueued);
  EXPECT_FALSE(runner.wait(TenantId("umbrella"), job.id, in(seconds(5))));
}

}  // namespace
}  // namespace rapport::jobs
