#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ml/matrix.h"

namespace rapport::ml {

/// Rows to learn from, as every learner gets them.
struct TrainingRows {
  MatrixView x;
  std::span<const double> y;
  std::span<const double> weights;  ///< empty: all 1
};

/// Throws kInvalid "invalid_training_data": sizes that differ, no row, an infinite feature, a target or weight that is
/// not finite, a negative weight, no weight at all.
void check_training_rows(const TrainingRows& rows);

/// A number as XGBoost reads it, in the fewest digits that read back the same.
std::string setting(double value);

/// Any seed, folded into the range that XGBoost takes.
std::string seed_setting(std::uint64_t seed);

/// Steps per feature that pay for so many rows, at most `most`: a step per 32 rows, at least 32. Finer ones cost time (256
/// on 1,000 rows: four times as much) and find nothing but noise.
int bins_for(std::size_t rows, int most);

/// One training run of XGBoost's. The only place that calls its C API.
///
/// Throws    kInternal "training_failed", with XGBoost's own words in the log detail.
/// Threads   one per thread; different runs may go on side by side. XGBoost prints nothing.
class XgboostTrainer {
 public:
  using Settings = std::vector<std::pair<std::string, std::string>>;

  /// Copies the rows. `settings` by XGBoost's names.
  XgboostTrainer(const TrainingRows& rows, const Settings& settings);
  ~XgboostTrainer();
  XgboostTrainer(const XgboostTrainer&) = delete;
  XgboostTrainer& operator=(const XgboostTrainer&) = delete;

  void update(int round);
  /// What the rounds so far say of other rows.
  std::vector<float> predict(MatrixView x);
  /// The model as XGBoost's JSON.
  std::string json();

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace rapport::ml
