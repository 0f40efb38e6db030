#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rapport::ml {

/// The weights that training moves, and one text's step through them: sums of feature rows, a hidden layer of rectified
/// units that all tasks share, a softmax for each task. The same function as NgramClassifier's, in full precision.
///
/// Shapes    rows [features, hidden + wide columns of the tasks that have them]; a task's output [labels, hidden].
/// Threads   `forward` is const; the rest belongs to one thread, or to threads that touch different rows.
class NgramNetwork {
 public:
  struct Head {
    std::size_t labels = 0;
    std::ptrdiff_t wide_at = -1;  ///< first of its wide columns in a row, -1: it has none
    std::vector<float> output;    ///< [labels, hidden]
    std::vector<float> bias;      ///< [labels]
  };
  /// What one text did, and what its error says about every layer.
  struct Pass {
    float scale = 0;
    std::vector<float> hidden;       ///< after the rectifier and the mask
    std::vector<float> probs;        ///< [labels]
    std::vector<float> logits_grad;  ///< [labels]
    std::vector<float> hidden_grad;  ///< before the rectifier
  };
  struct Text {
    std::span<const std::uint32_t> features;
    std::size_t head = 0;
    std::span<const float> target;  ///< [labels], sums to 1
    float weight = 1;
    std::span<const float> mask;  ///< [hidden], what each unit is multiplied by; empty: 1
  };

  /// `wide[i]`: whether head i has wide columns. Rows and outputs start at small random numbers of `seed`.
  NgramNetwork(std::size_t features, std::size_t hidden, std::span<const std::size_t> labels,
               const std::vector<bool>& wide, std::uint64_t seed);

  /// Weighted cross-entropy; fills `pass` with the gradients.
  float forward(const Text& text, Pass& pass) const;

  /// The gradient of a text's loss with respect to the row of one of its features, for each time the feature is there.
  ///
  /// Requires  grad.size() == width().
  void row_gradient(const Text& text, const Pass& pass, std::span<float> grad) const;

  std::size_t width() const { return width_; }
  std::size_t hidden() const { return hidden_; }
  std::size_t features() const { return rows.size() / width_; }
  float* row(std::size_t feature) { return rows.data() + feature * width_; }
  const float* row(std::size_t feature) const { return rows.data() + feature * width_; }

  std::vector<float> rows;
  std::vector<float> hidden_bias;
  std::vector<Head> heads;

 private:
  std::size_t hidden_;
  std::size_t width_;
};

}  // namespace rapport::ml
