#include "demo/ranking.h"

#include <algorithm>
#include <limits>

namespace rapport::demo {

void RankingQuality::add(double prob, bool happened) {
  const auto bin = static_cast<std::size_t>(std::clamp(prob, 0.0, 1.0) * static_cast<double>(kBins - 1));
  ++counts_[bin][happened ? 1 : 0];
  ++rows_;
  happened_ += happened;
}

double RankingQuality::auc() const {
  const std::size_t missed = rows_ - happened_;
  if (happened_ == 0 || missed == 0) return std::numeric_limits<double>::quiet_NaN();
  double ordered = 0;  // pairs in which what happened had the higher probability
  double below = 0;
  for (const auto& [negatives, positives] : counts_) {
    ordered += static_cast<double>(positives) * (below + static_cast<double>(negatives) / 2);
    below += static_cast<double>(negatives);
  }
  return ordered / (static_cast<double>(happened_) * static_cast<double>(missed));
}

void FitQuality::add(double predicted, double observed) {  // Welford
  ++rows_;
  const double delta = observed - mean_;
  mean_ += delta / static_cast<double>(rows_);
  total_ += delta * (observed - mean_);
  residual_ += (observed - predicted) * (observed - predicted);
}

double FitQuality::r2() const {
  if (rows_ < 2 || total_ <= 0) return std::numeric_limits<double>::quiet_NaN();
  return 1 - residual_ / total_;
}

}  // namespace rapport::demo
