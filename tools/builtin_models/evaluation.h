#pragma once

#include <string>
#include <vector>

#include "corpus.h"
#include "ml/ngram_classifier.h"

namespace rapport::training_tool {

/// How well a model does on labelled texts. A text with several labels counts as right when one of them is said, and
/// as a text of its first label otherwise; see `single` in the cards.
struct Quality {
  std::size_t texts = 0;
  double accuracy = 0;
  double macro_recall = 0;
  double macro_f1 = 0;
  double ece = 0;  ///< of the said label's probability, 15 bins of equal mass
  std::vector<double> f1;
};

Quality measure(const ml::NgramClassifier& model, const Samples& samples);

/// The temperature that makes the samples most likely.
float fit_temperature(const ml::NgramClassifier& model, const Samples& samples);

}  // namespace rapport::training_tool
