#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "store/store_fixture.h"

namespace rapport::store {
namespace {

constexpr Duration kLease = std::chrono::seconds(30);

class JobsStore : public StoreTest {};
RAPPORT_STORE_SUITE(JobsStore);

TEST_P(JobsStore, QueuesAJobAndGivesItBack) {
  const Job queued = store->enqueue_job(tenant, "train_model", R"({"kind":"x"})");

  const auto found = store->job(tenant, queued.id);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->type, "train_model");
  EXPECT_EQ(found->payload, R"({"kind":"x"})");
  EXPECT_EQ(found->state, JobState::kQueued);
  EXPECT_EQ(found->attempts, 0);
  EXPECT_EQ(found->created_at, clock.now());
}

TEST_P(JobsStore, HidesAJobFromOtherTenants) {
  const Job queued = store->enqueue_job(tenant, "train_model", "{}");

  EXPECT_FALSE(store->job(other_tenant, queued.id));
  EXPECT_FALSE(store->job(tenant, "no-such-job"));
}

TEST_P(JobsStore, CountsATenantsOpenJobsAgainstItsLimit) {
  store->enqueue_job(tenant, "a", "{}", 2);
  store->enqueue_job(tenant, "a", "{}", 2);
  const auto refused = [&] { return error_of([&] { store->enqueue_job(tenant, "a", "{}", 2); }); };
  EXPECT_EQ(refused(), "too_many_jobs");
  const auto running = store->claim_job("w1", kLease);
  EXPECT_EQ(refused(), "too_many_jobs") << "a running job is open";
  EXPECT_NO_THROW(store->enqueue_job(other_tenant, "a", "{}", 1));

  store->finish_job(running->id, "w1", JobState::kSucceeded, "{}");

  EXPECT_EQ(refused(), "");
}

TEST_P(JobsStore, ForgetsFinishedJobsOfEveryTenantWhenTheyAreOld) {
  const Job old = store->enqueue_job(tenant, "a", "{}");
  store->claim_job("w1", kLease);
  store->finish_job(old.id, "w1", JobState::kSucceeded, "{}");
  const Job waiting = store->enqueue_job(other_tenant, "a", "{}");
  clock.advance(kDay);
  const Job young = store->enqueue_job(tenant, "a", "{}");
  store->claim_job("w1", kLease);
  store->claim_job("w2", kLease);
  store->finish_job(young.id, "w2", JobState::kFailed, "{}");
  clock.advance(kHour);

  EXPECT_EQ(store->delete_finished_jobs(kDay), 1);

  EXPECT_FALSE(store->job(tenant, old.id));
  EXPECT_TRUE(store->job(tenant, young.id));
  EXPECT_TRUE(store->job(other_tenant, waiting.id)) << "it is not finished";
}

TEST_P(JobsStore, LeasesTheOldestJobToOneWorker) {
  const Job first = store->enqueue_job(tenant, "a", "{}");
  clock.advance(Duration(1));
  const Job second = store->enqueue_job(other_tenant, "b", "{}");

  const auto one = store->claim_job("w1", kLease);
  const auto two = store->claim_job("w2", kLease);

  ASSERT_TRUE(one);
  EXPECT_EQ(one->id, first.id);
  EXPECT_EQ(one->tenant, tenant);
  EXPECT_EQ(one->state, JobState::kRunning);
  EXPECT_EQ(one->attempts, 1);
  ASSERT_TRUE(two);
  EXPECT_EQ(two->id, second.id);
  EXPECT_EQ(two->tenant, other_tenant);
  EXPECT_FALSE(store->claim_job("w3", kLease));
}

TEST_P(JobsStore, GivesAJobToAnotherWorkerWhenItsLeaseRunsOut) {
  const Job job = store->enqueue_job(tenant, "a", "{}");
  store->claim_job("w1", kLease);
  clock.advance(kLease - Duration(1));
  EXPECT_FALSE(store->claim_job("w2", kLease));

  clock.advance(Duration(1));
  const auto taken = store->claim_job("w2", kLease);

  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->id, job.id);
  EXPECT_EQ(taken->attempts, 2);
}

