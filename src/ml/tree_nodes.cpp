#include "ml/tree_nodes.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "ml/model_json.h"

// Two forms of the same trees.
//
// XGBoost's own has parallel arrays with explicit child numbers, in the order in which nodes were grown, and may hold
// deleted nodes. Ours is canonical: breadth-first, so the children of the k-th split are nodes 2k+1 and 2k+2 and need
// not be written down. A cycle cannot even be expressed; what remains to check is counted nodes.

namespace rapport::ml {
namespace {

constexpr std::string_view kFormat = "rapport.trees.1";

/// One tree of XGBoost's, array by array.
struct XgboostTree {
  std::vector<std::int64_t> left;
  std::vector<std::int64_t> right;
  std::vector<std::int64_t> feature;
  std::vector<std::int64_t> missing_left;
  std::vector<float> value;
  std::vector<float> cover;
  std::vector<float> gain;
};

std::vector<std::int64_t> read_flags(const Json& json, std::string_view name) {
  const Json& flags = member(json, name);
  const bool booleans = flags.is_array() && !flags.get_array().empty() && flags.get_array().front().is_bool();
  if (!booleans) return read_integers(json, name, 0, 1);
  std::vector<std::int64_t> values;
  for (const Json& flag : flags.get_array()) {
    if (!flag.is_bool()) throw_malformed("\"default_left\" mixes types");
    values.push_back(flag.get_bool() ? 1 : 0);
  }
  return values;
}

XgboostTree read_xgboost_tree(const Json& json) {
  constexpr std::int64_t kAny = std::numeric_limits<std::int32_t>::max();
  XgboostTree tree;
  tree.left = read_integers(json, "left_children", -1, kAny);
  tree.right = read_integers(json, "right_children", -1, kAny);
  tree.feature = read_integers(json, "split_indices", 0, std::numeric_limits<std::uint32_t>::max());
  tree.missing_left = read_flags(json, "default_left");
  tree.value = read_floats(json, "split_conditions");
  tree.cover = read_floats(json, "sum_hessian");
  tree.gain = read_floats(json, "loss_changes");
  const std::size_t nodes = tree.left.size();
  if (nodes == 0 || nodes > TreeModel::kMaxNodes) throw_malformed("a tree has no node, or too many");
  for (const std::size_t size : {tree.right.size(), tree.feature.size(), tree.missing_left.size(), tree.value.size(),
                                 tree.cover.size(), tree.gain.size()}) {
    if (size != nodes) throw_malformed("the arrays of a tree differ in length");
  }
  if (json.get_object().contains("split_type")) {
    for (const std::int64_t type : read_integers(json, "split_type", 0, 1)) {
      if (type != 0) throw_malformed("a tree splits on categories");
    }
  }
  return tree;
}

void check_node(const TreeNode& node, std::size_t features) {
  if (!(node.cover >= 0)) throw_malformed("a node has a negative cover");
  if (!node.is_leaf() && node.feature >= features) throw_malformed("a split names a feature that does not exist");
}

/// Renumbers breadth-first from the root; a node that is reached twice is refused, one that is never reached (XGBoost
/// leaves pruned nodes behind) is dropped.
Tree canonical(const XgboostTree& source, std::size_t features, std::vector<double>& gain) {
  const auto size = static_cast<std::int64_t>(source.left.size());
  std::vector<std::int64_t> order{0};
  std::vector<bool> seen(source.left.size(), false);
  seen[0] = true;
  Tree tree;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const auto from = static_cast<std::size_t>(order[k]);
    TreeNode node{.value = source.value[from], .cover = source.cover[from]};
    if (source.left[from] >= 0) {
      node.feature = static_cast<std::uint32_t>(source.feature[from]);
      node.missing_left = source.missing_left[from] != 0;
      node.left = static_cast<std::uint32_t>(order.size());
      for (const std::int64_t child : {source.left[from], source.right[from]}) {
        if (child < 0 || child >= size) throw_malformed("a split has a child that does not exist");
        if (seen[static_cast<std::size_t>(child)]) throw_malformed("a node of a tree has two parents");
        seen[static_cast<std::size_t>(child)] = true;
        order.push_back(child);
      }
    }
    check_node(node, features);
    if (!node.is_leaf()) gain[node.feature] += std::max(0.0F, source.gain[from]);
    tree.push_back(node);
  }
  return tree;
}

float parse_base_score(std::string_view text) {
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  float base = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), base);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(base)) {
    throw_malformed("\"base_score\" is no single finite number");
  }
  return base;
}

void check_tree(const Tree& tree) {
  if (tree.empty() || tree.size() > TreeModel::kMaxNodes) throw_malformed("a tree has no node, or too many");
  if (depth(tree) > TreeModel::kMaxDepth) throw_malformed("a tree is deeper than 64 levels");
}

void to_shares(std::vector<double>& gain) {
  const double total = std::accumulate(gain.begin(), gain.end(), 0.0);
  if (total > 0) {
    for (double& share : gain) share /= total;
  }
}

