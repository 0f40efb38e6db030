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
// The sums. For fixed t, the products are shared along the tree. Let f be the factor (t o + (1-t) z) of the feature
// that a node n splits, as it stands after the splits above n (f = 1 when n is the first), z its z, and h, c the child
// that the row goes to and the other one, with shares r_h + r_c = 1. If the feature is still on above n,
//     G(n) = [(t + (1-t) z r_h) G(h) + (1-t) z r_c G(c)] / f       leaves below n, with their factors below n
//     P(h) = P(n) (t + (1-t) z r_h) / f,   P(c) = P(n) (1-t) z r_c / f         factors above
//     phi  += w P(n) z r_c / f^2 (G(h) - G(c)),
// the last from collecting d/do of all the leaves below n. If it is off already, n says nothing new of the feature:
// G(n) = r_h G(h) + r_c G(c), P alike, phi unchanged. One pass up for G and one down for P and phi.
//
// Cost: about 12 vector operations a split and four points; no tables that grow with 2^depth.

namespace rapport::ml {

namespace {

using Split = TreeExplainer::Split;

constexpr std::size_t kWidth = 4;
constexpr std::size_t kMaxVectors = (TreeModel::kMaxDepth + 2 * kWidth - 1) / (2 * kWidth);

// Four doubles, as the compiler's own vector type: AVX where the function may use it, pairs of SSE2 or NEON elsewhere.
// In memory they stand unaligned among plain doubles. (`auto*` would drop the attributes.)
typedef double Vector __attribute__((vector_size(32)));                       // NOLINT(modernize-use-using)
typedef Vector VectorInMemory __attribute__((aligned(8), may_alias));         // NOLINT(modernize-use-using)

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
  std::vector<double> below;            ///< G, four doubles per node
  std::vector<double> above;            ///< P
  std::vector<double> sums;             ///< phi before the four points are added up, per feature
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
    const unsigned on = (on_sides[split.before] >> split.before_side) & 1U;
    on_sides[i + 1] = static_cast<unsigned char>(on << side);
  }
}

/// What a split multiplies with, for four points: G = hot * G(h) + cold * (r_h G(h) + r_c G(c)); see above.
struct Factors {
  Vector hot;
  Vector cold;
  Vector gain;
};

/// The four points of one pass; entry 0 for a feature that is off, 1 for one that is on.
struct Points {
  Vector t[2];  // NOLINT(modernize-avoid-c-arrays): std::array drops attributes
  Vector rest[2];    ///< 1 - t
  Vector weight[2];
};

[[gnu::always_inline]] inline void factors_of(const Split& split, unsigned on, const Points& points, Factors& out) {
  const double z = on != 0 ? split.passed : 1.0;
  const Vector rest = points.rest[on] * z;
  const Vector inverse = 1.0 / (points.t[on] + rest);
  out.hot = points.t[on] * inverse;
  out.cold = rest * inverse;
  out.gain = points.weight[on] * z * inverse * inverse;
}

[[gnu::always_inline]] inline void run_pass(const Split* splits, std::uint32_t count, const double* leaves,
                                            std::uint32_t leaf_count, const Points& points, Scratch& memory) {
  VectorInMemory* const below = reinterpret_cast<VectorInMemory*>(memory.below.data());
  VectorInMemory* const above = reinterpret_cast<VectorInMemory*>(memory.above.data());
  VectorInMemory* const sums = reinterpret_cast<VectorInMemory*>(memory.sums.data());
  const unsigned char* const on_sides = memory.on_sides.data() + 1;
  const Vector zero = {0, 0, 0, 0};
  for (std::uint32_t i = 0; i < leaf_count; ++i) below[count + i] = zero + leaves[i];
  for (std::uint32_t i = count; i-- > 0;) {
    const Split& split = splits[i];
    const unsigned hot = on_sides[i] >> 1;
    Factors factors;
    factors_of(split, on_sides[i] != 0 ? 1 : 0, points, factors);
    const Vector mean = below[split.child[0]] * split.share[0] + below[split.child[1]] * split.share[1];
    below[i] = factors.hot * below[split.child[hot]] + factors.cold * mean;
  }
  above[0] = zero + 1.0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Split& split = splits[i];
    const unsigned hot = on_sides[i] >> 1;
    const unsigned cold = 1 - hot;
    Factors factors;
    factors_of(split, on_sides[i] != 0 ? 1 : 0, points, factors);
    const Vector difference = below[split.child[hot]] - below[split.child[cold]];
    sums[split.feature] += above[i] * factors.gain * difference * split.share[cold];
    above[split.child[hot]] = above[i] * (factors.hot + factors.cold * split.share[hot]);
    above[split.child[cold]] = above[i] * factors.cold * split.share[cold];
  }
}

