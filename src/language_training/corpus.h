#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "language_training/sources.h"

namespace rapport::language {

/// What there is of one language, as read_letters() gives it.
struct Corpus {
  std::vector<std::string> sentences;                 ///< for training
  std::vector<std::string> held_out;                  ///< about one in ten, for choosing and measuring
  std::vector<std::pair<std::string, double>> words;  ///< with how often they occur, in shares of a list
};

/// Reads the sources of a language. Which sentences are held out depends on their text alone. At most `limit`
/// sentences of a source are kept, spread evenly over it.
///
/// Throws    kNotFound when a file is not there; kInvalid for a source that is not understood.
Corpus read_corpus(const std::filesystem::path& datasets, const LanguageSources& sources, std::size_t limit);

/// Serbian in Latin letters, in Cyrillic ones.
std::string serbian_in_cyrillic(std::string_view latin);

}  // namespace rapport::language
