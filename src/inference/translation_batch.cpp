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
      const nn::SequenceSearch& search = sentence.search;
      steps_.push_back({&sentence.hypotheses[i], &sentence.source, search.rows()[i].token, search.wanted(), {}});
      places_.push_back({&sentence.search, i, {}});
      search.append_forbidden(i, places_.back().forbidden);
    }
  }
  for (std::size_t i = 0; i < steps_.size(); ++i) steps_[i].forbidden = places_[i].forbidden;
  model_.step(steps_, state_, likeliest_);
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].wanted == 0) continue;
    places_[i].search->read(places_[i].row, likeliest_[i].top, likeliest_[i].log_total);
  }
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
