#include "server/api/training_wait.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "app/training_job.h"
#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"

namespace rapport::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMaxSeed = (std::int64_t{1} << 53) - 1;  // the whole numbers that every JSON client can say
constexpr std::uint64_t kDefaultSeed = 42;

/// Whether one of the preferences is "respond-async" (RFC 7240).
bool wants_no_wait(const http::Request& request) {
  std::string rest(request.header("prefer").value_or(""));
  std::transform(rest.begin(), rest.end(), rest.begin(), [](unsigned char c) { return std::tolower(c); });
  std::size_t begin = 0;
  while (begin <= rest.size()) {
    const std::size_t end = std::min(rest.find(',', begin), rest.size());
    std::string word = rest.substr(begin, end - begin);
    word = word.substr(0, word.find(';'));
    word.erase(std::remove_if(word.begin(), word.end(), [](unsigned char c) { return std::isspace(c) != 0; }),
               word.end());
    if (word == "respond-async") return true;
    begin = end + 1;
  }
  return false;
}

const char* status_text(store::JobState state) {
  switch (state) {
    case store::JobState::kQueued:
      return "queued";
    case store::JobState::kRunning:
      return "running";
    case store::JobState::kSucceeded:
      return "succeeded";
    case store::JobState::kFailed:
      return "failed";
  }
  return "";
}

/// The error that a failed job holds.
Json job_error(const store::Job& job) {
  const Json result = parse_json_or_throw(job.result);
  const Json* error = result.is_object() ? result.get_object().if_contains("error") : nullptr;
  return error == nullptr ? Json(json::object{{"code", "internal"}, {"message", "The job failed."}}) : *error;
}

}  // namespace

std::uint64_t read_seed(JsonReader& reader) {
  const auto seed = reader.optional_integer("seed", 0, kMaxSeed);
  return seed ? static_cast<std::uint64_t>(*seed) : kDefaultSeed;
}

Json seed_schema() {
  Json schema = schema::integer(0, kMaxSeed, "The same seed and the same data give the same model.");
  schema.get_object()["default"] = kDefaultSeed;
  return schema;
}

std::string job_location(const store::Job& job) {
  return "/api/v1/ml/jobs/" + job.id;
}

Json job_json(const store::Job& job) {
  json::object data{{"id", job.id},
                    {"type", job.type},
                    {"status", status_text(job.state)},
                    {"progress", job.progress},
                    {"attempts", job.attempts},
                    {"created_at", format_rfc3339(job.created_at)},
                    {"updated_at", format_rfc3339(job.updated_at)}};
  if (job.state == store::JobState::kSucceeded) data["result"] = parse_json_or_throw(job.result);
  if (job.state == store::JobState::kFailed) data["error"] = job_error(job);
  return data;
}

http::Response train(const Context& context, const http::Request& request, const flows::TrainingOrder& order,
                     const std::function<Json(const store::Job&)>& write) {
  const ApiServices& services = context.services;
  const TenantId& tenant = tenant_of(request);
  const store::Job queued = app::submit_training(services.jobs, tenant, order);
  if (wants_no_wait(request)) {
    http::Response response = accepted(job_json(queued), job_location(queued));
    response.headers.emplace_back("Preference-Applied", "respond-async");
    return response;
  }
  const auto deadline = std::chrono::steady_clock::now() + services.training_wait;
  const std::optional<store::Job> job = services.jobs.wait(tenant, queued.id, deadline);
  if (job && job->state == store::JobState::kSucceeded) return success(write(*job));
  if (job && job->state == store::JobState::kFailed) {
    const Json error = job_error(*job);
    throw Error(ErrorKind::kInternal, "training_failed", "The training did not end well; the server's log says why.")
        .with_log(to_string(error));
  }
  throw Error(ErrorKind::kTimeout, "training_not_finished",
              "The training takes longer than a request may wait. It goes on: see " + job_location(queued) + ".");
}

Parameter prefer_header() {
  return {Parameter::In::kHeader, "Prefer",
          "respond-async: answer 202 at once, with the Location of the job, instead of waiting for it.",
          schema::text("", "respond-async")};
}

}  // namespace rapport::api
