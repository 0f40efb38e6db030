#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rapport::demo {

/// The area under the ROC curve of probabilities against outcomes, over a stream of any length: counts in fine bins,
/// ties within a bin counted half.
///
/// Cost      1 MiB, however many rows.
class RankingQuality {
 public:
  RankingQuality() : counts_(kBins) {}

  void add(double prob, bool happened);
  std::size_t rows() const { return rows_; }
  std::size_t happened() const { return happened_; }
  double auc() const;  ///< NaN when one outcome is missing

 private:
  static constexpr std::size_t kBins = std::size_t{1} << 16;
  std::vector<std::array<std::uint64_t, 2>> counts_;
  std::size_t rows_ = 0;
  std::size_t happened_ = 0;
};

/// R2 of predictions over a stream: 1 - residual / total sum of squares.
class FitQuality {
 public:
  void add(double predicted, double observed);
  std::size_t rows() const { return rows_; }
  double r2() const;  ///< NaN below two rows and where all observed values are equal

 private:
  std::size_t rows_ = 0;
  double mean_ = 0;
  double total_ = 0;
  double residual_ = 0;
};

}  // namespace rapport::demo