void check_features(std::size_t features) {
  if (features == 0 || features > TreeModel::kMaxFeatures) throw_malformed("\"features\" must be from 1 to 2000");
}

Tree read_tree(const Json& json, std::size_t features) {
  const auto feature = read_integers(json, "feature", -1, static_cast<std::int64_t>(features) - 1);
  const auto missing_left = read_integers(json, "missing_left", 0, 1);
  const std::vector<float> value = read_floats(json, "value");
  const std::vector<float> cover = read_floats(json, "cover");
  if (missing_left.size() != feature.size() || value.size() != feature.size() || cover.size() != feature.size()) {
    throw_malformed("the arrays of a tree differ in length");
  }
  Tree tree(feature.size());
  std::size_t next_child = 1;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    if (i >= next_child) throw_malformed("a tree has nodes without a parent");
    tree[i] = {.value = value[i], .cover = cover[i]};
    if (feature[i] >= 0) {
      tree[i].feature = static_cast<std::uint32_t>(feature[i]);
      tree[i].missing_left = missing_left[i] != 0;
      tree[i].left = static_cast<std::uint32_t>(next_child);
      next_child += 2;
    }
    check_node(tree[i], features);
  }
  if (next_child != tree.size()) throw_malformed("a tree has splits without children");
  check_tree(tree);
  return tree;
}

Json write_tree(const Tree& tree) {
  boost::json::array feature;
  boost::json::array missing_left;
  std::vector<float> value;
  std::vector<float> cover;
  for (const TreeNode& node : tree) {
    feature.emplace_back(node.is_leaf() ? std::int64_t{-1} : static_cast<std::int64_t>(node.feature));
    missing_left.emplace_back(node.missing_left ? 1 : 0);
    value.push_back(node.value);
    cover.push_back(node.cover);
  }
  return boost::json::object{{"feature", std::move(feature)},
                             {"missing_left", std::move(missing_left)},
                             {"value", float_array(value)},
                             {"cover", float_array(cover)}};
}

}  // namespace

std::size_t depth(const Tree& tree) {
  std::vector<std::size_t> level(tree.size(), 0);
  std::size_t deepest = 0;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    deepest = std::max(deepest, level[i]);
    if (tree[i].is_leaf()) continue;
    level[tree[i].left] = level[i] + 1;
    level[tree[i].left + 1] = level[i] + 1;
  }
  return deepest;
}

TreeModel read_xgboost_json(std::string_view text, std::size_t features) {
  check_features(features);
  const auto parsed = parse_json(text);
  if (!std::holds_alternative<Json>(parsed)) throw_malformed("it is not JSON");
  const Json& learner = member(std::get<Json>(parsed), "learner");
  if (read_string(member(learner, "objective"), "name") != "reg:squarederror") {
    throw_malformed("its objective is not squared error");
  }
  const Json& booster = member(learner, "gradient_booster");
  if (read_string(booster, "name") != "gbtree") throw_malformed("its booster is not \"gbtree\"");

  TreeModel model;
  model.features = features;
  model.base = parse_base_score(read_string(member(learner, "learner_model_param"), "base_score"));
  model.importance.assign(features, 0.0);
  const Json& trees = member(member(booster, "model"), "trees");
  if (!trees.is_array()) throw_malformed("\"trees\" must be an array");
  for (const Json& tree : trees.get_array()) {
    model.trees.push_back(canonical(read_xgboost_tree(tree), features, model.importance));
    check_tree(model.trees.back());
  }
  to_shares(model.importance);
  return model;
}

Json write_tree_model(const TreeModel& model) {
  boost::json::array trees;
  for (const Tree& tree : model.trees) trees.push_back(write_tree(tree));
  return boost::json::object{{"format", boost::json::string_view(kFormat.data(), kFormat.size())},
                             {"features", static_cast<std::int64_t>(model.features)},
                             {"base", shortest_double(model.base)},
                             {"importance", boost::json::value_from(model.importance)},
                             {"trees", std::move(trees)}};
}

TreeModel read_tree_model(const Json& json) {
  if (read_string(json, "format") != kFormat) throw_malformed("its \"format\" is unknown");
  TreeModel model;
  model.features = static_cast<std::size_t>(
      read_integer(json, "features", 1, static_cast<std::int64_t>(TreeModel::kMaxFeatures)));
  const double base = read_number(json, "base");
  if (std::abs(base) > std::numeric_limits<float>::max()) throw_malformed("\"base\" is no float");
  model.base = static_cast<float>(base);
  model.importance = read_numbers(json, "importance");
  if (model.importance.size() != model.features) throw_malformed("\"importance\" must have one share per feature");
  for (const double share : model.importance) {
    if (share < 0 || share > 1) throw_malformed("\"importance\" must hold shares from 0 to 1");
  }
  const Json& trees = member(json, "trees");
  if (!trees.is_array()) throw_malformed("\"trees\" must be an array");
  for (const Json& tree : trees.get_array()) model.trees.push_back(read_tree(tree, model.features));
  return model;
}

}  // namespace rapport::ml
