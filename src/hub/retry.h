#pragma once

#include <chrono>
#include <random>
#include <stop_token>
#include <string>

#include "base/error.h"
#include "hub/http_client.h"

namespace rapport::hub {

struct RetryPolicy {
  int attempts = 5;  ///< that bring nothing, one after the other
  std::chrono::milliseconds first_wait{500};
  std::chrono::milliseconds longest_wait{30'000};
  std::chrono::seconds longest_retry_after{120};  ///< a hub that asks for more is given up
};

/// What an outcome that is no success means for the user: `what` is what was asked for, such as "the file config.json
/// of OWNER/NAME".
Error hub_error(const HttpOutcome& outcome, const std::string& what);

/// Waits between tries of one request: doubling, with jitter, or as long as the hub asks for.
class Retry {
 public:
  Retry(const RetryPolicy& policy, std::stop_token stop);

  /// After a try that failed. Returns when it is time for the next one (or a stop is asked for); throws `hub_error`
  /// when another try is pointless or one too many.
  void wait(const HttpOutcome& outcome, const std::string& what);
  /// The last try brought something.
  void progressed() { failures_ = 0; }

 private:
  RetryPolicy policy_;
  std::stop_token stop_;
  int failures_ = 0;
  std::minstd_rand jitter_;
};

}  // namespace rapport::hub
