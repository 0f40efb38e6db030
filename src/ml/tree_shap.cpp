#include "ml/tree_shap.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>

#include "ml/row_slots.h"

// Exact TreeSHAP by quadrature.
//
// The game. A leaf of value v is reached from the root by splits on d distinct features. For one row, feature j is "on"
// (o_j = 1) when the row itself would pass all of the path's splits on j, else "off" (o_j = 0); z_j is the product of
// the shares of training weight that pass them. With the features in S known, the leaf contributes
// v * prod_{j in S} o_j * prod_{j not in S} z_j (Lundberg et al. 2020): path-dependent feature perturbation.
//
// The integral. A Shapley value is the integral over t in 0..1 of the derivative of the game's multilinear extension
// along the diagonal (Owen 1972):
//     phi_i = v * integral (o_i - z_i) * prod_{j != i} (t o_j + (1 - t) z_j) dt.
// The integrand is a polynomial of degree d - 1 in t, so Gauss-Legendre with q points is exact up to d = 2q: four points
// (one vector of doubles) serve every path of eight features, whatever the tree's shape. Points are independent of each
// other: deeper trees take further vectors of four. All weights are positive, so nothing cancels: unlike recursions
// over subset sizes it stays accurate for deep trees.
//
// The sums. For fixed t, the products are shared along the tree. At a split n on some feature, let z be the product of
// the shares of that feature's splits above n (1 when there is none) and f = t + (1 - t) z its factor there; h is the
// child that the row goes to, c the other one, with shares r_h + r_c = 1. If the feature is still on above n, then with
//     a = t / f,   q = (1 - a) r_c
// the factors of the two children are 1 - q and q (as f_h / f = (t + (1-t) z r_h) / f and f_c / f = (1-t) z r_c / f), so
//     G(n) = G(h) - q (G(h) - G(c))               leaves below n, with their factors below n
//     P(h) = P(n) (1 - q),   P(c) = P(n) q        factors above
//     phi += w P(n) z r_c / f^2 (G(h) - G(c)),
// the last from collecting d/do over all the leaves below n. If the feature is off already, n says nothing new of it:
// the same lines hold with a = 0, and phi stays. One pass up for G, one down for P and phi; a and w z / f^2 depend on
// the tree alone and are tabled, one entry for each split that repeats a feature.
//
// Cost: about ten vector operations for a split and four points; no table that grows with 2^depth.

