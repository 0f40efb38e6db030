#pragma once

#include "corpus.h"

namespace rapport::training_tool {

/// Puts `samples` into `all` with their labels balanced within each language and, together, `mass` times their number.
void add_source(Samples& all, Samples samples, double power, double mass);

/// Customers' questions from BANKING77: mostly neutral, now and then annoyed. Two label vectors: the target of all.
Samples bank_questions(const std::filesystem::path& datasets, const std::vector<float>& target);

/// The short messages of chat_phrases.tsv, written for this project: `column` is "sentiment" or "emotion".
Samples chat_phrases(std::string_view column, const std::vector<std::string>& labels);

}  // namespace rapport::training_tool
