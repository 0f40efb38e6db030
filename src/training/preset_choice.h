#pragma once

#include <algorithm>
#include <boost/json.hpp>
#include <limits>
#include <string_view>
#include <vector>

#include "training/recipe.h"

namespace rapport::training {

/// A setting of hyperparameters that suits some size and noise of data.
template <class Params>
struct Preset {
  std::string_view name;
  Params params;
};

/// Chooses the preset with the smallest out-of-fold loss (`loss(rows, scores)`), the first of equals. `with(params)` makes
/// the recipe that is tried. Gives the figures for the card.
template <class Params, class With, class Loss>
Json choose_preset(const std::vector<Preset<Params>>& presets, Params& chosen, const With& with, const Loss& loss) {
  boost::json::object tried;
  double best = std::numeric_limits<double>::infinity();
  std::string_view winner;
  for (const Preset<Params>& preset : presets) {
    const double figure = loss(with(preset.params));
    tried[preset.name] = figure;
    if (!winner.empty() && figure >= best) continue;
    best = figure;
    winner = preset.name;
    chosen = preset.params;
  }
  return boost::json::object{{"chosen", winner}, {"tried", std::move(tried)}};
}

/// Whether the caller leaves the choice to training.
inline bool leaves_choice(const Json& hyperparameters) {
  return hyperparameters.is_null() || (hyperparameters.is_object() && hyperparameters.get_object().empty());
}

}  // namespace rapport::training