namespace rapport::ml {

namespace {

using Split = TreeExplainer::Split;
using Four = TreeExplainer::Four;

constexpr std::size_t kWidth = 4;
constexpr std::size_t kMaxVectors = (TreeModel::kMaxDepth + 2 * kWidth - 1) / (2 * kWidth);

// Four doubles, as the compiler's own vector type: AVX where the function may use it, pairs of SSE2 or NEON elsewhere.
// (`auto*` would drop the attribute.)
typedef double Vector __attribute__((vector_size(32)));                // NOLINT(modernize-use-using)
typedef Vector VectorInMemory __attribute__((may_alias));              // NOLINT(modernize-use-using)

/// Points and weights of Gauss-Legendre on 0..1 with 4, 8, 12, ... points.
struct Quadrature {
  std::vector<double> t;
  std::vector<double> weight;
};

Quadrature gauss_legendre(std::size_t points) {
  Quadrature rule{std::vector<double>(points), std::vector<double>(points)};
  const auto n = static_cast<double>(points);
  for (std::size_t i = 0; i < points; ++i) {
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (n + 0.5));
    double derivative = 1;
    for (int iteration = 0; iteration < 20; ++iteration) {  // Newton on the Legendre polynomial: 4 or 5 suffice
      double previous = 1;
      double value = x;
      for (std::size_t k = 2; k <= points; ++k) {
        const auto degree = static_cast<double>(k);
        previous = std::exchange(value, ((2 * degree - 1) * x * value - (degree - 1) * previous) / degree);
      }
      derivative = n * (x * value - previous) / (x * x - 1);
      x -= value / derivative;
    }
    rule.t[i] = (1 - x) / 2;
    rule.weight[i] = 1 / ((1 - x * x) * derivative * derivative);
  }
  return rule;
}

const Quadrature& quadrature(std::size_t vectors) {
  static const std::array<Quadrature, kMaxVectors> rules = [] {
    std::array<Quadrature, kMaxVectors> made;
    for (std::size_t i = 0; i < kMaxVectors; ++i) made[i] = gauss_legendre(kWidth * (i + 1));
    return made;
  }();
  return rules[vectors - 1];
}

/// Memory of one thread's explanations, kept between calls.
struct Scratch {
  std::vector<unsigned char> on_sides;  ///< per split, one later: bit 0 / 1 = still on to the left / right of it
  std::vector<Four> nodes;              ///< per node: see run_pass
  std::vector<Four> gains;              ///< per split: w z r_c / f^2 (G(h) - G(c))
  std::vector<Four> sums;               ///< per feature: phi before the four points are added up
};

Scratch& scratch() {
  thread_local Scratch memory;
  return memory;
}

/// Which way the row goes at each split, as far as it matters.
inline void decide(const Split* splits, std::size_t count, const float* slots, unsigned char* on_sides) {
  on_sides[0] = 1;
  for (std::size_t i = 0; i < count; ++i) {
    const Split& split = splits[i];
    const unsigned side = slots[split.slot] < split.threshold ? 0U : 1U;
    const unsigned on = (on_sides[split.before >> 1] >> (split.before & 1U)) & 1U;
    on_sides[i + 1] = static_cast<unsigned char>(on << side);
  }
}

/// The entries of a table of factors. Every table begins with the one of a feature that is off already.
constexpr std::uint32_t kOff = 0;    // zero: run_pass masks with it
constexpr std::uint32_t kFirst = 1;  ///< a split with none on its feature above it: z = 1
constexpr std::size_t kEntryFours = 2;  ///< a; then w z / f^2

/// A tree for one row and four points: adds to memory.sums.
[[gnu::always_inline]] inline void run_pass(std::span<const Split> splits, std::size_t inner,
                                            std::span<const double> leaves, const Four* factors, Scratch& memory) {
  // `node` holds G of a node until its parent has read it, then its share of the parent's P, then its own P.
  VectorInMemory* const node = reinterpret_cast<VectorInMemory*>(memory.nodes.data());
  VectorInMemory* const gain = reinterpret_cast<VectorInMemory*>(memory.gains.data());
  VectorInMemory* const sums = reinterpret_cast<VectorInMemory*>(memory.sums.data());
  const unsigned char* const on_sides = memory.on_sides.data() + 1;
  const Vector zero = {0, 0, 0, 0};
  for (std::size_t i = 0; i < leaves.size(); ++i) node[splits.size() + i] = zero + leaves[i];
  // split.factors or kOff, without a branch that nobody could predict
  const auto factor_of = [&](std::size_t i) __attribute__((always_inline)) {
    const std::uint32_t entry = splits[i].factors & (0U - static_cast<std::uint32_t>(on_sides[i] != 0));
    return reinterpret_cast<const VectorInMemory*>(factors + kEntryFours * entry);
  };
  for (std::size_t i = inner; i < splits.size(); ++i) {
    const Split& split = splits[i];
    const unsigned hot = on_sides[i] >> 1;
    const VectorInMemory* const factor = factor_of(i);
    const double moved = split.share[1 - hot] * (split.leaf[hot] - split.leaf[1 - hot]);
    node[i] = (split.leaf[hot] - moved) + factor[0] * moved;  // G(h) - (1 - a) r_c (G(h) - G(c))
    gain[i] = factor[1] * moved;
  }
  for (std::size_t i = inner; i-- > 0;) {
    const Split& split = splits[i];
    const unsigned hot = on_sides[i] >> 1;
    const VectorInMemory* const factor = factor_of(i);
    VectorInMemory& hot_child = node[split.child[hot]];
    VectorInMemory& cold_child = node[split.child[1 - hot]];
    const Vector difference = hot_child - cold_child;
    const Vector cold_share = zero + split.share[1 - hot];
    const Vector q = cold_share - factor[0] * cold_share;
    node[i] = hot_child - q * difference;
    gain[i] = factor[1] * (cold_share * difference);
    hot_child = 1.0 - q;
    cold_child = q;
  }
  if (splits.empty()) return;
  node[0] = zero + 1.0;
  sums[splits[0].feature] += gain[0];
  for (std::size_t i = 1; i < splits.size(); ++i) {
    const Vector above = node[splits[i].parent] * node[i];
    node[i] = above;
    sums[splits[i].feature] += above * gain[i];
  }
}

/// What the kernel reads.
struct Plan {
  std::span<const TreeExplainer::PlannedTree> trees;
  const Split* splits;
  const double* leaves;
  const Four* factors;
};

[[gnu::always_inline]] inline void run_trees(const Plan& plan, const float* slots, Scratch& memory) {
  for (const auto& tree : plan.trees) {
    const std::span splits(plan.splits + tree.first_split, tree.splits);
    const std::span leaves(plan.leaves + tree.first_leaf, tree.leaves);
    decide(splits.data(), splits.size(), slots, memory.on_sides.data());
    for (std::size_t k = 0; k < tree.vectors; ++k) {
      run_pass(splits, tree.inner, leaves, plan.factors + tree.first_factors + kEntryFours * tree.entries * k, memory);
    }
  }
}

void run_trees_anywhere(const Plan& plan, const float* slots, Scratch& memory) { run_trees(plan, slots, memory); }

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void run_trees_avx2(const Plan& plan, const float* slots, Scratch& memory) {
  run_trees(plan, slots, memory);
}
#endif

using RunTrees = void (*)(const Plan&, const float*, Scratch&);

RunTrees choose_run_trees() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return run_trees_avx2;
#endif
  return run_trees_anywhere;
}

