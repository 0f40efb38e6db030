#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/progress.h"
#include "language/letters.h"

namespace rapport::language {

/// How the built-in language model is made.
struct LanguageRecipe {
  std::uint64_t seed = 1;
  std::size_t threads = 1;
  std::optional<Script> only;  ///< for trying things out: learn this script alone
  Progress progress;
};

struct TrainedLanguages {
  std::string bytes;    ///< of models/builtin/language.bin
  std::string figures;  ///< of held-out sentences, as report() writes them
};

/// Learns to tell languages apart from the data sets (the folder with `train` in it): one softmax regression over
/// hashed pieces of words for each script that several languages share. Single words from frequency lists, short spans
/// and whole sentences each get a share of a language's weight, whatever their number.
///
/// The same seed gives the same bytes. Takes minutes and about 3 GB of memory.
///
/// Throws    kNotFound when a data set is not there.
TrainedLanguages train_languages(const std::filesystem::path& datasets, const LanguageRecipe& recipe);

}  // namespace rapport::language
