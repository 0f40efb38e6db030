#pragma once

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/metrics.h"
#include "domain/names.h"
#include "server/api/api.h"
#include "server/http/router.h"

namespace rapport::api {

constexpr std::size_t kSmallBody = 64 * 1024;         ///< of requests about one thing
constexpr std::size_t kBatchBody = 32 * 1024 * 1024;  ///< of batches: 20,000 rows of 32 features fit
constexpr std::size_t kInlineBatchBytes = 16 * 1024;  ///< smaller batches are answered at once

/// A value in an endpoint's path or query.
struct Parameter {
  enum class In { kPath, kQuery, kHeader };
  In in = In::kQuery;
  std::string name;
  std::string description;
  Json schema;
};

/// What people and programs may know of an endpoint: the OpenAPI document and /docs are made of these.
struct Documentation {
  std::string id;  ///< operationId: "predictLeadScore"
  std::string tag;
  std::string summary;
  std::string description;
  std::vector<Parameter> parameters = {};
  Json request = nullptr;  ///< schema of the body; null: it takes none
  bool request_optional = false;
  Json request_example = nullptr;  ///< a body that works on a workspace with trained models; null: none
  std::string request_media_type = "application/json";
  int status = 200;
  Json response = nullptr;          ///< schema of the answer's "data" (of the whole answer where `enveloped` is false)
  Json response_example = nullptr;  ///< of the same
  bool enveloped = true;
  std::string media_type = "application/json";
  std::vector<int> errors = {};  ///< statuses besides what every endpoint can answer
  Json error = nullptr;          ///< schema of error answers; null: ours
};

/// A JSON literal of ours. Throws when it is none.
inline Json example(std::string_view text) {
  return parse_json_or_throw(text);
}

struct Endpoint {
  http::Route route;
  Documentation documentation;
};

/// What handlers share: made once, lives as long as the routes.
///
/// Threads   const; the metrics are safe.
struct Context {
  struct Predictions {
    Metrics::Counter ok;
    Metrics::Counter error;
    Metrics::Histogram rows;
  };

  explicit Context(const ApiServices& s);

  ApiServices services;
  std::map<std::string, Predictions, std::less<>> predictions;  ///< by the model's name: "lead_scoring", "sentiment"
};

using ContextPointer = std::shared_ptr<const Context>;

/// An answer that holds predictions.
struct Scored {
  http::Response response;
  std::size_t predictions = 0;
  std::string model_version;
};

/// The handler of an endpoint that predicts: counts what it answers, and what fails for another reason than the
/// request, and names the model in a header.
std::function<http::Response(const http::Request&)> predicting(
    ContextPointer context, ModelKind kind, std::function<Scored(const Context&, const http::Request&)> handler);
/// The same for the text models, and for translation.
std::function<http::Response(const http::Request&)> analyzing(
    ContextPointer context, std::function<Scored(const Context&, const http::Request&)> handler);
std::function<http::Response(const http::Request&)> translating(
    ContextPointer context, std::function<Scored(const Context&, const http::Request&)> handler);

/// The same for the voice model.
std::function<http::Response(const http::Request&)> transcribing(
    ContextPointer context, std::function<Scored(const Context&, const http::Request&)> handler);

/// Any other handler.
std::function<http::Response(const http::Request&)> handling(
    ContextPointer context, std::function<http::Response(const Context&, const http::Request&)> handler);

}  // namespace rapport::api
