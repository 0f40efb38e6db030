#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rapport::translation {

/// A term that the caller wants translated his way, wherever it stands as a word of its own.
struct GlossaryTerm {
  std::string_view source;  ///< upper and lower case, and accents, do not matter
  std::string_view target;  ///< the same as `source`, or empty: the text's own writing is kept
};

constexpr std::size_t kMaxGlossaryTerms = 1000;
constexpr std::size_t kMaxGlossaryTermBytes = 200;

/// The terms of a call, prepared for being found in many texts.
///
/// Threads   safe when made.
/// Throws    the constructor: kInvalid "invalid_glossary" for too many terms, and terms that are empty, too long, or
///           given twice with different targets.
class Glossary {
 public:
  Glossary() = default;
  explicit Glossary(std::span<const GlossaryTerm> terms);

  struct Found {
    std::size_t bytes = 0;  ///< of the text; 0: no term starts there
    std::size_t term = 0;
  };
  /// The longest term that starts at byte `at`, the start of a code point, and is a word of its own.
  ///
  /// Cost      at most the length of the longest term, which is bounded.
  Found find(std::string_view text, std::size_t at) const;

  /// What stands for a term in the translation; empty: the text's own writing is kept.
  const std::string& target(std::size_t term) const { return targets_[term]; }
  /// The terms as they are in `terms`, kept in their own writing: for a translation to a language between.
  Glossary keeping_terms() const;

  bool empty() const { return targets_.empty(); }
  /// The same for the same terms, whatever their order; empty without terms.
  const std::string& digest() const { return digest_; }

 private:
  static constexpr std::uint32_t kNoTerm = UINT32_MAX;

  std::uint32_t step(std::uint32_t node, unsigned char byte) const;
  void add(const std::string& folded, std::uint32_t term);

  std::unordered_map<std::uint64_t, std::uint32_t> edges_;  ///< of a tree over the folded terms: (node, byte) to node
  std::vector<std::uint32_t> terms_ = {kNoTerm};            ///< by node: the term that ends there
  std::vector<std::string> targets_;
  std::string digest_;
};

}  // namespace rapport::translation
