#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "inference/dynamic_batcher.h"
#include "nn/precision.h"
#include "nn/tokenizers/tokenizer.h"

namespace rapport::inference {

/// A sequence classifier, loaded from its Hugging Face folder.
struct ClassifierFolder {
  std::unique_ptr<const nn::Tokenizer> tokenizer;
  std::unique_ptr<BatchModel> model;  ///< gives a logit for each label
  std::vector<std::string> labels;
  bool multi_label = false;    ///< each label stands for itself: no softmax over all
  std::size_t max_tokens = 0;  ///< of a sequence, special tokens included
};

/// Throws    kUnavailable: "model_not_installed", "model_damaged" or "model_unsupported", with the file and the reason.
/// Cost      reads the weights once and packs them.
ClassifierFolder load_classifier(const std::filesystem::path& folder, nn::Precision precision);

}  // namespace rapport::inference
