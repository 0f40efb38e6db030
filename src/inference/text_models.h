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
  std::optional<ModelSource> english_sentiment;  ///< nullopt: none, the built-in model stands in
  std::optional<ModelSource> english_emotion;
  std::optional<ModelSource> multilingual_sentiment;
  nn::Precision precision = nn::Precision::kInt8;
  std::size_t threads = 0;  ///< that compute a batch; 0: one per usable core
  BatchLimits batching;
  std::size_t cache_bytes = std::size_t{8} << 20;  ///< for recent answers of each transformer; 0: none
};

/// The text models in use: one copy each, however many requests.
///
/// Threads   safe.
/// Throws    the constructor: kUnavailable, naming the model and what is wrong with it, when one cannot be loaded.
/// Cost      the constructor reads and packs the weights, all models at once, and runs each of them once.
class TextModels {
 public:
  /// `metrics` must outlive the models.
  TextModels(const TextModelOptions& options, Metrics& metrics);
  ~TextModels();

  // Null: not in use.
  const TextClassifier* english_sentiment() const;
  const TextClassifier* english_emotion() const;
  const TextClassifier* multilingual_sentiment() const;
  // Always there.
  const TextClassifier& builtin_sentiment() const;
  const TextClassifier& builtin_emotion() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapport::inference
