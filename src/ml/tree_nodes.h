#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace rapport::ml {

/// One node of a regression tree. Nodes stand in breadth-first order: the root is node 0 and the children of a split
/// are `left` and `left + 1`, both behind it.
struct TreeNode {
  float value = 0;            ///< a split's threshold (goes left when the feature is below it), a leaf's value
  float cover = 0;            ///< sum of training weights that passed here
  std::uint32_t feature = 0;  ///< splits only
  std::uint32_t left = 0;     ///< 0: a leaf
  bool missing_left = false;  ///< splits only: where a missing value goes

  bool is_leaf() const { return left == 0; }
};
using Tree = std::vector<TreeNode>;

/// A sum of trees as it is read and written. Every `TreeModel` that a reader returns keeps these bounds.
struct TreeModel {
  static constexpr std::size_t kMaxFeatures = 2000;
  static constexpr std::size_t kMaxNodes = std::size_t{1} << 20;  ///< in one tree
  static constexpr std::size_t kMaxDepth = 64;

  std::size_t features = 0;
  float base = 0;
  std::vector<Tree> trees;
  std::vector<double> importance;  ///< share of the split gain per feature
};

/// Reads the JSON of an XGBoost `gbtree` model with squared error (1.7 to 3.x). Throws kInvalid "malformed_model".
TreeModel read_xgboost_json(std::string_view text, std::size_t features);

/// The artifact's own form and back. `read_tree_model` throws kInvalid "malformed_model".
Json write_tree_model(const TreeModel& model);
TreeModel read_tree_model(const Json& json);

/// Number of splits on the longest way from root to leaf.
std::size_t depth(const Tree& tree);

}  // namespace rapport::ml
