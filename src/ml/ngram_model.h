#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ml/ngram_features.h"

namespace rapport::ml {

/// A text model as plain values, before it is packed into the bytes that NgramClassifier reads.
struct NgramModel {
  NgramOptions options;
  std::vector<std::string> labels;
  std::vector<std::pair<std::uint64_t, float>> lexicon;  ///< unit (see ngram_unit) and valence -4..4

  std::size_t wide = 0;                 ///< 0 or labels.size()
  std::size_t hidden = 0;               ///< at most kMaxHidden
  std::vector<std::uint64_t> features;  ///< the most important first
  std::vector<float> rows;              ///< [features, wide + hidden]
  std::vector<float> hidden_bias;       ///< [hidden]
  std::vector<float> output;            ///< [labels, hidden]
  std::vector<float> bias;              ///< [labels]
  float temperature = 1;

  static constexpr std::size_t kMaxLabels = 512;
  static constexpr std::size_t kMaxHidden = 256;
  static constexpr std::size_t kMaxSparseLabels = 255;
};

/// The bytes of a model. Layout, little-endian, without gaps:
///
///     magic "RNGRAM1\n"
///     u32 families   u8 char_min, char_max, fold, log2 of the row groups
///     u16 labels     u16 wide     u16 hidden     u8 log2 of the lexicon's groups   u8 has a lexicon
///     f32 temperature
///     labels         u8 length and bytes each
///     f32 scales[wide + hidden], hidden_bias[hidden], output[labels * hidden], bias[labels]
///     u16 marks[8 * lexicon groups], i8 values[8 * lexicon groups]       when there is a lexicon
///     u16 marks[8 * row groups], i8 rows[8 * row groups][wide + hidden]
///
/// A group holds eight features; of those that fall into a full group, the later ones in `features` are left out.
///
/// Requires  sizes as said above; log2_groups at most 24.
std::string pack_ngram_model(const NgramModel& model, unsigned log2_groups);

/// The bytes of a softmax regression of which only some weights are kept: many features in little room. Of each row the
/// median is taken off, which changes no probability; then the `weights` largest of all rows stay. The layout is that
/// of pack_ngram_model() but for the magic "RNGRAM2\n" and what stands in place of the rows, behind their marks:
///
///     u8 counts[8 * row groups]      weights of each row
///     u32 starts[row groups]         where those of a group's first row are
///     (u8 label, i8 value)[weights]  labels ascending in a row
///
/// Requires  as pack_ngram_model(); hidden == 0; at most kMaxSparseLabels labels.
std::string pack_sparse_ngram_model(const NgramModel& model, unsigned log2_groups, std::size_t weights);

/// A lexicon as a model's bytes hold it: so that training reads texts as the model will.
struct PackedLexicon {
  explicit PackedLexicon(const std::vector<std::pair<std::uint64_t, float>>& words);
  NgramLexicon view() const;

  unsigned log2_groups = 0;
  std::string bytes;  ///< marks, values; empty without words
};

/// Which of the features would find room in a table of 2^log2_groups groups; in their order.
std::vector<std::uint64_t> features_with_room(const std::vector<std::uint64_t>& features, unsigned log2_groups);

/// What the sum of a text's rows is multiplied by: 1 / sqrt(features), and less for a long text, whose evidence does
/// not grow without end.
float ngram_scale(std::size_t features);

/// The hash under which a lexicon knows the word or symbol that `text` is; 0 when it is none, or several.
std::uint64_t ngram_unit(std::string_view text, const NgramOptions& options);

}  // namespace rapport::ml
