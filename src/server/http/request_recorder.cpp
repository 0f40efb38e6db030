#include "server/http/request_recorder.h"

#include <algorithm>
#include <array>

#include "base/log.h"

namespace rapport::http {
namespace {

constexpr std::string_view kNoRoute = "unmatched";
/// Labels are a closed set: a method that somebody has made up is counted as the last one.
constexpr std::array<std::string_view, 8> kMethodLabels = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
                                                           "other"};

std::size_t method_index(std::string_view method) {
  const auto it = std::find(kMethodLabels.begin(), kMethodLabels.end() - 1, method);
  return static_cast<std::size_t>(it - kMethodLabels.begin());
}

}  // namespace

RequestRecorder::RequestRecorder(const Router& router, Metrics& metrics)
    : routes_(router.routes()), metrics_(metrics) {
  const auto gauge = [&](const std::string& route) {
    in_flight_.push_back(
        metrics.gauge("rapport_http_requests_in_flight", "Requests being worked on.", {{"route", route}}));
  };
  for (const Route& route : routes_) gauge(route.pattern);
  gauge(std::string(kNoRoute));
}

std::size_t RequestRecorder::index_of(const Route* route) const {
  return route == nullptr ? routes_.size() : static_cast<std::size_t>(route - routes_.data());
}

void RequestRecorder::started(const Route* route) { in_flight_[index_of(route)].add(1); }

RequestRecorder::Counters& RequestRecorder::counters(std::size_t route_index, std::string_view method, int status) {
  const std::size_t method_label = method_index(method);
  const std::uint64_t key = static_cast<std::uint64_t>(route_index) << 32 |
                            static_cast<std::uint64_t>(method_label) << 16 | static_cast<std::uint64_t>(status);
  const auto it = counters_.find(key);
  if (it != counters_.end()) return it->second;

  const std::string name(kMethodLabels[method_label]);
  const std::string route(route_index < routes_.size() ? std::string_view(routes_[route_index].pattern) : kNoRoute);
  Counters made{
      metrics_.counter("rapport_http_requests_total", "Requests answered.",
                       {{"method", name}, {"route", route}, {"status", std::to_string(status)}}),
      metrics_.histogram("rapport_http_request_duration_seconds", "From the head of a request to its answer.",
                         duration_bounds_s(), {{"method", name}, {"route", route}}),
      name};
  return counters_.emplace(key, std::move(made)).first->second;
}

void RequestRecorder::finished(const Outcome& outcome) {
  const std::size_t route_index = index_of(outcome.route);
  in_flight_[route_index].add(-1);
  Counters& known = counters(route_index, outcome.method, outcome.status);
  known.requests.add();
  known.duration.observe(outcome.duration_s);
  const std::string_view route = outcome.route == nullptr ? kNoRoute : std::string_view(outcome.route->pattern);
  if (outcome.tenant.empty()) {
    log_info("request", {{"request_id", outcome.request_id},
                         {"method", known.method},
                         {"route", route},
                         {"status", outcome.status},
                         {"duration_s", outcome.duration_s}});
  } else {
    log_info("request", {{"request_id", outcome.request_id},
                         {"method", known.method},
                         {"route", route},
                         {"status", outcome.status},
                         {"duration_s", outcome.duration_s},
                         {"tenant", outcome.tenant}});
  }
}

}  // namespace rapport::http