TEST_P(JobsStore, FencesAWorkerWhoseLeaseIsAnothers) {
  const Job job = store->enqueue_job(tenant, "a", "{}");
  store->claim_job("w1", kLease);
  clock.advance(kLease);
  store->claim_job("w2", kLease);

  EXPECT_FALSE(store->heartbeat(job.id, "w1", kLease, 0.9));
  EXPECT_FALSE(store->finish_job(job.id, "w1", JobState::kSucceeded, "stale"));
  EXPECT_FALSE(store->release_job({job.id, "w1"}, Duration(0), true));
  EXPECT_TRUE(store->finish_job(job.id, "w2", JobState::kSucceeded, "fresh"));
  EXPECT_EQ(store->job(tenant, job.id)->result, "fresh");
}

TEST_P(JobsStore, ProlongsALeaseByAHeartbeat) {
  const Job job = store->enqueue_job(tenant, "a", "{}");
  store->claim_job("w1", kLease);
  clock.advance(std::chrono::seconds(20));

  EXPECT_TRUE(store->heartbeat(job.id, "w1", kLease, 0.25));

  clock.advance(std::chrono::seconds(20));
  EXPECT_FALSE(store->claim_job("w2", kLease));
  EXPECT_EQ(store->job(tenant, job.id)->progress, 0.25);
}

TEST_P(JobsStore, FinishesAJobOnce) {
  const Job job = store->enqueue_job(tenant, "a", "{}");
  store->claim_job("w1", kLease);

  EXPECT_TRUE(store->finish_job(job.id, "w1", JobState::kFailed, R"({"error":{}})"));

  EXPECT_FALSE(store->finish_job(job.id, "w1", JobState::kSucceeded, "{}"));
  EXPECT_FALSE(store->heartbeat(job.id, "w1", kLease, 1));
  clock.advance(kDay);
  EXPECT_FALSE(store->claim_job("w2", kLease));
  EXPECT_EQ(store->job(tenant, job.id)->state, JobState::kFailed);
  EXPECT_EQ(store->job(tenant, job.id)->result, R"({"error":{}})");
}

TEST_P(JobsStore, OffersAJobThatWasGivenBackAfterItsDelay) {
  const Job job = store->enqueue_job(tenant, "a", "{}");
  store->claim_job("w1", kLease);

  EXPECT_TRUE(store->release_job({job.id, "w1"}, std::chrono::seconds(5), true));

  EXPECT_FALSE(store->claim_job("w2", kLease));
  clock.advance(std::chrono::seconds(5));
  EXPECT_EQ(store->claim_job("w2", kLease)->attempts, 2);
}

TEST_P(JobsStore, ForgetsAnAttemptThatDoesNotCount) {
  const Job job = store->enqueue_job(tenant, "a", "{}");
  store->claim_job("w1", kLease);

  store->release_job({job.id, "w1"}, Duration(0), false);

  EXPECT_EQ(store->claim_job("w2", kLease)->attempts, 1);
}

TEST_P(JobsStore, GivesEachJobToOneOfManyWorkersAtOnce) {
  constexpr int kJobs = 24;
  for (int i = 0; i < kJobs; ++i) store->enqueue_job(tenant, "a", "{}");
  std::atomic<int> claimed = 0;
  std::vector<std::thread> workers;

  for (int w = 0; w < 4; ++w) {
    workers.emplace_back([&, w] {
      while (const auto job = store->claim_job("w" + std::to_string(w), kLease)) {
        EXPECT_EQ(job->attempts, 1);
        ++claimed;
      }
    });
  }
  for (std::thread& worker : workers) worker.join();

  EXPECT_EQ(claimed, kJobs);
}

}  // namespace
}  // namespace rapport::store
