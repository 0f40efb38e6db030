#include "inference/text_models.h"

#include <omp.h>

#include <array>
#include <chrono>
#include <future>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/thread_pool.h"
#include "builtin/builtin_models.h"
#include "inference/builtin_classifier.h"
#include "inference/cached_classifier.h"
#include "inference/classifier_folder.h"
#include "inference/transformer_classifier.h"

namespace rapport::inference {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Says which model it was that could not be loaded.
Error about(const ModelSource& source, const Error& error) {
  return Error(ErrorKind::kUnavailable, error.code(),
               "The model " + source.name + " cannot be used: " + error.message())
      .with_log(error.log_detail());
}

ClassifierFolder load(const ModelSource& source, nn::Precision precision) {
  const auto begin = SteadyClock::now();
  try {
    ClassifierFolder loaded = load_classifier(source.folder, precision);
    if (loaded.multi_label) {
      throw Error(ErrorKind::kUnavailable, "model_unsupported",
                  "it gives a text several labels at once, and one of its classes is needed.");
    }
    log_info("text model loaded", {{"model", source.name},
                                   {"precision", nn::to_string(precision)},
                                   {"duration_s", std::chrono::duration<double>(SteadyClock::now() - begin).count()}});
    return loaded;
  } catch (const Error& error) {
    throw about(source, error);
  }
}

}  // namespace

struct TextModels::Impl {
  Impl(const TextModelOptions& o, Metrics& m)
      : options(o), metrics(m), batcher(o.batching, m, [threads = o.threads > 0 ? o.threads : usable_cores()] {
          omp_set_num_threads(static_cast<int>(threads));
        }) {}

  /// Puts a loaded model into service and runs it once, so that the first request finds everything in its place.
  std::unique_ptr<TextClassifier> serve(const ModelSource& source, ClassifierFolder folder) {
    auto classifier = std::make_unique<TransformerClassifier>(
        TransformerClassifier::Spec{source.name, std::move(folder.labels), folder.max_tokens},
        std::move(folder.tokenizer), batcher.add(source.name, std::move(folder.model)), metrics);
    classifier->classify(std::array<std::string_view, 1>{"Thank you, it works!"}, "");
    if (options.cache_bytes == 0) return classifier;
    return std::make_unique<CachedClassifier>(std::move(classifier), options.cache_bytes, metrics);
  }

  const TextModelOptions options;
  Metrics& metrics;
  DynamicBatcher batcher;
  std::unique_ptr<TextClassifier> english_sentiment;
  std::unique_ptr<TextClassifier> english_emotion;
  std::unique_ptr<TextClassifier> multilingual_sentiment;
  const BuiltinClassifier builtin_sentiment{"builtin-sentiment", builtin::sentiment_model()};
  const BuiltinClassifier builtin_emotion{"builtin-emotion", builtin::emotion_model()};
};

TextModels::TextModels(const TextModelOptions& options, Metrics& metrics)
    : impl_(std::make_unique<Impl>(options, metrics)) {
  struct Place {
    const std::optional<ModelSource>& source;
    std::unique_ptr<TextClassifier>& classifier;
    std::future<ClassifierFolder> loading = {};
  };
  std::array<Place, 3> places = {Place{options.english_sentiment, impl_->english_sentiment},
                                 Place{options.english_emotion, impl_->english_emotion},
                                 Place{options.multilingual_sentiment, impl_->multilingual_sentiment}};
  for (Place& place : places) {
    if (place.source) place.loading = std::async(std::launch::async, load, *place.source, options.precision);
  }
  for (Place& place : places) {
    if (place.source) place.classifier = impl_->serve(*place.source, place.loading.get());
  }
}

TextModels::~TextModels() = default;

const TextClassifier* TextModels::english_sentiment() const {
  return impl_->english_sentiment.get();
}
const TextClassifier* TextModels::english_emotion() const {
  return impl_->english_emotion.get();
}
const TextClassifier* TextModels::multilingual_sentiment() const {
  return impl_->multilingual_sentiment.get();
}
const TextClassifier& TextModels::builtin_sentiment() const {
  return impl_->builtin_sentiment;
}
const TextClassifier& TextModels::builtin_emotion() const {
  return impl_->builtin_emotion;
}

}  // namespace rapport::inference
