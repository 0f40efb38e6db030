#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ml/tree_nodes.h"

namespace rapport::ml {

/// Exact path-dependent SHAP values of a sum of trees: how much each feature moved one prediction.
///
/// Threads   const calls from any number of threads.
/// Cost      per tree and row: nodes * ceil(distinct features on a path / 8) vector steps; no allocation after a
///           thread's first call.
class TreeExplainer {
 public:
  explicit TreeExplainer(const TreeModel& model);

  /// What the trees say of a row of which nothing is known.
  double base() const { return base_; }

  /// Adds each feature's contribution to `contributions` (one per feature). `slots`: see row_slots.h.
  void explain(const float* slots, std::span<double> contributions) const;

  /// One split, planned. Within a tree come first the splits that have a split below, breadth-first; then the last
  /// splits, with two leaves each; then the leaves of the former.
  struct Split {
    float threshold = 0;
    std::uint16_t slot = 0;
    std::uint16_t feature = 0;
    std::array<std::uint32_t, 2> child{};  ///< left, right: numbers within the tree; not for a last split
    std::uint32_t before = 0;              ///< 2 * (1 + the nearest split above on the same feature) + the side of it on
                                           ///< which this split stands; 0: there is none
    std::uint32_t parent = 0;              ///< the split above; the root's is itself
    std::uint32_t factors = 0;             ///< entry in the table of factors
    std::array<double, 2> share{};         ///< left, right: of the training weight
    std::array<double, 2> leaf{};          ///< left, right: values, of a last split only
  };

  /// One value for each of four quadrature points.
  struct alignas(32) Four {
    std::array<double, 4> value{};
  };

  struct PlannedTree {
    std::size_t first_split = 0;
    std::size_t first_leaf = 0;
    std::uint32_t splits = 0;
    std::uint32_t inner = 0;   ///< splits that have a split below
    std::uint32_t leaves = 0;  ///< of these
    std::size_t first_factors = 0;
    std::uint32_t entries = 0;  ///< of factors, for each vector
    std::uint32_t vectors = 1;  ///< of four points each
  };

 private:
  void plan(const Tree& tree, std::size_t features);
  void append_factors(PlannedTree& planned, const std::vector<double>& passed);

  double base_ = 0;
  std::size_t features_ = 0;
  std::size_t largest_ = 0;  ///< nodes of the largest tree
  std::vector<Split> splits_;
  std::vector<Four> factors_;
  std::vector<double> leaves_;
  std::vector<PlannedTree> trees_;
};

}  // namespace rapport::ml
