#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "corpus.h"
#include "ml/ngram_trainer.h"

namespace rapport::training_tool {

/// Everything that goes into one shipped model.
struct Recipe {
  std::string name;
  ml::NgramTraining training;
  std::vector<std::string> labels;
  Samples train;
  std::vector<std::pair<std::uint64_t, float>> lexicon;
  /// What only shapes the hidden layer: label names and texts.
  std::vector<std::pair<std::vector<std::string>, Samples>> side_tasks;
  Samples calibration;                                   ///< held out; the temperature is fitted on it
  std::vector<std::pair<std::string, Samples>> figures;  ///< held out or foreign; name and texts
};

/// The recipes, from the folder of data sets. `threads` changes nothing but the time.
Recipe sentiment_recipe(const std::filesystem::path& datasets, std::size_t threads);
Recipe emotion_recipe(const std::filesystem::path& datasets, std::size_t threads);

/// VADER's lexicon for the words, symbols and emoji that are one unit.
std::vector<std::pair<std::uint64_t, float>> vader_lexicon(const std::filesystem::path& datasets,
                                                           const ml::NgramOptions& options);

/// The model's bytes, calibrated.
std::string train(const Recipe& recipe);
/// A line of figures for every set: set, texts, accuracy, macro recall, macro F1, ECE, F1 by label.
std::string figures(const Recipe& recipe, const std::string& model);

}  // namespace rapport::training_tool
