#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "language/letters.h"
#include "ml/ngram_classifier.h"

namespace rapport::language {

/// The classifiers of the scripts that several languages share. Labels are language codes.
///
/// Bytes: magic "RLANGS1\n", u32 count; for each: u32 script, u32 size; then the models' bytes in this order, each from
/// a multiple of 64. Little-endian.
///
/// Ownership borrows the bytes.
/// Threads   const is safe.
class LanguageModel {
 public:
  /// The model in `bytes`, or a sentence that says why there is none. Never throws on what the bytes say.
  static std::variant<LanguageModel, std::string> read(std::span<const std::byte> bytes);

  /// Null for a script that needs none.
  const ml::NgramClassifier* of(Script script) const;

 private:
  std::array<std::optional<ml::NgramClassifier>, kScripts> models_;
};

/// The bytes that LanguageModel reads, from those of packed n-gram models.
std::string pack_language_model(const std::vector<std::pair<Script, std::string>>& models);

}  // namespace rapport::language
