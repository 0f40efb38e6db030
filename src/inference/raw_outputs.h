#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "inference/classifier_folder.h"

namespace rapport::inference {

/// What a classifier computed of one text, before anybody made sense of it.
struct RawOutput {
  Sequence ids;  ///< special tokens included, cut to what the model reads
  std::vector<float> logits;
};

/// The outputs of the texts in their order, computed as the reference implementations do it: a long text is cut off,
/// and special tokens that a text spells out count as such. For comparison, not for answers.
///
/// Threads   one call at a time for each model.
std::vector<RawOutput> raw_outputs(const ClassifierFolder& classifier, std::span<const std::string> texts);

}  // namespace rapport::inference
