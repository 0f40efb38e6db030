#include "jobs/job_runner.h"

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <condition_variable>
#include <exception>
#include <list>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sha256.h"

namespace rapport::jobs {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// How often progress that has changed is stored between two heartbeats.
constexpr Duration kProgressEvery = std::chrono::seconds(1);

bool is_finished(const store::Job& job) {
  return job.state == store::JobState::kSucceeded || job.state == store::JobState::kFailed;
}

std::string error_json(const std::string& code, const std::string& message) {
  Json document = {{"error", {{"code", code}, {"message", message}}}};
  return to_string(document);
}

/// The store waits for another writer, and then says that it is busy. What ends a job is worth waiting for longer: a
/// long import must not make hours of training run twice.
template <class Action>
auto patiently(Action&& action) {
  constexpr int kTries = 30;
  for (int i = 1;; ++i) {
    try {
      return action();
    } catch (const Error& error) {
      if (error.code() != "store_busy" || i == kTries) throw;
    }
  }
}

/// A job that runs just now.
class Running final : public JobContext {
 public:
  Running(store::JobLease lease, double progress) : lease_(std::move(lease)), progress_(progress), stored_(progress) {}

  const store::JobLease& lease() const override { return lease_; }
  void progress(double fraction) override {
    check();
    progress_ = std::clamp(fraction, 0.0, 1.0);
  }
  void check() const override {
    if (interrupted_) throw Error(ErrorKind::kConflict, "job_interrupted", "The job was stopped and will be started anew.");
  }

  void interrupt() { interrupted_ = true; }
  bool interrupted() const { return interrupted_; }

  /// Whether the store has to hear of it now. For the heartbeat's thread alone.
  bool is_due(SteadyTime now, Duration heartbeat) const {
    return now >= beaten_ + heartbeat || (progress_ != stored_ && now >= beaten_ + kProgressEvery);
  }
  double beat(SteadyTime now) {
    beaten_ = now;
    return stored_ = progress_;
  }

 private:
  store::JobLease lease_;
  std::atomic<double> progress_;
  std::atomic<bool> interrupted_ = false;
  double stored_;
  SteadyTime beaten_ = std::chrono::steady_clock::now();
};

}  // namespace

struct JobRunner::Impl {
  Impl(store::Store& s, Options o) : store(s), options(o) {}

  store::Store& store;
  const Options options;
  const std::string process = secure_random_hex(8);
  std::map<std::string, JobHandler> handlers;

  std::mutex mutex;
  std::condition_variable work;      ///< a job may be there, or it is time to stop
  std::condition_variable finished;  ///< a job of this process ended
  std::condition_variable beat;      ///< the heartbeat's thread has to stop
  bool stopping = false;
  bool beating = false;
  std::uint64_t notified = 0;
  std::list<std::shared_ptr<Running>> running;
  std::vector<std::thread> workers;
  std::thread heart;
  std::optional<SteadyTime> forgot;  ///< for the first worker alone

  void work_on_jobs(std::size_t worker);
  std::optional<store::Job> claim(const std::string& owner);
  void forget_old_jobs();
  void run(const store::Job& job, const std::string& owner);
  void run_handler(const store::Job& job, Running& context);
  void fail(const store::Job& job, Running& context, const Error& error);
  void end(const store::Job& job, Running& context, store::JobState state, const std::string& result);
  void give_back(Running& context, Duration delay, bool count_attempt);
  void send_heartbeats();
  void send_heartbeat(Running& context, SteadyTime now);
  bool wait_for_end(Duration grace);
};

JobRunner::JobRunner(store::Store& store, Options options) : impl_(std::make_unique<Impl>(store, options)) {}

JobRunner::~JobRunner() { stop(); }

void JobRunner::handle(const std::string& type, JobHandler handler) { impl_->handlers[type] = std::move(handler); }

void JobRunner::start() {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->stopping || !impl_->workers.empty()) return;
  impl_->beating = true;
  impl_->heart = std::thread([this] { impl_->send_heartbeats(); });
  for (std::size_t i = 0; i < impl_->options.threads; ++i) {
    impl_->workers.emplace_back([this, i] { impl_->work_on_jobs(i); });
  }
}

store::Job JobRunner::submit(const TenantId& tenant, const std::string& type, const std::string& payload) {
  store::Job job = impl_->store.enqueue_job(tenant, type, payload, impl_->options.max_open_per_tenant);
  {
    const std::lock_guard lock(impl_->mutex);
    ++impl_->notified;
  }
  impl_->work.notify_one();
  return job;
}

std::optional<store::Job> JobRunner::wait(const TenantId& tenant, const std::string& job_id, SteadyTime deadline) {
  for (;;) {
    std::unique_lock lock(impl_->mutex);
    // The look and the wait must not leave a gap for the end of the job to slip through: `end` notifies under the lock.
    auto job = impl_->store.job(tenant, job_id);
    const SteadyTime now = std::chrono::steady_clock::now();
    if (!job || is_finished(*job) || now >= deadline || impl_->stopping) return job;
    impl_->finished.wait_until(lock, std::min(deadline, now + impl_->options.poll));
  }
}

void JobRunner::stop(Duration grace) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->work.notify_all();
  impl_->finished.notify_all();
  if (!impl_->wait_for_end(grace)) {
    const std::lock_guard lock(impl_->mutex);
    for (const auto& context : impl_->running) context->interrupt();
  }
  for (std::thread& worker : impl_->workers) worker.join();
  impl_->workers.clear();
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->beating = false;
  }
  impl_->beat.notify_all();
  if (impl_->heart.joinable()) impl_->heart.join();
}

bool JobRunner::Impl::wait_for_end(Duration grace) {
  std::unique_lock lock(mutex);
  return finished.wait_for(lock, grace, [this] { return running.empty(); });
}

