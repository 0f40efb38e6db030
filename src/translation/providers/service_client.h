#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>

#include "base/cancellation.h"
#include "base/error.h"
#include "base/json.h"
#include "base/metrics.h"
#include "translation/providers/character_quota.h"
#include "translation/providers/circuit_breaker.h"
#include "translation/providers/http_post.h"

namespace rapport::translation {

struct ServiceLimits {
  std::chrono::milliseconds timeout{10'000};  ///< of one request, tries and waits included
  int attempts = 3;
  std::chrono::milliseconds first_wait{200};  ///< before the second try; it doubles, with jitter
  std::size_t concurrent = 4;
  CharacterQuota::Limits characters = {};
  CircuitBreaker::Limits breaker = {};
};

/// What a service's error means, as its own conventions have it.
enum class ServiceFailure {
  kOverloaded,  ///< too much at once: worth another try when it says so
  kExhausted,   ///< a quota is used up: pointless for a while
  kRefused,     ///< the key, the language or the request: pointless
  kBroken,      ///< its fault: worth another try
};

/// Asks one translation service, and bears with it: within the time-out it tries again what may help, with exponential
/// waits or as long as Retry-After says; it keeps to the limits of requests at once and of characters; and it stops
/// asking a service that does not answer (CircuitBreaker).
///
/// Threads   safe.
/// Throws    kOverloaded "provider_overloaded", kTimeout "provider_timeout" or "cancelled", kUnavailable
///           "provider_unavailable" or "provider_refused", with Retry-After where one is known. No message holds a
///           text, a key or an address.
class ServiceClient {
 public:
  /// Reads the answer to a request that succeeded; false when it is not what it must be.
  using Read = std::function<bool(const Json& answer)>;
  using Classify = std::function<ServiceFailure(long status, const std::string& body)>;

  ServiceClient(std::string name, const ServiceLimits& limits, Classify classify, Metrics& metrics);

  /// `characters` of text go with it. Its `limit` is the client's. Cancelled, there is no further try.
  void ask(ServiceRequest request, std::size_t characters, const Read& read, Cancelled cancelled = nullptr);

 private:
  using Clock = std::chrono::steady_clock;
  enum class Result { kOk, kRetry };

  class Permit;

  Result attempt(ServiceRequest& request, const Read& read, Clock::time_point deadline, std::optional<Error>& failure,
                 std::optional<int>& wait_s);
  Error failure_of(const ServiceAnswer& answer, ServiceFailure kind) const;
  void pause_before(int attempt, std::optional<int> wait_s, Clock::time_point deadline, const Error& failure);
  void count(const char* result);

  const std::string name_;
  const ServiceLimits limits_;
  const Classify classify_;
  Metrics& metrics_;
  Metrics::Gauge state_;
  HttpConnections connections_;
  CircuitBreaker breaker_;
  CharacterQuota quota_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t running_ = 0;
  std::minstd_rand jitter_;
};

}  // namespace rapport::translation
