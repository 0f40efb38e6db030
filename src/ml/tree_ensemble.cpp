#include "ml/tree_ensemble.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/thread_pool.h"
#include "ml/row_slots.h"
#include "ml/tree_nodes.h"
#include "ml/tree_shap.h"

// How a tree is walked. A node is eight bytes: the threshold, and one word with the slot to compare (row_slots.h) and
// the number of the left child; the right child stands behind it. A step is therefore
//     next = left + !(slots[slot] < threshold)
// without a branch. A leaf holds its value where a split holds its threshold and leads to itself, so every walk may take
// as many steps as the tree is deep and ends in the leaf's value. One walk is a chain of dependent loads; eight walks at
// a time (eight trees of one row, or eight rows of one tree) keep the core busy meanwhile.

namespace rapport::ml {
namespace {

constexpr std::uint32_t kSlotBits = 12;
constexpr std::uint32_t kSlotMask = (1U << kSlotBits) - 1;
static_assert(kMaxSlots <= kSlotMask + 1, "a slot number must fit");
static_assert(TreeModel::kMaxNodes <= std::size_t{1} << (32 - kSlotBits), "a node number must fit");

struct ServingNode {
  float threshold;
  std::uint32_t left_and_slot;
};

struct ServingTree {
  std::size_t first = 0;  ///< the root, in the array of all nodes
  std::size_t depth = 0;
};

constexpr std::size_t kLanes = 8;
constexpr std::size_t kBlockRows = 64;

inline std::uint32_t step(const ServingNode* tree, std::uint32_t at, const float* slots) {
  const ServingNode node = tree[at];
  const bool left = slots[node.left_and_slot & kSlotMask] < node.threshold;
  return (node.left_and_slot >> kSlotBits) + (left ? 0U : 1U);
}

inline float walk(const ServingNode* tree, std::size_t depth, const float* slots) {
  std::uint32_t at = 0;
  for (std::size_t level = 0; level < depth; ++level) at = step(tree, at, slots);
  return tree[at].threshold;
}

/// Eight trees of one row.
inline void walk_trees(const ServingNode* nodes, const ServingTree* trees, const float* slots, float* leaf) {
  std::array<const ServingNode*, kLanes> root;
  std::array<std::uint32_t, kLanes> at{};
  std::size_t depth = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    root[lane] = nodes + trees[lane].first;
    depth = std::max(depth, trees[lane].depth);
  }
  for (std::size_t level = 0; level < depth; ++level) {
#pragma GCC unroll 8
    for (std::size_t lane = 0; lane < kLanes; ++lane) at[lane] = step(root[lane], at[lane], slots);
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) leaf[lane] = root[lane][at[lane]].threshold;
}

/// Eight rows, `stride` slots apart, of one tree; adds their leaves to `sums`.
inline void walk_rows(const ServingNode* tree, std::size_t depth, const float* slots, std::size_t stride,
                      float* sums) {
  std::array<std::uint32_t, kLanes> at{};
  for (std::size_t level = 0; level < depth; ++level) {
#pragma GCC unroll 8
    for (std::size_t lane = 0; lane < kLanes; ++lane) at[lane] = step(tree, at[lane], slots + lane * stride);
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += tree[at[lane]].threshold;
}

void check_width(std::size_t given, std::size_t features) {
  if (given == features) return;
  throw Error(ErrorKind::kInternal, "wrong_feature_count", "The model was given the wrong number of features.")
      .with_log(std::to_string(given) + " given, " + std::to_string(features) + " expected");
}

}  // namespace

struct TreeEnsemble::Compiled {
  explicit Compiled(TreeModel from) : model(std::move(from)), explainer(model) {
    const auto constant_slot = static_cast<std::uint32_t>(2 * model.features);
    for (const Tree& tree : model.trees) {
      trees.push_back({.first = nodes.size(), .depth = depth(tree)});
      steps += trees.back().depth;
      for (std::size_t i = 0; i < tree.size(); ++i) {
        const TreeNode& node = tree[i];
        const std::uint32_t left = node.is_leaf() ? static_cast<std::uint32_t>(i) : node.left;
        const std::uint32_t slot = node.is_leaf() ? constant_slot : slot_of_split(node, model.features);
        nodes.push_back({node.value, left << kSlotBits | slot});
      }
    }
  }

