#pragma once

#include "nn/decode/search.h"
#include "nn/model_files.h"

namespace rapport::inference {

/// How a Hugging Face folder says that its answers are looked for: generation_config.json, or config.json where there
/// is none. Its renormalize_logits is not followed: the reference's recorded scores are of the whole softmax.
///
/// Throws  kUnavailable "model_damaged" that names the field.
nn::SearchRules read_search_rules(const nn::ModelFiles& files, std::size_t vocabulary);

}  // namespace rapport::inference
