#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "flows/train_model.h"
#include "jobs/job_runner.h"

/// Training as a job: the order goes into the queue as JSON, the outcome comes back as JSON in the contract's form.
namespace rapport::app {

constexpr const char* kTrainingJob = "train_models";

/// Throws kInvalid "invalid_hyperparameters" when a model of the order does not take them.
void check_order(const flows::TrainingOrder& order);

/// Checks the order, queues it and wakes the runner. Throws kInvalid "invalid_hyperparameters", kOverloaded
/// "too_many_jobs".
store::Job submit_training(jobs::JobRunner& runner, const TenantId& tenant, const flows::TrainingOrder& order);

/// The handler to register with the runner.
jobs::JobHandler training_handler(const flows::Services& services);

/// The finished job's outcomes by model name, in the contract's form: {"success", "metrics", "feature_importance",
/// "metadata": {"version", "created_at", "trained_samples", ...}, "model_path"} or {"success": false, "error": {...}}.
Json training_results(const store::Job& job);

/// The error that a single outcome holds, to be thrown as the answer's.
std::optional<Error> outcome_error(const Json& outcome);

/// One outcome in that form.
Json outcome_json(const flows::TrainOutcome& outcome);

}  // namespace rapport::app
