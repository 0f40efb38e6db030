#include <algorithm>

#include "base/rng.h"
#include "features/feature_rows.h"
#include "flows/train_model.h"

namespace rapport::flows {
namespace {

/// Churn rows are cut every 90 days, which is how long an outcome takes, so that no two outcomes of a customer overlap.
constexpr Duration kChurnSpacing = 90 * kDay;
constexpr int kChurnCutoffs = 3;

/// Past this many rows a fair sample is kept (reservoir sampling), so that memory and time stay bounded: 200,000 rows of
/// 32 features are 51 MB, and more of them no longer move the figures.
constexpr std::size_t kMaxTrainingRows = 200'000;
constexpr std::uint64_t kSampleSeed = 20'260'101;

std::vector<Time> churn_cutoffs(Time data_until) {
  std::vector<Time> cutoffs;
  for (int i = kChurnCutoffs; i >= 1; --i) cutoffs.push_back(data_until - i * kChurnSpacing);
  return cutoffs;
}

/// Gathers rows, and past the limit keeps each with the same chance. Source: Vitter 1985, algorithm R.
class RowSample {
 public:
  explicit RowSample(training::TrainingTable& table) : table_(table), rng_(kSampleSeed) {}

  void add(const features::LabelledRow& row, std::uint32_t group) {
    ++seen_;
    if (table_.target.size() < kMaxTrainingRows) {
      table_.features.push_row(row.features);
      table_.target.push_back(row.target);
      table_.as_of.push_back(row.as_of);
      table_.group.push_back(group);
      return;
    }
    const auto slot = static_cast<std::size_t>(rng_.integer(0, static_cast<std::int64_t>(seen_) - 1));
    if (slot >= kMaxTrainingRows) return;
    std::copy(row.features.begin(), row.features.end(), table_.features.row(slot).begin());
    table_.target[slot] = row.target;
    table_.as_of[slot] = row.as_of;
    table_.group[slot] = group;
  }

 private:
  training::TrainingTable& table_;
  Rng rng_;
  std::size_t seen_ = 0;
};

}  // namespace

training::TrainingTable training_table(const Services& services, const TenantId& tenant, ModelKind kind,
                                       const Progress& progress) {
  training::TrainingTable table;
  table.kind = kind;
  table.features.cols = features::feature_set(kind).size();
  const std::optional<Time> data_until = services.store.data_until(tenant);
  if (!data_until) return table;
  const std::vector<Time> cutoffs = churn_cutoffs(*data_until);
  RowSample sample(table);
  std::uint32_t contact = 0;
  services.store.scan_histories(
      tenant,
      [&](const ContactHistory& history) {
        features::training_rows(kind, history, cutoffs, *data_until,
                                [&](const features::LabelledRow& row) { sample.add(row, contact); });
        ++contact;
      },
      progress);
  return table;
}

}  // namespace rapport::flows
