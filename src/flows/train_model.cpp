#include "flows/train_model.h"

#include <boost/json.hpp>
#include <utility>

#include "flows/generate_demo.h"

namespace rapport::flows {
namespace {

namespace json = boost::json;

std::string metadata_text(const training::TrainingResult& result) {
  return to_string(json::object{{"metrics", result.metrics},
                                {"feature_importance", result.feature_importance},
                                {"card", result.card}});
}

/// Fits one model; a refusal becomes the outcome's error.
TrainOutcome fit(const training::TrainingTable& table, const training::TrainingOptions& options,
                 const Progress& progress) {
  TrainOutcome outcome;
  outcome.kind = table.kind;
  outcome.trained_samples = static_cast<std::int64_t>(table.target.size());
  try {
    outcome.result = training::train(table, options, progress);
  } catch (const Error& error) {
    outcome.error = error;
  }
  return outcome;
}

/// Publishes every outcome that has a model, together with the completion of `job`.
void publish(const Services& services, const TenantId& tenant, std::vector<TrainOutcome>& outcomes,
             const std::optional<JobCompletion>& job) {
  std::vector<store::NewModel> models;
  std::vector<TrainOutcome*> published;
  for (TrainOutcome& outcome : outcomes) {
    if (outcome.error) continue;
    models.push_back({.kind = outcome.kind,
                      .artifact = scoring::to_artifact(*outcome.result.model, outcome.result.card),
                      .trained_samples = outcome.trained_samples,
                      .metadata = metadata_text(outcome.result)});
    published.push_back(&outcome);
  }
  if (models.empty()) return;
  const auto fill = [&](const std::vector<store::ModelRecord>& records) {
    for (std::size_t i = 0; i < records.size(); ++i) published[i]->record = records[i];
  };
  std::optional<store::JobCompletion> completion;
  if (job) {
    completion = {job->lease, [&](const std::vector<store::ModelRecord>& records) {
                    fill(records);
                    return job->result(outcomes);
                  }};
  }
  fill(services.store.publish_models(tenant, models, completion));
  services.models.refresh();
}

}  // namespace

std::vector<TrainOutcome> train_models(const Services& services, const TenantId& tenant,
                                       const TrainingOrder& order, const std::optional<JobCompletion>& job,
                                       const Progress& progress) {
  std::vector<TrainOutcome> outcomes;
  for (const ModelKind kind : order.kinds) {
    const training::TrainingTable table = training_table(services, tenant, kind, progress);
    training::TrainingOptions options = order.options;
    options.best_possible = best_possible(services, tenant, kind);
    outcomes.push_back(fit(table, options, progress));
  }
  publish(services, tenant, outcomes, job);
  return outcomes;
}

TrainOutcome train_from_table(const Services& services, const TenantId& tenant, const training::TrainingTable& table,
                              const training::TrainingOptions& options, const Progress& progress) {
  std::vector<TrainOutcome> outcomes;
  outcomes.push_back(fit(table, options, progress));
  publish(services, tenant, outcomes, std::nullopt);
  return std::move(outcomes.front());
}

std::vector<TrainingStatus> training_status(const Services& services, const TenantId& tenant) {
  std::vector<TrainingStatus> status;
  for (const ModelKind kind : kModelKinds) status.push_back({kind, services.store.champion(tenant, kind)});
  return status;
}

}  // namespace rapport::flows
