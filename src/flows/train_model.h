#pragma once

#include <optional>
#include <span>
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

/// Trains `kinds` from the stored history, each on its own, and publishes those that succeeded as champions, all in one
/// transaction with the completion of `job` when there is one. One model's failure does not stop the others.
std::vector<TrainOutcome> train_models(const Services& services, const TenantId& tenant,
                                       std::span<const ModelKind> kinds, const training::TrainingOptions& options,
                                       const Progress& progress = {});

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