[[gnu::always_inline]] inline void run_trees(std::span<const TreeExplainer::PlannedTree> trees, const Split* splits,
                                             const double* leaves, const float* slots, Scratch& memory) {
  for (const auto& tree : trees) {
    const Split* const first = splits + tree.first_split;
    decide(first, tree.splits, slots, memory.on_sides.data());
    const Quadrature& rule = quadrature(tree.vectors);
    for (std::size_t k = 0; k < tree.vectors; ++k) {
      const Vector zero = {0, 0, 0, 0};
      const Vector t = *reinterpret_cast<const VectorInMemory*>(rule.t.data() + kWidth * k);
      const Vector weight = *reinterpret_cast<const VectorInMemory*>(rule.weight.data() + kWidth * k);
      const Points points{.t = {zero, t}, .rest = {zero + 1.0, 1.0 - t}, .weight = {zero, weight}};
      run_pass(first, tree.splits, leaves + tree.first_leaf, tree.leaves, points, memory);
    }
  }
}

void run_trees_anywhere(std::span<const TreeExplainer::PlannedTree> trees, const Split* splits, const double* leaves,
                        const float* slots, Scratch& memory) {
  run_trees(trees, splits, leaves, slots, memory);
}

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void run_trees_avx2(std::span<const TreeExplainer::PlannedTree> trees,
                                                const Split* splits, const double* leaves, const float* slots,
                                                Scratch& memory) {
  run_trees(trees, splits, leaves, slots, memory);
}
#endif

using RunTrees = void (*)(std::span<const TreeExplainer::PlannedTree>, const Split*, const double*, const float*,
                          Scratch&);

RunTrees choose_run_trees() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return run_trees_avx2;
#endif
  return run_trees_anywhere;
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
  std::vector<std::uint32_t> number(tree.size());  // of splits among splits, of leaves among leaves
  for (std::size_t i = 0; i < tree.size(); ++i) number[i] = tree[i].is_leaf() ? planned.leaves++ : planned.splits++;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    if (tree[i].is_leaf()) number[i] += planned.splits;
  }

  struct Step {
    std::uint32_t split;
    std::uint32_t side;
    double passed;  ///< product of shares of this feature down to here
  };
  using Path = std::map<std::uint32_t, Step>;  // the nearest split above, by feature
  std::vector<Path> path(tree.size());
  std::vector<double> reach(tree.size(), 0.0);
  reach[0] = 1;
  std::size_t distinct = 1;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const TreeNode& node = tree[i];
    if (node.is_leaf()) {
      leaves_.push_back(node.value);
      base_ += reach[i] * node.value;
      continue;
    }
    Split split{.threshold = node.value, .slot = slot_of_split(node, features), .feature = node.feature};
    split.child = {number[node.left], number[node.left + 1]};
    split.share = shares(tree, node);
    if (const auto step = path[i].find(node.feature); step != path[i].end()) {
      split.before = step->second.split + 1;
      split.before_side = step->second.side;
      split.passed = step->second.passed;
    }
    for (std::uint32_t side = 0; side < 2; ++side) {
      reach[node.left + side] = reach[i] * split.share[side];
      Path& below = path[node.left + side];
      below = path[i];
      below[node.feature] = {number[i], side, split.passed * split.share[side]};
      distinct = std::max(distinct, below.size());
    }
    path[i].clear();
    splits_.push_back(split);
  }
  planned.vectors = static_cast<std::uint32_t>((distinct + 2 * kWidth - 1) / (2 * kWidth));
  largest_ = std::max(largest_, tree.size());
  trees_.push_back(planned);
}

void TreeExplainer::explain(const float* slots, std::span<double> contributions) const {
  static const RunTrees run = choose_run_trees();
  Scratch& memory = scratch();
  if (memory.on_sides.size() < largest_ + 1) {
    memory.on_sides.resize(largest_ + 1);
    memory.below.resize(kWidth * largest_);
    memory.above.resize(kWidth * largest_);
  }
  memory.sums.assign(kWidth * features_, 0.0);
  run(trees_, splits_.data(), leaves_.data(), slots, memory);
  for (std::size_t i = 0; i < features_; ++i) {
    const double* const sum = memory.sums.data() + kWidth * i;
    contributions[i] += (sum[0] + sum[1]) + (sum[2] + sum[3]);
  }
}

}  // namespace rapport::ml
