#include "ml/class_weights.h"

#include <array>
#include <cstddef>

#include "base/error.h"

namespace rapport::ml {

std::vector<double> class_weighted(std::span<const double> labels, std::span<const double> weights,
                                   ClassWeight kind) {
  std::array<double, 2> rows{};
  std::array<double, 2> mass{};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] != 0 && labels[i] != 1) {
      throw Error(ErrorKind::kInvalid, "invalid_training_data",
                  "Row " + std::to_string(i) + " has a label that is neither 0 nor 1.");
    }
    const std::size_t label = labels[i] == 1 ? 1 : 0;
    rows[label] += 1;
    mass[label] += weights.empty() ? 1 : weights[i];
  }
  if (!(mass[0] > 0 && mass[1] > 0)) {
    throw Error(ErrorKind::kInvalid, "single_class",
                "All rows belong to one class: there is nothing to tell apart.");
  }
  std::array<double, 2> factor{1, 1};
  if (kind == ClassWeight::kBalanced) {
    const auto total = static_cast<double>(labels.size());
    factor = {total / (2 * rows[0]), total / (2 * rows[1])};
  }
  std::vector<double> result(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    result[i] = (weights.empty() ? 1 : weights[i]) * factor[labels[i] == 1 ? 1 : 0];
  }
  return result;
}

}  // namespace rapport::ml
