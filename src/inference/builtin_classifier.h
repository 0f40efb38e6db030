#pragma once

#include <future>
#include <span>
#include <string>
#include <string_view>

#include "inference/text_classifier.h"
#include "ml/ngram_classifier.h"

namespace rapport::inference {

/// A small model that is always there, on the caller's thread; large calls are shared out among the cores.
///
/// Threads   safe.
/// Cost      tens of microseconds a text; nothing happens before get().
class BuiltinClassifier : public TextClassifier {
 public:
  /// `model` must outlive the classifier.
  BuiltinClassifier(std::string name, const ml::NgramClassifier& model) : name_(std::move(name)), model_(model) {}

  const std::string& name() const override { return name_; }
  std::span<const std::string> labels() const override { return model_.labels(); }
  std::future<Classified> start(std::span<const std::string_view> texts, std::string_view scope) const override;

 private:
  Classified compute(std::span<const std::string_view> texts) const;

  const std::string name_;
  const ml::NgramClassifier& model_;
};

}  // namespace rapport::inference
