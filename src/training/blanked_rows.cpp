#include "training/blanked_rows.h"

#include <algorithm>
#include <limits>

#include "base/rng.h"

namespace rapport::training {
namespace {

constexpr double kCopyWeight = 0.3;  // of a row's own weight
constexpr std::uint64_t kStream = 77;

}  // namespace

BlankedRows::BlankedRows(const LabelledRows& rows, std::uint64_t seed)
    : x(2 * rows.x.rows, rows.x.cols), y(rows.y.begin(), rows.y.end()), weights(2 * rows.x.rows, 1) {
  Rng rng = Rng(seed).split(kStream);
  y.insert(y.end(), rows.y.begin(), rows.y.end());
  std::fill(weights.begin() + static_cast<std::ptrdiff_t>(rows.x.rows), weights.end(), kCopyWeight);
  for (std::size_t i = 0; i < rows.x.rows; ++i) {
    const auto row = rows.x.row(i);
    std::copy(row.begin(), row.end(), x.row(i).begin());
    const double missing_share = rng.uniform();
    const auto copy = x.row(rows.x.rows + i);
    for (std::size_t j = 0; j < row.size(); ++j) {
      copy[j] = rng.chance(missing_share) ? std::numeric_limits<double>::quiet_NaN() : row[j];
    }
  }
}

}  // namespace rapport::training
