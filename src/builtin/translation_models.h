#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace rapport::builtin {

/// A file that the program carries, under the name it has in its model's folder.
struct CarriedFile {
  std::string_view name;
  std::span<const std::byte> bytes;
};

/// A translation model that ships inside the program (models/builtin/translation/NAME/, in the layout of a MarianMT
/// folder), and the languages that its card finds it useful for (models/builtin/translation.md). One side is English.
///
/// Where the vocabulary has a token >>xx<< of the target's code, a text starts with it, as in OPUS-MT.
struct TranslationModel {
  std::string_view name;
  std::vector<std::string_view> sources;
  std::vector<std::string_view> targets;
  double least_confidence;  ///< 0..1: what it is less sure of is not given out; the card's "Confidence" has the figures
  std::vector<CarriedFile> files;
};

/// All of them. The bytes live as long as the program and are paged in when touched.
///
/// Threads   safe.
const std::vector<TranslationModel>& translation_models();

}  // namespace rapport::builtin
