#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/training_wait.h"

namespace rapport::api {
namespace {

http::Response answer(const Context& context, const http::Request& request) {
  const std::string& id = request.path_values.at("id");

  const auto job = is_id(id) ? context.services.flows.store.job(tenant_of(request), id) : std::nullopt;

  if (!job) throw Error(ErrorKind::kNotFound, "unknown_job", "There is no job with this id.");
  return success(job_json(*job));
}

}  // namespace

Endpoint jobs_by_id(const ContextPointer& context) {
  return {{.method = "GET",
           .pattern = "/api/v1/ml/jobs/{id}",
           .role = auth::Role::kViewer,
           .handle = handling(context, answer)},
          {.id = "getJob",
           .tag = "Training",
           .summary = "How a training is coming along",
           .description = "The job that a train request made. result holds the outcomes by model.",
           .parameters = {{Parameter::In::kPath, "id", "The job's id.", schema::text("")}},
           .response = schema::reference("Job"),
           .response_example = example(R"({"id": "019a0000-0000-7000-8000-000000000000", "type": "train_models",
             "status": "running", "progress": 0.4, "attempts": 1, "created_at": "2026-11-23T12:00:00Z",
             "updated_at": "2026-11-23T12:00:01Z"})"),
           .errors = {404}}};
}

}  // namespace rapport::api