  float predict_one(const float* slots) const {
    float sum = model.base;
    std::size_t tree = 0;
    for (; tree + kLanes <= trees.size(); tree += kLanes) {
      std::array<float, kLanes> leaf;
      walk_trees(nodes.data(), &trees[tree], slots, leaf.data());
      for (const float value : leaf) sum += value;
    }
    for (; tree < trees.size(); ++tree) sum += walk(nodes.data() + trees[tree].first, trees[tree].depth, slots);
    return sum;
  }

  /// At most kBlockRows rows; `slots` has room for kBlockRows of them.
  void predict_block(MatrixView rows, std::size_t begin, std::size_t end, float* slots, double* out) const {
    const std::size_t stride = slot_count(model.features);
    const std::size_t count = end - begin;
    for (std::size_t i = 0; i < count; ++i) fill_slots(rows.row(begin + i), slots + i * stride);
    std::array<float, kBlockRows> sums;
    sums.fill(model.base);
    for (const ServingTree& tree : trees) {
      const ServingNode* root = nodes.data() + tree.first;
      std::size_t i = 0;
      for (; i + kLanes <= count; i += kLanes) {
        walk_rows(root, tree.depth, slots + i * stride, stride, sums.data() + i);
      }
      for (; i < count; ++i) sums[i] += walk(root, tree.depth, slots + i * stride);
    }
    for (std::size_t i = 0; i < count; ++i) out[begin + i] = sums[i];
  }

  TreeModel model;
  TreeExplainer explainer;
  std::vector<ServingNode> nodes;
  std::vector<ServingTree> trees;
  std::size_t steps = 0;  ///< of one row through all trees
};

TreeEnsemble::TreeEnsemble(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

TreeEnsemble TreeEnsemble::from_xgboost_json(std::string_view json, std::size_t features) {
  return TreeEnsemble(std::make_shared<const Compiled>(read_xgboost_json(json, features)));
}

Json TreeEnsemble::to_json() const { return write_tree_model(compiled_->model); }

TreeEnsemble TreeEnsemble::from_json(const Json& json) {
  return TreeEnsemble(std::make_shared<const Compiled>(read_tree_model(json)));
}

std::size_t TreeEnsemble::features() const { return compiled_->model.features; }
std::size_t TreeEnsemble::trees() const { return compiled_->trees.size(); }
const std::vector<double>& TreeEnsemble::importance() const { return compiled_->model.importance; }

double TreeEnsemble::predict(std::span<const double> row) const {
  check_width(row.size(), features());
  std::array<float, kMaxSlots> slots;  // filled as far as it is read
  fill_slots(row, slots.data());
  return compiled_->predict_one(slots.data());
}

void TreeEnsemble::predict(MatrixView rows, std::span<double> out, std::size_t threads) const {
  check_width(rows.cols, features());
  check_width(out.size(), rows.rows);
  // A thread costs about 20 us to start; a step of a walk about 1 ns.
  constexpr std::size_t kStepsPerThread = 200'000;
  const std::size_t work = rows.rows * compiled_->steps / kStepsPerThread;
  const std::size_t most = threads == 0 ? usable_cores() : threads;
  parallel_for(rows.rows, std::clamp<std::size_t>(work, 1, most), [&](std::size_t begin, std::size_t end) {
    std::vector<float> slots(kBlockRows * slot_count(features()));
    for (std::size_t i = begin; i < end; i += kBlockRows) {
      compiled_->predict_block(rows, i, std::min(i + kBlockRows, end), slots.data(), out.data());
    }
  });
}

void TreeEnsemble::explain(std::span<const double> row, Explanation& out) const {
  check_width(row.size(), features());
  std::array<float, kMaxSlots> slots;  // filled as far as it is read
  fill_slots(row, slots.data());
  out.base = compiled_->explainer.base();
  out.contributions.assign(features(), 0.0);
  compiled_->explainer.explain(slots.data(), out.contributions);
}

}  // namespace rapport::ml
