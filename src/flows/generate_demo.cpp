#include "flows/generate_demo.h"

#include <charconv>
#include <cmath>

#include "base/error.h"

namespace rapport::flows {
namespace {

constexpr std::string_view kPrefix = "demo.best.";

/// The figure that says how good a model of this kind is, by its name among the metrics of training.
std::string_view key_metric(ModelKind kind) {
  switch (kind) {
    case ModelKind::kLeadScoring: return "val_r2";
    case ModelKind::kChurnPrediction:
    case ModelKind::kEngagementPrediction: return "roc_auc";
  }
  return "";
}

std::string fact_name(ModelKind kind) {
  return std::string(kPrefix) + std::string(to_string(kind)) + "." + std::string(key_metric(kind));
}

void keep_best(const Services& services, const TenantId& tenant, const demo::BestPossible& best) {
  const auto keep = [&](ModelKind kind, double figure) {
    if (std::isfinite(figure)) services.store.put_fact(tenant, fact_name(kind), std::to_string(figure));
  };
  keep(ModelKind::kLeadScoring, best.lead_r2);
  keep(ModelKind::kChurnPrediction, best.churn_auc);
  keep(ModelKind::kEngagementPrediction, best.engagement_auc);
}

}  // namespace

demo::BestPossible generate_demo(const Services& services, const TenantId& tenant,
                                 const demo::BusinessOptions& options, const Progress& progress) {
  const auto counts = services.store.row_counts(tenant);
  if (const auto contacts = counts.find("contacts"); contacts != counts.end() && contacts->second > 0) {
    throw Error(ErrorKind::kConflict, "workspace_not_empty",
                "This workspace holds " + std::to_string(contacts->second) +
                    " contacts already. Choose an empty folder with --data, or another --tenant.");
  }
  demo::BestPossible best;
  {
    const std::unique_ptr<store::BulkWriter> writer = services.store.bulk_writer(tenant);
    best = demo::generate_business(options, [&](const Row& row) { writer->write(row); }, progress);
    writer->commit();
  }
  keep_best(services, tenant, best);
  return best;
}

std::map<std::string, double> best_possible(const Services& services, const TenantId& tenant, ModelKind kind) {
  const auto facts = services.store.facts(tenant);
  const auto fact = facts.find(fact_name(kind));
  if (fact == facts.end()) return {};
  double figure = 0;
  const std::string& text = fact->second;
  if (std::from_chars(text.data(), text.data() + text.size(), figure).ec != std::errc()) return {};
  return {{std::string(key_metric(kind)), figure}};
}

}  // namespace rapport::flows
