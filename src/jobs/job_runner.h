#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "domain/ids.h"
#include "store/store.h"

namespace rapport::jobs {

/// What a running job may ask and say.
///
/// Threads   one job's context may be used from any thread while its handler runs.
class JobContext {
 public:
  virtual ~JobContext() = default;

  /// What `Store::publish_models` needs to finish the job in the transaction of its own work.
  virtual const store::JobLease& lease() const = 0;
  /// How far the job has come, 0..1; it is stored about once a second. Throws as `check` does.
  virtual void progress(double fraction) = 0;
  /// Throws kConflict "job_interrupted" when the lease was lost or the runner has to stop: let it pass through.
  virtual void check() const = 0;
};

/// Does the work of one type of job. Returns the result as JSON text, or nullopt when the job was finished already, in
/// the transaction of its own work (`Store::publish_models`). What it throws becomes the job's error; an error that
/// `is_retryable` is tried again later.
using JobHandler = std::function<std::optional<std::string>(const store::Job& job, JobContext& context)>;

/// Runs what is queued in the store, on threads of its own: at least once, under leases that are renewed while the work
/// goes on, so that another process takes over within a minute when this one dies. A job that fails three times fails
/// for good; its result is then {"error":{"code","message"}}.
///
/// Threads   safe, but for `handle`.
class JobRunner {
 public:
  struct Options {
    std::size_t threads = 1;
    Duration lease = std::chrono::seconds(30);
    Duration heartbeat = std::chrono::seconds(10);
    Duration poll = std::chrono::seconds(1);  ///< how soon a job that another process queued or finished is seen
    Duration retry_delay = std::chrono::seconds(5);  ///< times the attempts so far
    int max_attempts = 3;
    std::size_t max_open_per_tenant = 8;  ///< queued and running: more are refused
    Duration keep_finished = kDay * 30;   ///< then a job is forgotten
    Duration forget_every = kHour;        ///< how often that is looked after
  };

  /// `store` must outlive the runner.
  explicit JobRunner(store::Store& store) : JobRunner(store, Options()) {}
  JobRunner(store::Store& store, Options options);
  ~JobRunner();  ///< stops without grace

  /// Requires  before `start`. A job of a type without a handler fails with "unknown_job_type".
  void handle(const std::string& type, JobHandler handler);
  void start();
  /// Queues a job and looks for it at once. Throws kOverloaded "too_many_jobs" when the tenant has too many open ones.
  store::Job submit(const TenantId& tenant, const std::string& type, const std::string& payload);
  /// Blocks until the job is finished, the deadline has passed or the runner stops; the job as it is then, nullopt when
  /// the tenant has no such job. Works without `start` too, for a job that another process runs.
  std::optional<store::Job> wait(const TenantId& tenant, const std::string& job_id,
                                 std::chrono::steady_clock::time_point deadline);
  /// Claims nothing more. Running jobs may finish within `grace`; after it their `check` and `progress` throw, and their
  /// leases are given back, so that the next runner starts them anew. Returns when every handler has returned.
  void stop(Duration grace = std::chrono::seconds(0));

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapport::jobs
