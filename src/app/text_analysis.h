#pragma once

#include "app/settings.h"
#include "base/metrics.h"
#include "inference/text_models.h"
#include "sentiment/analyzer.h"

namespace rapport::app {

/// The text models that the settings name, and the analyzer over them.
///
/// Threads   safe.
/// Throws    the constructor: kInvalid "invalid_setting" for a model that is neither in the manifest nor a folder,
///           kUnavailable for one that cannot be loaded.
class TextAnalysis {
 public:
  /// `metrics` must outlive it.
  TextAnalysis(const Settings& settings, Metrics& metrics);

  const sentiment::Analyzer& analyzer() const { return analyzer_; }

 private:
  inference::TextModels models_;
  sentiment::Analyzer analyzer_;
};

}  // namespace rapport::app
