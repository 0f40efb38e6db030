#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/progress.h"
#include "flows/services.h"
#include "training/train.h"

namespace rapport::flows {

/// What came of one model's training: published with its result, or refused with the error.
struct TrainOutcome {
  ModelKind kind = ModelKind::kLeadScoring;
  std::optional<store::ModelRecord> record;  ///< the published version; empty when it failed
  training::TrainingResult result;
  std::int64_t trained_samples = 0;
  std::optional<Error> error;
};

/// Gathers the training rows of the tenant's whole history, in one pass. Throws what the store throws.
training::TrainingTable training_table(const Services& services, const TenantId& tenant, ModelKind kind,
                                       const Progress& progress = {});

/// Which models to train, and how.
struct TrainingOrder {
  std::vector<ModelKind> kinds;
  training::TrainingOptions options;
};

/// A job that is done when its models are published. `result` makes the job's result (JSON text) of the outcomes.
struct JobCompletion {
  store::JobLease lease;
  std::function<std::string(const std::vector<TrainOutcome>&)> result;
};

/// Trains models from the stored history, each on its own, and publishes those that succeeded as champions, all in one
/// transaction with the completion of `job` when there is one. One model's failure does not stop the others; when none
/// succeeded, nothing is published and the job is left to its runner.
std::vector<TrainOutcome> train_models(const Services& services, const TenantId& tenant, const TrainingOrder& order,
                                       const std::optional<JobCompletion>& job, const Progress& progress = {});

/// The same from a table that the caller brings (a CSV file), for one kind.
TrainOutcome train_from_table(const Services& services, const TenantId& tenant, const training::TrainingTable& table,
                              const training::TrainingOptions& options, const Progress& progress = {});

/// What stands in the registry for one kind.
struct TrainingStatus {
  ModelKind kind = ModelKind::kLeadScoring;
  std::optional<store::ModelRecord> champion;
};
std::vector<TrainingStatus> training_status(const Services& services, const TenantId& tenant);

}  // namespace rapport::flows
