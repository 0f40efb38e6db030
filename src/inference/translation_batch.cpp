#include "inference/translation_batch.h"

#include <utility>

namespace rapport::inference {

using Hypothesis = nn::KeyValueCache::Hypothesis;

TranslationBatch::TranslationBatch(const nn::TranslationModel& model) : model_(model), cache_(model.make_cache()) {}

void TranslationBatch::add(std::span<const Sentence> sentences) {
  std::vector<nn::TokenSequence> sequences;
  std::list<Running> joining;
  for (const Sentence& sentence : sentences) {
    sequences.emplace_back(sentence.ids);
    joining.push_back({sentence.key, {}, nn::SequenceSearch(sentence.rules), {Hypothesis(cache_)}});
  }
  std::vector<nn::TranslationModel::Source> sources = model_.encode(sequences, state_);
  std::size_t i = 0;
  for (Running& sentence : joining) sentence.source = std::move(sources[i++]);
  running_.splice(running_.end(), joining);
}

std::size_t TranslationBatch::rows() const {
  std::size_t rows = 0;
  for (const Running& sentence : running_) rows += sentence.search.rules().beams;
  return rows;
}

/// The hypotheses of the search's rows, out of those of the rows before.
void TranslationBatch::branch(Running& sentence) {
  std::vector<Hypothesis> next;
  next.reserve(sentence.search.rows().size());
  for (const nn::SequenceSearch::Row& row : sentence.search.rows()) next.push_back(sentence.hypotheses[row.parent]);
  sentence.hypotheses = std::move(next);
}

std::vector<TranslationBatch::Finished> TranslationBatch::step() {
  steps_.clear();
  places_.clear();
  for (Running& sentence : running_) {
    branch(sentence);
    for (std::size_t i = 0; i < sentence.hypotheses.size(); ++i) {
      steps_.push_back({&sentence.hypotheses[i], &sentence.source, sentence.search.rows()[i].token});
      places_.push_back({&sentence.search, i});
    }
  }
  model_.step(steps_, state_, [&](std::size_t row, std::span<float> logits) {
    places_[row].search->read_logits(places_[row].row, logits);
  });
  std::vector<Finished> finished;
  for (auto sentence = running_.begin(); sentence != running_.end();) {
    sentence->search.advance();
    if (!sentence->search.done()) {
      ++sentence;
      continue;
    }
    const auto& found = sentence->search.found();
    finished.push_back({sentence->key, found.empty() ? nn::FoundSequence{} : found.front()});
    sentence = running_.erase(sentence);
  }
  return finished;
}

}  // namespace rapport::inference