/// The nearest split above on some feature, and how the way down leaves it.
struct Step {
  std::uint32_t split = 0;
  std::uint32_t side = 0;
  double passed = 1;  ///< product of the shares of this feature's splits down to here
};
using Path = std::map<std::uint32_t, Step>;  // by feature

constexpr std::uint32_t kNone = ~0U;

bool is_last(const Tree& tree, const TreeNode& node) {
  return tree[node.left].is_leaf() && tree[node.left + 1].is_leaf();
}

/// Each node's number in the plan, and how many there are of each sort; kNone for the leaves of last splits. A lone
/// leaf needs no number either.
std::vector<std::uint32_t> numbered(const Tree& tree, TreeExplainer::PlannedTree& planned) {
  std::vector<std::uint32_t> number(tree.size(), kNone);
  for (std::size_t i = 0; i < tree.size(); ++i) {
    if (tree[i].is_leaf()) continue;
    ++planned.splits;
    if (!is_last(tree, tree[i])) number[i] = planned.inner++;
  }
  std::uint32_t next = planned.inner;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    if (!tree[i].is_leaf() && number[i] == kNone) number[i] = next++;
  }
  for (const TreeNode& node : tree) {
    if (node.is_leaf() || is_last(tree, node)) continue;
    for (const std::size_t child : {std::size_t{node.left}, std::size_t{node.left} + 1}) {
      if (tree[child].is_leaf()) number[child] = planned.splits + planned.leaves++;
    }
  }
  return number;
}

/// Shares of training weight; halves where no weight ever came.
std::array<double, 2> shares(const Tree& tree, const TreeNode& node) {
  const double left = tree[node.left].cover;
  const double right = tree[node.left + 1].cover;
  if (!(left + right > 0)) return {0.5, 0.5};
  return {left / (left + right), right / (left + right)};
}

}  // namespace

TreeExplainer::TreeExplainer(const TreeModel& model) : base_(model.base), features_(model.features) {
  for (const Tree& tree : model.trees) plan(tree, model.features);
}

