#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/token.h"
#include "base/error.h"
#include "server/http/event_stream.h"
#include "server/http/form_data.h"

namespace rapport::http {

/// One request, as a handler sees it: parsed, within its limits, authenticated where the route asks for it. Views are
/// valid during the call.
struct Request {
  std::string method;                                        ///< "GET"
  std::string path;                                          ///< percent-decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;    ///< decoded, in order
  std::map<std::string, std::string> path_values;            ///< of the pattern's {names}
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;
  std::shared_ptr<const Form> form;  ///< where the route reads forms; the body is empty then
  std::string request_id;
  std::optional<auth::Principal> principal;                  ///< set on every route that is not public
  /// Becomes true when nobody waits for the answer any more; null unless the route watches its clients.
  std::shared_ptr<const std::atomic<bool>> client_gone;

  /// Where the route sends events; null elsewhere.
  std::shared_ptr<EventStream> events;

  std::optional<std::string_view> header(std::string_view lower_case_name) const;
  std::optional<std::string_view> query_value(std::string_view name) const;
};

/// What an error answer says, whatever its form.
struct Problem {
  std::string code;
  std::string message;
  std::vector<FieldError> fields;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<Problem> problem = {};  ///< of an error answer
};

/// Where a handler runs. A full pool answers 429.
enum class Where {
  kRequestThread,  ///< it must not block and should take under a few milliseconds
  kWorker,         ///< one of few threads: large batches
  kWaiter,         ///< one of many threads: for handlers that mostly wait, until a text model has answered (as many
                   ///< requests as there are threads share its batches) or a training has ended; who waits does not hold
                   ///< up who computes
};

struct Route {
  std::string method;
  std::string pattern;                 ///< "/api/v1/ml/jobs/{id}": also the label in metrics and logs
  std::optional<auth::Role> role;      ///< the least role that may call; nullopt: public
  Where where = Where::kRequestThread;
  std::size_t max_body_bytes = 1 << 20;
  bool reads_json = false;             ///< 415 unless the content type is JSON (or absent)
  /// Sends a request that is small to the request thread although `where` says worker: 0 for none.
  std::size_t inline_below_bytes = 0;
  /// Not empty: 415 unless the content type is multipart/form-data, and the request brings a form instead of a body;
  /// the field of this name goes to a file as it arrives.
  std::string form_file = {};
  /// Gives an error answer of this route another form (another API's); empty: ours. What no route has answered, an
  /// unknown path or method, always has ours.
  std::function<void(Response&)> shape_error = {};
  /// Work that is not worth doing for a client that has left: Request::client_gone is set, the connection closed and the
  /// request counted with status 499 as soon as the client closes its side, half or whole. Not for kRequestThread.
  bool watches_client = false;
  /// Request::events is set. Once a handler has sent the first event, what it returns is not sent, and an error that it
  /// throws is the last event, in the route's form. Not for kRequestThread.
  bool sends_events = false;
  std::function<Response(const Request&)> handle;
};

/// Finds the route of a request. Exact segments win over {names}; a {name} takes one segment that is not empty. HEAD is
/// served by GET's route.
///
/// Threads   const after it is built; copies share what was built.
/// Throws    the constructor: kInternal "bad_route" for a route that stands twice or has no handler.
class Router {
 public:
  explicit Router(std::vector<Route> routes);

  struct Match {
    const Route* route = nullptr;  ///< null: no route
    std::map<std::string, std::string> path_values;
    std::string allow;             ///< when the path exists for other methods: "GET, POST" (HEAD and OPTIONS included)
  };
  /// `path` is as the client sent it, percent-encoded: "%2F" belongs to its segment and does not end it.
  Match match(std::string_view method, std::string_view path) const;
  const std::vector<Route>& routes() const { return *routes_; }

 private:
  struct Index;
  std::shared_ptr<const std::vector<Route>> routes_;
  std::shared_ptr<const Index> index_;
};

/// {"success":false,"error":{"code","message","request_id","details"?}} with the status that the kind says, and
/// "type", "title", "status", "detail" beside them (RFC 9457); Retry-After and WWW-Authenticate where they belong.
Response error_response(const Error& error, std::string_view request_id);

/// The same for a status that no ErrorKind stands for (408, 414, 431, 501, 505 ...).
Response error_response(int status, std::string_view code, std::string_view message, std::string_view request_id);

/// "Not Found" for 404: the standard phrase of a status.
std::string_view reason_phrase(int status);

}  // namespace rapport::http
