// A text model from anybody, and a text behind it: whatever the bytes say, reading them and using what was read is
// safe, and probabilities are probabilities.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "ml/ngram_classifier.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The last 32 bytes are the text, too.
  const auto model = rapport::ml::NgramClassifier::read(std::as_bytes(std::span(data, size)));
  const auto* classifier = std::get_if<rapport::ml::NgramClassifier>(&model);
  if (classifier == nullptr) {
    if (std::get<std::string>(model).empty()) std::abort();
    return 0;
  }
  const std::size_t tail = size < 32 ? size : 32;
  std::vector<float> probs(classifier->labels().size());
  for (const std::string_view text : {std::string_view(reinterpret_cast<const char*>(data) + size - tail, tail),
                                      std::string_view("not a good day, is it? 👍 l'amour :D")}) {
    classifier->probabilities(text, probs);
    double total = 0;
    for (const float prob : probs) total += prob;
    if (!(std::abs(total - 1) < 1e-3)) std::abort();
  }
  return 0;
}
