#include "server/api/endpoint.h"

#include <utility>

#include "base/error.h"

namespace rapport::api {
namespace {

constexpr const char* kSentiment = "sentiment";
constexpr const char* kVoice = "voice";
constexpr const char* kTranslation = "translation";

const std::vector<double>& batch_bounds() {
  static const std::vector<double> bounds = {1,   2,   4,    8,    16,   32,   64,    128,
                                             256, 512, 1024, 2048, 4096, 8192, 16384, 32768};
  return bounds;
}

/// Whether the request itself was the mistake: then no model was asked.
bool is_callers_fault(ErrorKind kind) {
  return http_status(kind) < 500 && kind != ErrorKind::kOverloaded;
}

/// `handler`, its predictions counted under the name of a model.
std::function<http::Response(const http::Request&)> counting(
    ContextPointer context, std::string_view model,
    std::function<Scored(const Context&, const http::Request&)> handler) {
  const Context::Predictions& counters = context->predictions.find(model)->second;
  return [context = std::move(context), &counters, handler = std::move(handler)](const http::Request& request) {
    Context::Predictions metrics = counters;
    try {
      Scored scored = handler(*context, request);
      metrics.ok.add(static_cast<double>(scored.predictions));
      metrics.rows.observe(static_cast<double>(scored.predictions));
      if (!scored.model_version.empty()) scored.response.headers.emplace_back("X-Rapport-Model", scored.model_version);
      return std::move(scored.response);
    } catch (const Error& error) {
      if (!is_callers_fault(error.kind())) metrics.error.add();
      throw;
    }
  };
}

}  // namespace

Context::Context(const ApiServices& s) : services(s) {
  Metrics& metrics = services.metrics;
  const auto add = [&](const std::string& model) {
    const auto counter = [&](const char* outcome) {
      return metrics.counter("rapport_predictions_total", "Predictions, one per row.",
                             {{"model", model}, {"outcome", outcome}});
    };
    predictions.emplace(model, Predictions{counter("ok"), counter("error"),
                                           metrics.histogram("rapport_batch_size", "Rows of one prediction request.",
                                                             batch_bounds(), {{"model", model}})});
  };
  for (const ModelKind kind : kModelKinds) add(std::string(to_string(kind)));
  add(kSentiment);
  add(kVoice);
  add(kTranslation);
}

std::function<http::Response(const http::Request&)> predicting(
    ContextPointer context, ModelKind kind, std::function<Scored(const Context&, const http::Request&)> handler) {
  return counting(std::move(context), to_string(kind), std::move(handler));
}

std::function<http::Response(const http::Request&)> analyzing(
    ContextPointer context, std::function<Scored(const Context&, const http::Request&)> handler) {
  return counting(std::move(context), kSentiment, std::move(handler));
}

std::function<http::Response(const http::Request&)> transcribing(
    ContextPointer context, std::function<Scored(const Context&, const http::Request&)> handler) {
  return counting(std::move(context), kVoice, std::move(handler));
}

std::function<http::Response(const http::Request&)> translating(
    ContextPointer context, std::function<Scored(const Context&, const http::Request&)> handler) {
  return counting(std::move(context), kTranslation, std::move(handler));
}

std::function<http::Response(const http::Request&)> handling(
    ContextPointer context, std::function<http::Response(const Context&, const http::Request&)> handler) {
  return [context = std::move(context), handler = std::move(handler)](const http::Request& request) {
    return handler(*context, request);
  };
}

}  // namespace rapport::api
