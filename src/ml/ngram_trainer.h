#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/progress.h"
#include "ml/ngram_model.h"

namespace rapport::ml {

/// Something to be learned from texts. Tasks share the hidden layer: what one learns about words helps the others.
struct NgramTask {
  std::vector<std::string> labels;
  bool wide = true;  ///< has direct weights from the features beside those from the hidden layer
};

struct NgramTraining {
  NgramOptions options;
  std::size_t hidden = 0;       ///< 0: softmax regression
  unsigned log2_groups = 15;    ///< the table keeps at most 8 * 2^log2_groups features
  std::uint32_t min_texts = 2;  ///< a feature of fewer texts is not kept
  std::size_t epochs = 5;
  float rate = 0.1F;         ///< AdaGrad's, falling linearly to nothing
  float wide_start = 0.01F;  ///< AdaGrad's sums of squares at the start: the larger, the smaller the first steps
  float hidden_start = 1e-4F;
  float l2 = 0;                    ///< pulls weights to nothing when they are touched
  float feature_dropout_prob = 0;  ///< share of features that a text goes without in an epoch
  float hidden_dropout_prob = 0;
  std::size_t batch = 64;  ///< texts between two updates
  std::uint64_t seed = 1;
  std::size_t threads = 1;  ///< changes nothing but the time
};

/// Learns text models: softmax regression or a network of one hidden layer over hashed n-grams, with several tasks at
/// once, soft labels and weights.
///
///     NgramTrainer trainer(training, {{{"negative", "neutral", "positive"}}, {emoji, false}}, lexicon);
///     trainer.add("not good", 0, {{1, 0, 0}}, 1);
///     trainer.fit({});
///     const std::string bytes = pack_ngram_model(trainer.model(0, temperature), training.log2_groups);
///
/// Threads   one at a time; uses `threads` itself. The same texts, options and seed give the same model, whatever the
///           number of threads.
/// Source    AdaGrad (Duchi et al. 2011); wide and deep (Cheng et al. 2016); feature hashing (Weinberger et al. 2009).
class NgramTrainer {
 public:
  NgramTrainer(NgramTraining training, std::vector<NgramTask> tasks,
               std::vector<std::pair<std::uint64_t, float>> lexicon = {});
  ~NgramTrainer();
  NgramTrainer(NgramTrainer&&) noexcept;

  /// A text and the probability of each label of its task (they sum to 1: soft labels are fine). The text is read
  /// at once and not kept.
  ///
  /// Requires  target.size() == the task's labels; weight >= 0; before fit.
  void add(std::string_view text, std::size_t task, std::span<const float> target, float weight);

  /// Throws    kInvalid "invalid_training_data" when there is no text.
  void fit(const Progress& progress);

  /// What was learned for one task. The other tasks leave no trace in its size.
  NgramModel model(std::size_t task, float temperature = 1) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapport::ml
