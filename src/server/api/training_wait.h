#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/json_reader.h"
#include "flows/train_model.h"
#include "server/api/endpoint.h"
#include "store/store.h"

/// Training is a job; a request orders it and, unless the client asked otherwise, waits for it.
namespace rapport::api {

/// "seed": what makes a training repeatable.
std::uint64_t read_seed(JsonReader& reader);
Json seed_schema();

/// Queues the job. Answers 202 at once where the client said `Prefer: respond-async`; otherwise waits for the job and
/// gives it to `write`.
///
/// Throws    kTimeout "training_not_finished" when it takes longer than the server waits (the job goes on), kInternal
///           when the job failed for a reason of ours.
http::Response train(const Context& context, const http::Request& request, const flows::TrainingOrder& order,
                     const std::function<Json(const store::Job&)>& write);

/// The header that makes it answer at once.
Parameter prefer_header();

/// A job as the API shows it.
Json job_json(const store::Job& job);
/// The path where a job is found.
std::string job_location(const store::Job& job);

}  // namespace rapport::api
