#include "translation/providers/service_client.h"

#include <algorithm>
#include <thread>

#include "base/log.h"

namespace rapport::translation {
namespace {

using End = ServiceAnswer::End;
using std::chrono::milliseconds;

constexpr int kExhaustedRestS = 60;

Error overloaded(const std::string& message, std::optional<int> retry_after_s) {
  Error error(ErrorKind::kOverloaded, "provider_overloaded", message);
  if (retry_after_s) return std::move(error).with_retry_after_s(*retry_after_s);
  return error;
}

int whole_seconds(milliseconds time) {
  return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(time).count());
}

}  // namespace

/// One of the requests that may run at once.
class ServiceClient::Permit {
 public:
  Permit(ServiceClient& client, Clock::time_point deadline) : client_(client) {
    std::unique_lock lock(client_.mutex_);
    const bool free =
        client_.freed_.wait_until(lock, deadline, [&] { return client_.running_ < client_.limits_.concurrent; });
    if (!free) throw overloaded("Too many requests to " + client_.name_ + " at once.", 1);
    ++client_.running_;
  }
  ~Permit() {
    {
      const std::lock_guard lock(client_.mutex_);
      --client_.running_;
    }
    client_.freed_.notify_one();
  }
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;

 private:
  ServiceClient& client_;
};

ServiceClient::ServiceClient(std::string name, const ServiceLimits& limits, Classify classify, Metrics& metrics)
    : name_(std::move(name)),
      limits_(limits),
      classify_(std::move(classify)),
      metrics_(metrics),
      state_(metrics.gauge("rapport_provider_breaker_state", "0 closed, 1 half open, 2 open: nobody asks.",
                           {{"provider", name_}})),
      breaker_(limits.breaker),
      quota_(limits.characters),
      jitter_(std::random_device()()) {
  state_.set(0);
}

void ServiceClient::count(const char* result) {
  metrics_
      .counter("rapport_provider_requests_total", "Requests to translation services, by their end.",
               {{"provider", name_}, {"result", result}})
      .add();
  state_.set(static_cast<double>(breaker_.state(Clock::now())));
}

void ServiceClient::ask(ServiceRequest request, std::size_t characters, const Read& read, Cancelled cancelled) {
  const Clock::time_point deadline = Clock::now() + limits_.timeout;
  const Permit permit(*this, deadline);
  stop_if_cancelled(cancelled);
  if (const auto wait = quota_.take(characters, Clock::now())) {
    count("quota");
    throw overloaded("The limit of characters for " + name_ + " is reached.", static_cast<int>(wait->count()));
  }
  for (int attempts = 1;; ++attempts) {
    if (!breaker_.may_ask(Clock::now())) {
      count("not_asked");
      throw Error(ErrorKind::kUnavailable, "provider_unavailable",
                  "The translation service " + name_ + " does not answer; it is not asked for a while.")
          .with_retry_after_s(std::max(1, whole_seconds(breaker_.rest(Clock::now()))));
    }
    std::optional<Error> failure;
    std::optional<int> wait_s;
    const Result result = attempt(request, read, deadline, failure, wait_s);
    if (!failure) return;
    if (result != Result::kRetry || attempts >= limits_.attempts) throw *failure;
    pause_before(attempts + 1, wait_s, deadline, *failure);
    stop_if_cancelled(cancelled);
  }
}

/// One try, whose end the breaker learns.
ServiceClient::Result ServiceClient::attempt(ServiceRequest& request, const Read& read, Clock::time_point deadline,
                                             std::optional<Error>& failure, std::optional<int>& wait_s) {
  request.limit = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
  const ServiceAnswer answer = connections_.send(request);
  const Clock::time_point now = Clock::now();
  ServiceFailure kind = ServiceFailure::kBroken;
  if (answer.end == End::kComplete && answer.status == 200) {
    const auto json = parse_json(answer.body);
    if (std::holds_alternative<Json>(json) && read(std::get<Json>(json))) {
      breaker_.succeeded();
      count("ok");
      return Result::kOk;
    }
  } else if (answer.end == End::kComplete) {
    kind = classify_(answer.status, answer.body);
  }
  failure = failure_of(answer, kind);
  wait_s = answer.retry_after_s;
  switch (kind) {
    case ServiceFailure::kBroken:
      breaker_.failed(now);
      count(answer.end == End::kTimeout ? "timeout" : "failed");
      break;
    case ServiceFailure::kRefused:
      breaker_.succeeded();  // it answers
      count("refused");
      break;
    case ServiceFailure::kExhausted:
      breaker_.pause(now + std::chrono::seconds(answer.retry_after_s.value_or(kExhaustedRestS)));
      count("exhausted");
      break;
    case ServiceFailure::kOverloaded:
      breaker_.withdrawn();
      count("overloaded");
      break;
  }
  log_warn("a translation service failed", {{"provider", name_},
                                            {"status", static_cast<std::int64_t>(answer.status)},
                                            {"code", failure->code()},
                                            {"network", answer.detail}});
  const bool again =
      kind == ServiceFailure::kOverloaded || (kind == ServiceFailure::kBroken && answer.end != End::kUntrusted);
  return again ? Result::kRetry : Result::kOk;
}

Error ServiceClient::failure_of(const ServiceAnswer& answer, ServiceFailure kind) const {
  const std::string service = "The translation service " + name_;
  const std::string status = std::to_string(answer.status);
  if (answer.end == End::kTimeout) {
    return Error(ErrorKind::kTimeout, "provider_timeout", service + " took too long to answer.").with_retry_after_s(5);
  }
  if (answer.end == End::kUntrusted) {
    return Error(ErrorKind::kUnavailable, "provider_unavailable",
                 "The certificate of the translation service " + name_ + " does not hold.");
  }
  if (answer.end != End::kComplete) {
    return Error(ErrorKind::kUnavailable, "provider_unavailable",
                 service + " cannot be reached, or its answer broke off.")
        .with_retry_after_s(5);
  }
  switch (kind) {
    case ServiceFailure::kOverloaded:
      return overloaded(service + " asks to slow down (" + status + ").", answer.retry_after_s.value_or(1));
    case ServiceFailure::kExhausted:
      return overloaded("The quota of the translation service " + name_ + " is used up (" + status + ").",
                        answer.retry_after_s.value_or(kExhaustedRestS));
    case ServiceFailure::kRefused:
      return Error(ErrorKind::kUnavailable, "provider_refused",
                   service + " refused the request (" + status + "): check its key and address in the settings.");
    case ServiceFailure::kBroken:
      break;
  }
  if (answer.status == 200) {
    return Error(ErrorKind::kUnavailable, "provider_unavailable", service + " gave an answer that cannot be read.")
        .with_retry_after_s(5);
  }
  return Error(ErrorKind::kUnavailable, "provider_unavailable", service + " failed (" + status + ").")
      .with_retry_after_s(answer.retry_after_s.value_or(5));
}

/// Throws `failure` where the wait would be over too late.
void ServiceClient::pause_before(int attempt, std::optional<int> wait_s, Clock::time_point deadline,
                                 const Error& failure) {
  const milliseconds longest = limits_.first_wait * (1 << std::min(attempt - 2, 16));
  milliseconds pause = longest;
  {
    const std::lock_guard lock(mutex_);
    pause = milliseconds(std::uniform_int_distribution<std::int64_t>(longest.count() / 2, longest.count())(jitter_));
  }
  if (wait_s) pause = std::max<milliseconds>(pause, std::chrono::seconds(*wait_s));
  if (Clock::now() + pause >= deadline) throw failure;
  std::this_thread::sleep_for(pause);
}

}  // namespace rapport::translation
