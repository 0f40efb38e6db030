#include "hub/retry.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/log.h"

namespace rapport::hub {
namespace {

using End = HttpOutcome::End;
using std::chrono::milliseconds;

bool is_worth_another_try(const HttpOutcome& outcome) {
  if (outcome.end == End::kCut) return true;
  const long status = outcome.head.status;
  return outcome.end == End::kComplete && (status == 408 || status == 425 || status == 429 || status >= 500);
}

Error status_error(const HttpOutcome& outcome, const std::string& what) {
  const long status = outcome.head.status;
  const std::string answer = "The hub answered " + std::to_string(status) + " to the request for " + what;
  if (status == 401 || status == 403) {
    return Error(ErrorKind::kForbidden, "hub_refused",
                 answer +
                     ": it is gated, private or not there. Accept its terms on the hub if it has any, and give your "
                     "token in HF_TOKEN (or the setting hub.token).");
  }
  if (status == 404) return Error(ErrorKind::kNotFound, "not_on_hub", answer + ": it is not there.");
  if (status == 429) {
    Error error(ErrorKind::kOverloaded, "hub_overloaded", answer + ": too many requests. Try again later.");
    if (outcome.head.retry_after_s) return std::move(error).with_retry_after_s(*outcome.head.retry_after_s);
    return error;
  }
  return Error(ErrorKind::kUnavailable, "hub_unavailable", answer + ". Try again later.");
}

}  // namespace

Error hub_error(const HttpOutcome& outcome, const std::string& what) {
  switch (outcome.end) {
    case End::kComplete:
      return status_error(outcome, what);
    case End::kCut:
      return Error(ErrorKind::kUnavailable, "hub_unreachable",
                   "The hub cannot be reached, or the connection breaks (" + outcome.detail + "), asking for " + what +
                       ". What has come is kept: the same command goes on from there. Without a way to the hub, take "
                       "the files from a folder: --from DIR.");
    case End::kUntrusted:
      return Error(ErrorKind::kUnavailable, "hub_untrusted",
                   "The certificate of the hub does not hold (" + outcome.detail + ").");
    case End::kForbiddenRedirect:
      return Error(ErrorKind::kUnavailable, "hub_redirect",
                   "The hub sent the request for " + what + " to an address that is not permitted.")
          .with_log(outcome.detail);
    case End::kRefusedBySink:
    case End::kStopped:
      break;
  }
  return Error(ErrorKind::kInternal, "internal", "The request for " + what + " was stopped.");
}

Retry::Retry(const RetryPolicy& policy, std::stop_token stop)
    : policy_(policy), stop_(std::move(stop)), jitter_(std::random_device()()) {}

void Retry::wait(const HttpOutcome& outcome, const std::string& what) {
  if (outcome.end == End::kStopped) return;
  ++failures_;
  const std::chrono::seconds asked(outcome.head.retry_after_s.value_or(0));
  if (!is_worth_another_try(outcome) || failures_ >= policy_.attempts || asked > policy_.longest_retry_after) {
    throw hub_error(outcome, what);
  }
  const int doublings = std::min(failures_ - 1, 16);
  const milliseconds longest = std::min(policy_.first_wait * (1 << doublings), policy_.longest_wait);
  std::uniform_int_distribution<std::int64_t> between(longest.count() / 2, longest.count());
  const milliseconds pause = asked.count() > 0 ? milliseconds(asked) : milliseconds(between(jitter_));
  log_info("the hub is asked again", {{"status", static_cast<std::int64_t>(outcome.head.status)},
                                      {"after_ms", static_cast<std::int64_t>(pause.count())}});
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait_for(lock, stop_, pause, [] { return false; });
}

}  // namespace rapport::hub