void TreeExplainer::plan(const Tree& tree, std::size_t features) {
  PlannedTree planned{.first_split = splits_.size(), .first_leaf = leaves_.size()};
  const std::vector<std::uint32_t> number = numbered(tree, planned);
  splits_.resize(planned.first_split + planned.splits);
  leaves_.resize(planned.first_leaf + planned.leaves);

  std::vector<Path> path(tree.size());
  std::vector<double> reach(tree.size(), 0.0);
  reach[0] = 1;
  std::vector<std::uint32_t> parent(tree.size(), 0);
  std::vector<double> passed{0.0, 1.0};  // z of each entry of factors; kOff has none
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const TreeNode& node = tree[i];
    if (node.is_leaf()) {
      base_ += reach[i] * node.value;
      if (number[i] != kNone) leaves_[planned.first_leaf + number[i] - planned.splits] = node.value;
      continue;
    }
    Split split{.threshold = node.value,
                .slot = static_cast<std::uint16_t>(slot_of_split(node, features)),
                .feature = static_cast<std::uint16_t>(node.feature),
                .child = {number[node.left], number[node.left + 1]},
                .before = 0,
                .parent = parent[i],
                .factors = kFirst,
                .share = shares(tree, node),
                .leaf = {tree[node.left].value, tree[node.left + 1].value}};
    double z = 1;
    if (const auto step = path[i].find(node.feature); step != path[i].end()) {
      z = step->second.passed;
      split.before = 2 * (step->second.split + 1) + step->second.side;
      split.factors = static_cast<std::uint32_t>(passed.size());
      passed.push_back(z);
    }
    for (std::uint32_t side = 0; side < 2; ++side) {
      const std::size_t child = node.left + side;
      parent[child] = number[i];
      reach[child] = reach[i] * split.share[side];
      path[child] = path[i];
      path[child][node.feature] = {number[i], side, z * split.share[side]};
      const std::size_t vectors = (path[child].size() + 2 * kWidth - 1) / (2 * kWidth);
      planned.vectors = std::max(planned.vectors, static_cast<std::uint32_t>(vectors));
    }
    path[i].clear();
    splits_[planned.first_split + number[i]] = split;
  }
  append_factors(planned, passed);
  largest_ = std::max(largest_, tree.size());
  trees_.push_back(planned);
}

void TreeExplainer::append_factors(PlannedTree& planned, const std::vector<double>& passed) {
  planned.first_factors = factors_.size();
  planned.entries = static_cast<std::uint32_t>(passed.size());
  const Quadrature& rule = quadrature(planned.vectors);
  for (std::size_t first = 0; first < rule.t.size(); first += kWidth) {
    factors_.insert(factors_.end(), kEntryFours, Four{});  // kOff
    for (std::size_t entry = kFirst; entry < passed.size(); ++entry) {
      const double z = passed[entry];
      Four a;
      Four gain;
      for (std::size_t k = 0; k < kWidth; ++k) {
        const double t = rule.t[first + k];
        const double f = t + (1 - t) * z;
        a.value[k] = t / f;
        gain.value[k] = rule.weight[first + k] * z / (f * f);
      }
      factors_.push_back(a);
      factors_.push_back(gain);
    }
  }
}

void TreeExplainer::explain(const float* slots, std::span<double> contributions) const {
  static const RunTrees run = choose_run_trees();
  Scratch& memory = scratch();
  if (memory.on_sides.size() < largest_ + 1) {
    memory.on_sides.resize(largest_ + 1);
    memory.nodes.resize(largest_);
    memory.gains.resize(largest_);
  }
  memory.sums.assign(features_, Four{});
  run({trees_, splits_.data(), leaves_.data(), factors_.data()}, slots, memory);
  for (std::size_t i = 0; i < features_; ++i) {
    const auto& sum = memory.sums[i].value;
    contributions[i] += (sum[0] + sum[1]) + (sum[2] + sum[3]);
  }
}

}  // namespace rapport::ml
