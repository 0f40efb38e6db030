#pragma once

#include <cstdint>
#include <list>
#include <span>
#include <vector>

#include "nn/decode/search.h"
#include "nn/models/translation_model.h"

namespace rapport::inference {

/// Sentences that are translated together, each as long as it takes: new ones may join between two steps, and one that
/// is done leaves at once. Nothing is padded and nobody waits for the longest.
///
/// Ownership  the model must outlive it.
/// Threads    one call at a time.
class TranslationBatch {
 public:
  explicit TranslationBatch(const nn::TranslationModel& model);

  struct Sentence {
    std::uint64_t key = 0;  ///< the caller's
    std::span<const nn::TokenId> ids;
    nn::SearchRules rules;
  };
  /// Reads the sentences; the next step begins their answers. Throws as TranslationModel::encode and SequenceSearch,
  /// nothing joined.
  void add(std::span<const Sentence> sentences);

  struct Finished {
    std::uint64_t key = 0;
    nn::FoundSequence answer;  ///< the best
  };
  /// A token more for every hypothesis; what is done with it. Throws kUnavailable "model_damaged" when the model gives
  /// no numbers; the batch is then of no use but to clear().
  std::vector<Finished> step();

  /// Lets the sentences go for which `unwanted` holds.
  template <class Predicate>
  void drop(const Predicate& unwanted) {
    running_.remove_if([&](const Running& sentence) { return unwanted(sentence.key); });
  }
  void clear() { running_.clear(); }

  std::size_t sentences() const { return running_.size(); }
  /// Hypotheses that a step advances, at most.
  std::size_t rows() const;

 private:
  struct Running {
    std::uint64_t key;
    nn::TranslationModel::Source source;
    nn::SequenceSearch search;
    std::vector<nn::KeyValueCache::Hypothesis> hypotheses;  ///< by row of the search
  };
  struct Place {
    nn::SequenceSearch* search;
    std::size_t row;
  };

  void branch(Running& sentence);

  const nn::TranslationModel& model_;
  nn::TranslationModel::State state_;
  nn::KeyValueCache cache_;
  std::list<Running> running_;
  std::vector<nn::TranslationModel::Step> steps_;
  std::vector<Place> places_;
};

}  // namespace rapport::inference
