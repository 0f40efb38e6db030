#include "nn/models/sequence_classifier.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "base/error.h"
#include "nn/ops/elementwise.h"

namespace rapport::nn {
namespace {

/// Below so many tokens a core, a batch runs as a whole: cut in parts, each would read all weights for little work.
constexpr std::size_t kFewestChunkTokens = 64;

std::size_t tokens_of(std::span<const TokenSequence> sequences) {
  std::size_t tokens = 0;
  for (const TokenSequence sequence : sequences) tokens += sequence.size();
  return tokens;
}

}  // namespace

SequenceClassifier SequenceClassifier::load(const std::filesystem::path& folder, Options options) {
  SequenceClassifier classifier;
  classifier.options_ = options;
  classifier.config_ = read_classifier_config(folder);
  Checkpoint checkpoint = Checkpoint::open(folder);
  const WeightLoader weights(checkpoint, options.precision);
  classifier.encoder_ = std::make_unique<const TransformerEncoder>(classifier.config_.encoder, weights);
  classifier.load_head(weights);
  checkpoint.drop_pages();
  if (classifier.encoder_->borrows()) classifier.checkpoint_ = std::move(checkpoint);
  return classifier;
}

/// The head is small and decides: it stays f32 in every precision.
void SequenceClassifier::load_head(const WeightLoader& weights) {
  const std::size_t width = config_.encoder.width;
  const auto head = [&](const char* dense, const char* output) {
    dense_ = weights.linear({dense}, width, width, Precision::kF32);
    output_ = weights.linear({output}, width, config_.labels.size(), Precision::kF32);
  };
  switch (config_.encoder.family) {
    case EncoderFamily::kRoberta:
      return head("classifier.dense", "classifier.out_proj");
    case EncoderFamily::kBert:
      return head("bert.pooler.dense", "classifier");
    case EncoderFamily::kDistilBert:
      return head("pre_classifier", "classifier");
  }
}

std::size_t SequenceClassifier::memory_bytes() const {
  return encoder_->memory_bytes() + dense_->memory_bytes() + output_->memory_bytes();
}

void SequenceClassifier::check(std::span<const TokenSequence> sequences, MatrixView out) const {
  const auto require = [](bool holds, const char* message) {
    if (!holds) throw Error(ErrorKind::kInvalid, "invalid_tokens", message);
  };
  require(out.rows == sequences.size() && out.cols == labels().size(), "The logits do not fit the batch.");
  const auto vocabulary = static_cast<std::int32_t>(config_.encoder.vocabulary);
  for (const TokenSequence sequence : sequences) {
    require(!sequence.empty(), "A text has no tokens.");
    require(sequence.size() <= max_tokens(), "A text has more tokens than the model reads at once.");
    require(std::all_of(sequence.begin(), sequence.end(), [&](std::int32_t id) { return id >= 0 && id < vocabulary; }),
            "A text has a token that the model does not know.");
  }
}

/// Chunks of whole sequences, as even as they come: as many for each thread, and none much above the chunk's size.
void SequenceClassifier::cut(std::span<const TokenSequence> sequences, State& state) const {
  const auto threads = omp_in_parallel() != 0 ? 1 : static_cast<std::size_t>(omp_get_max_threads());
  const std::size_t tokens = tokens_of(sequences);
  const std::size_t rounds = (tokens + threads * options_.chunk_tokens - 1) / (threads * options_.chunk_tokens);
  const std::size_t wanted = tokens < threads * kFewestChunkTokens ? 1 : rounds * threads;
  state.chunks.assign(1, 0);
  std::size_t done = 0;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const std::size_t middle = done + sequences[i].size() / 2;
    if (i > state.chunks.back() && middle * wanted >= tokens * state.chunks.size()) state.chunks.push_back(i);
    done += sequences[i].size();
  }
  state.chunks.push_back(sequences.size());
}

void SequenceClassifier::run(std::span<const TokenSequence> sequences, TransformerEncoder::Workspace& work,
                             Matrix& dense, MatrixView out) const {
  encoder_->embed(sequences, work);
  for (std::size_t layer = 0; layer + 1 < encoder_->layers(); ++layer) encoder_->apply_layer(layer, work);
  const MatrixView first = encoder_->apply_last_layer(work);
  const MatrixView inner = dense.resize(sequences.size(), config_.encoder.width);
  dense_->apply(first, inner, work.linear);
  if (config_.encoder.family == EncoderFamily::kDistilBert) {
    relu(inner);
  } else {
    nn::tanh(inner);
  }
  output_->apply(inner, out, work.linear);
}

void SequenceClassifier::run_chunks(std::span<const TokenSequence> sequences, State& state, MatrixView out) const {
  std::exception_ptr failure;
  const auto chunks = static_cast<std::int64_t>(state.chunks.size() - 1);
#pragma omp parallel for schedule(dynamic)
  for (std::int64_t i = 0; i < chunks; ++i) {
    const std::size_t begin = state.chunks[static_cast<std::size_t>(i)];
    const std::size_t end = state.chunks[static_cast<std::size_t>(i) + 1];
    const auto thread = static_cast<std::size_t>(omp_get_thread_num());
    try {
      run(sequences.subspan(begin, end - begin), *state.threads[thread], state.dense[thread],
          out.rows_between(begin, end));
    } catch (...) {
#pragma omp critical
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

void SequenceClassifier::logits(std::span<const TokenSequence> sequences, State& state, MatrixView out) const {
  check(sequences, out);
  if (sequences.empty()) return;
  cut(sequences, state);
  const auto threads = static_cast<std::size_t>(omp_get_max_threads());
  while (state.threads.size() < threads) state.threads.push_back(std::make_unique<TransformerEncoder::Workspace>());
  if (state.dense.size() < threads) state.dense.resize(threads);
  if (state.chunks.size() > 2) {
    run_chunks(sequences, state, out);
  } else {
    run(sequences, *state.threads.front(), state.dense.front(), out);
  }
  for (std::size_t i = 0; i < out.rows; ++i) {
    if (!std::all_of(out.row(i), out.row(i) + out.cols, [](float v) { return std::isfinite(v); })) {
      throw Error(ErrorKind::kUnavailable, "model_damaged",
                  "The model gives results that are no numbers: its weights are damaged.");
    }
  }
}

}  // namespace rapport::nn