void JobRunner::Impl::work_on_jobs(std::size_t worker) {
  const std::string owner = process + "-" + std::to_string(worker);
  for (;;) {
    std::uint64_t seen = 0;
    {
      const std::lock_guard lock(mutex);
      if (stopping) return;
      seen = notified;
    }
    if (const auto job = claim(owner)) {
      run(*job, owner);
      continue;
    }
    if (worker == 0) forget_old_jobs();
    std::unique_lock lock(mutex);
    work.wait_for(lock, options.poll, [&] { return stopping || notified != seen; });
  }
}

std::optional<store::Job> JobRunner::Impl::claim(const std::string& owner) {
  try {
    return store.claim_job(owner, options.lease);
  } catch (const Error& error) {
    if (error.code() != "store_busy") log_warn("jobs cannot be claimed", {{"code", error.code()}, {"error", error.what()}});
    return std::nullopt;
  }
}

void JobRunner::Impl::forget_old_jobs() {
  const SteadyTime now = std::chrono::steady_clock::now();
  if (forgot && now < *forgot + options.forget_every) return;
  forgot = now;
  try {
    const std::int64_t count = store.delete_finished_jobs(options.keep_finished);
    if (count > 0) log_info("old jobs forgotten", {{"jobs", count}});
  } catch (const Error& error) {
    log_warn("old jobs cannot be forgotten", {{"code", error.code()}, {"error", error.what()}});
  }
}

void JobRunner::Impl::run(const store::Job& job, const std::string& owner) {
  const auto context = std::make_shared<Running>(store::JobLease{job.id, owner}, job.progress);
  bool too_late = false;
  {
    const std::lock_guard lock(mutex);
    running.push_back(context);
    too_late = stopping;
  }
  try {
    if (too_late) {
      give_back(*context, Duration(0), false);
    } else {
      log_info("job started", {{"job", job.id}, {"type", job.type}, {"attempt", job.attempts}});
      run_handler(job, *context);
    }
  } catch (const std::exception& error) {
    // The store failed at the very end: the lease runs out, and the job is started anew.
    log_error("the end of a job could not be stored", {{"job", job.id}, {"error", error.what()}});
  }
  {
    const std::lock_guard lock(mutex);
    running.remove(context);
  }
  finished.notify_all();
}

void JobRunner::Impl::run_handler(const store::Job& job, Running& context) {
  if (job.attempts > options.max_attempts) {
    return end(job, context, store::JobState::kFailed,
               error_json("too_many_attempts", "The job was given up: the program ended " +
                                                   std::to_string(options.max_attempts) + " times while it ran."));
  }
  const auto handler = handlers.find(job.type);
  if (handler == handlers.end()) {
    return end(job, context, store::JobState::kFailed,
               error_json("unknown_job_type", "This program knows no job of the type " + job.type + "."));
  }
  try {
    const std::optional<std::string> result = handler->second(job, context);
    if (result) return end(job, context, store::JobState::kSucceeded, *result);
    log_info("job finished", {{"job", job.id}, {"type", job.type}});
  } catch (const Error& error) {
    fail(job, context, error);
  } catch (const std::exception& error) {
    fail(job, context, Error(ErrorKind::kInternal, "internal_error", "The job failed.").with_log(error.what()));
  }
}

void JobRunner::Impl::fail(const store::Job& job, Running& context, const Error& error) {
  if (context.interrupted()) {
    log_info("job interrupted", {{"job", job.id}, {"type", job.type}});
    return give_back(context, Duration(0), false);
  }
  log_warn("job failed", {{"job", job.id}, {"type", job.type}, {"code", error.code()}, {"error", error.what()}});
  const bool try_again = is_retryable(error.kind()) || error.code() == "store_busy";
  if (try_again && job.attempts < options.max_attempts) {
    return give_back(context, options.retry_delay * job.attempts, true);
  }
  end(job, context, store::JobState::kFailed, error_json(error.code(), error.message()));
}

void JobRunner::Impl::end(const store::Job& job, Running& context, store::JobState state, const std::string& result) {
  const store::JobLease& lease = context.lease();
  if (patiently([&] { return store.finish_job(lease.job_id, lease.owner, state, result); })) {
    log_info("job finished", {{"job", job.id}, {"type", job.type}, {"ok", state == store::JobState::kSucceeded}});
  } else {
    log_warn("the job's lease was lost, its result is dropped", {{"job", job.id}, {"type", job.type}});
  }
}

void JobRunner::Impl::give_back(Running& context, Duration delay, bool count_attempt) {
  patiently([&] { return store.release_job(context.lease(), delay, count_attempt); });
}

void JobRunner::Impl::send_heartbeats() {
  std::unique_lock lock(mutex);
  while (beating) {
    const auto contexts = running;
    lock.unlock();
    const SteadyTime now = std::chrono::steady_clock::now();
    for (const auto& context : contexts) {
      if (!context->interrupted() && context->is_due(now, options.heartbeat)) send_heartbeat(*context, now);
    }
    lock.lock();
    beat.wait_for(lock, std::min(options.heartbeat, kProgressEvery) / 4, [this] { return !beating; });
  }
}

void JobRunner::Impl::send_heartbeat(Running& context, SteadyTime now) {
  try {
    const store::JobLease& lease = context.lease();
    if (store.heartbeat(lease.job_id, lease.owner, options.lease, context.beat(now))) return;
    // Another worker has it, or the handler has just finished it with its own transaction, which `check` no longer asks.
    context.interrupt();
  } catch (const Error& error) {
    // A long import holds the store: the lease outlives a few missed beats.
    log_warn("a heartbeat was not stored", {{"job", context.lease().job_id}, {"code", error.code()}});
  }
}

}  // namespace rapport::jobs
