#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/metrics.h"
#include "server/http/router.h"

namespace rapport::http {

/// Counts requests and writes the access log: one line each, with the route's template and never with a path, a query,
/// a body or an address.
///
/// Threads   one per request thread: it keeps the metrics' handles, so that counting takes no lock.
/// Cost      a hash look-up, two atomic additions, and the log line.
class RequestRecorder {
 public:
  RequestRecorder(const Router& router, Metrics& metrics);

  /// A request with this route (null: none) is on its way; every call is followed by one of `finished`.
  void started(const Route* route);

  struct Outcome {
    const Route* route = nullptr;
    std::string_view method;      ///< "" when the head could not be read
    int status = 0;
    double duration_s = 0;
    std::string_view request_id;
    std::string_view tenant;      ///< "" when nobody is known
  };
  void finished(const Outcome& outcome);

 private:
  struct Counters {
    Metrics::Counter requests;
    Metrics::Histogram duration;
    std::string method;
  };
  std::size_t index_of(const Route* route) const;
  Counters& counters(std::size_t route_index, std::string_view method, int status);

  const std::vector<Route>& routes_;
  Metrics& metrics_;
  std::vector<Metrics::Gauge> in_flight_;              // by route index
  std::unordered_map<std::uint64_t, Counters> counters_;  // by route, method and status
};

}  // namespace rapport::http
