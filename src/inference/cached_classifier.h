#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/metrics.h"
#include "inference/text_classifier.h"

namespace rapport::inference {

/// Remembers what a model said of recent texts: chats repeat themselves. A text that stands several times in one call
/// is computed once, remembered or not.
///
/// Answers are kept under the SHA-256 of scope and text, cut to 128 bits: the texts themselves are not kept, and no
/// scope can find out what another one asked.
///
/// Threads   safe; the memory is divided among kShards locks.
/// Cost      about 1 us a text that is remembered. At most `max_bytes` of answers, the least recently used go first.
class CachedClassifier : public TextClassifier {
 public:
  CachedClassifier(std::unique_ptr<const TextClassifier> model, std::size_t max_bytes, Metrics& metrics);
  ~CachedClassifier() override;

  const std::string& name() const override { return model_->name(); }
  std::span<const std::string> labels() const override { return model_->labels(); }
  std::future<Classified> start(std::span<const std::string_view> texts, std::string_view scope) const override;

 private:
  struct Memory;
  struct Pending;

  const std::unique_ptr<const TextClassifier> model_;
  const std::unique_ptr<Memory> memory_;
};

}  // namespace rapport::inference
