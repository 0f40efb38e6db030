#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/metrics.h"
#include "inference/dynamic_batcher.h"
#include "inference/text_classifier.h"
#include "nn/precision.h"

namespace rapport::inference {

/// A transformer to load: how answers name it, and its Hugging Face folder.
struct ModelSource {
  std::string name;
  std::filesystem::path folder;
};

struct TextModelOptions {
  std::optional<ModelSource> sentiment;     ///< of English texts; nullopt: the built-in model
  std::optional<ModelSource> emotion;       ///< of English texts
  std::optional<ModelSource> multilingual;  ///< sentiment of texts in other languages
  nn::Precision precision = nn::Precision::kInt8;
  std::size_t threads = 0;  ///< that compute; 0: one per usable core
  BatchLimits batching;
  std::size_t cache_bytes = std::size_t{8} << 20;  ///< for recent answers of all models; 0: none
};

/// The text models in use: one copy each, however many requests.
///
/// Threads   safe.
/// Throws    the constructor: kUnavailable, naming the model and what is wrong with it, when one cannot be loaded, or
///           does not tell the classes that are needed of it.
/// Cost      the constructor reads and packs the weights, all models at once, and runs each of them.
class TextModels {
 public:
  /// `metrics` must outlive the models.
  TextModels(const TextModelOptions& options, Metrics& metrics);
  ~TextModels();

  /// Which model answers for a text in `language` (as language::identify says it): the transformer that is in use for
  /// it, else the built-in one. Texts of unknown language ("und") count as English. Labels: negative, neutral and
  /// positive, in the model's order.
  const TextClassifier& sentiment_for(std::string_view language) const;

  /// The same for emotions. Labels: anger, disgust, fear, joy, neutral, sadness and surprise, in the model's order.
  const TextClassifier& emotion_for(std::string_view language) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapport::inference
