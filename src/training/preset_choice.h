#pragma once

#include <boost/json.hpp>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "training/recipe.h"

namespace rapport::training {

/// A setting of hyperparameters that suits some size and noise of data.
template <class Params>
struct Preset {
  std::string_view name;
  Params params;
};

/// What came of trying presets.
template <class Params>
struct PresetChoice {
  Params params;
  std::vector<double> scores;  ///< out of fold, of the chosen one; empty when there was nothing to try
  Json selection;              ///< for the card
};

/// Chooses the preset with the smallest out-of-fold loss, the first of equals; a lone preset is not tried.
/// `scores_of(params)` gives out-of-fold scores, `loss(scores)` their loss.
template <class Params, class ScoresOf, class Loss>
PresetChoice<Params> choose_preset(const std::vector<Preset<Params>>& presets, const ScoresOf& scores_of,
                                   const Loss& loss) {
  if (presets.size() == 1) {
    return {presets[0].params, {}, boost::json::object{{"chosen", presets[0].name}, {"tried", nullptr}}};
  }
  boost::json::object tried;
  PresetChoice<Params> choice;
  double best = std::numeric_limits<double>::infinity();
  std::string_view winner;
  for (const Preset<Params>& preset : presets) {
    std::vector<double> scores = scores_of(preset.params);
    const double figure = loss(scores);
    tried[preset.name] = figure;
    if (!winner.empty() && figure >= best) continue;
    best = figure;
    winner = preset.name;
    choice.params = preset.params;
    choice.scores = std::move(scores);
  }
  choice.selection = boost::json::object{{"chosen", winner}, {"tried", std::move(tried)}};
  return choice;
}

/// Whether the caller leaves the choice to training.
inline bool leaves_choice(const Json& hyperparameters) {
  return hyperparameters.is_null() || (hyperparameters.is_object() && hyperparameters.get_object().empty());
}

}  // namespace rapport::training
