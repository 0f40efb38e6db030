#include "inference/builtin_classifier.h"

#include <algorithm>
#include <chrono>

#include "base/thread_pool.h"

namespace rapport::inference {
namespace {

constexpr std::size_t kTextsPerThread = 256;  // fewer cost less than a thread does

}  // namespace

std::future<Classified> BuiltinClassifier::start(std::span<const std::string_view> texts, std::string_view) const {
  return std::async(std::launch::deferred, [this, texts] { return compute(texts); });
}

Classified BuiltinClassifier::compute(std::span<const std::string_view> texts) const {
  const auto begin = std::chrono::steady_clock::now();
  Classified result;
  result.texts.resize(texts.size());
  const std::size_t threads = std::min(usable_cores(), texts.size() / kTextsPerThread + 1);
  parallel_for(texts.size(), threads, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      result.texts[i].probs.resize(model_.labels().size());
      model_.probabilities(texts[i], result.texts[i].probs);
    }
  });
  result.times.compute_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

}  // namespace rapport::inference
