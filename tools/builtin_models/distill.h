#pragma once

#include <filesystem>
#include <string>

#include "corpus.h"
#include "recipe.h"

namespace rapport::training_tool {

/// What an English model says of the English side of translated sentences, as soft labels of the other side: short,
/// spoken sentences in languages for which nobody labelled any. Tatoeba (es, fr, de and more) and OpenSubtitles (36
/// languages), at most `limit` a language and set; sentences that the teacher calls ordinary are thinned out.
///
/// `teacher`  an English recipe; trained here. `ordinary` is the label of sentences that say nothing.
Samples distilled(const Recipe& teacher, std::string_view ordinary, const std::filesystem::path& datasets,
                  std::size_t limit);

}  // namespace rapport::training_tool
