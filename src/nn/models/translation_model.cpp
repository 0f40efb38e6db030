#include "nn/models/translation_model.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/error.h"
#include "nn/ops/embedding.h"

namespace rapport::nn {
namespace {

/// The projection is cut into pieces of so many tokens: the logits of 64 rows are 256 KiB, half of a second-level
/// cache.
constexpr std::size_t kBlockTokens = 1024;

constexpr float kNothing = -std::numeric_limits<float>::infinity();

void raise(std::atomic<float>& floor, float to) {
  float now = floor.load(std::memory_order_relaxed);
  while (now < to && !floor.compare_exchange_weak(now, to, std::memory_order_relaxed)) {
  }
}

StackNames names_of(const char* side, NormPlace place) {
  StackNames names;
  names.layers = std::string("model.") + side + ".layers.";
  if (place == NormPlace::kBefore) names.final_norm = std::string("model.") + side + ".layer_norm";
  return names;
}

/// The first of `names` that the checkpoint has: files keep one name or several of a shared tensor.
const StoredTensor& first_of(const WeightLoader& weights, std::initializer_list<const char*> names,
                             const std::vector<std::size_t>& shape) {
  for (const char* name : names) {
    if (weights.checkpoint().find(name) != nullptr) return weights.tensor(name, shape);
  }
  return weights.tensor(*names.begin(), shape);
}

}  // namespace

TranslationModel::TranslationModel(const ModelFiles& files, Precision precision)
    : config_(read_translation_config(files)), checkpoint_(Checkpoint::open(files)) {
  const WeightLoader weights(*checkpoint_, precision);
  load_tables(weights);
  encoder_.emplace(config_.encoder, names_of("encoder", config_.encoder.norm_place), weights);
  decoder_.emplace(config_.decoder, names_of("decoder", config_.decoder.norm_place), weights);
  load_output(weights);
  make_positions();
  checkpoint_->drop_pages();
  if (!source_table_->borrows() && !(target_table_ && target_table_->borrows())) checkpoint_.reset();
}

void TranslationModel::load_tables(const WeightLoader& weights) {
  const std::size_t width = config_.encoder.width;
  if (config_.shared_embeddings) {
    source_table_.emplace(
        first_of(weights, {"model.shared.weight", "model.encoder.embed_tokens.weight", "lm_head.weight"},
                 {config_.source_vocabulary, width}),
        weights.precision(), weights.checkpoint());
    return;
  }
  source_table_.emplace(weights.tensor("model.encoder.embed_tokens.weight", {config_.source_vocabulary, width}),
                        weights.precision(), weights.checkpoint());
  target_table_.emplace(weights.tensor("model.decoder.embed_tokens.weight", {config_.target_vocabulary, width}),
                        weights.precision(), weights.checkpoint());
}

void TranslationModel::load_output(const WeightLoader& weights) {
  const std::vector<std::size_t> shape = {config_.target_vocabulary, config_.decoder.width};
  const StoredTensor& tensor = !config_.tied_output ? weights.tensor("lm_head.weight", shape)
                               : config_.shared_embeddings
                                   ? first_of(weights, {"model.shared.weight", "lm_head.weight"}, shape)
                                   : weights.tensor("model.decoder.embed_tokens.weight", shape);
  std::vector<float> bias;
  if (config_.family == TranslationFamily::kMarian && weights.checkpoint().find("final_logits_bias") != nullptr) {
    bias.resize(config_.target_vocabulary);
    read_f32(weights.tensor("final_logits_bias", {1, config_.target_vocabulary}), 0, bias);
  }
  const FloatValues values(tensor);
  const ConstMatrixView whole(values.data(), shape[0], shape[1], shape[1]);
  output_ = make_layers<Linear>((shape[0] + kBlockTokens - 1) / kBlockTokens, [&](std::size_t block) {
    const std::size_t begin = block * kBlockTokens;
    const std::size_t end = std::min(begin + kBlockTokens, shape[0]);
    const std::span<const float> own =
        bias.empty() ? std::span<const float>() : std::span(bias).subspan(begin, end - begin);
    return Linear(whole.rows_between(begin, end), own, weights.precision());
  });
}

/// Sines in a position's first half, cosines in its second. Marian's frequencies fall from 1 to 10000^-(1 - 2/D),
/// M2M-100's to 10000^-1, and its positions count from 2, behind the padding token's.
void TranslationModel::make_positions() {
  const std::size_t width = config_.encoder.width;
  const std::size_t half = width / 2;
  const bool marian = config_.family == TranslationFamily::kMarian;
  const std::size_t first = marian ? 0 : 2;
  const double step = std::log(10000.0) / static_cast<double>(marian ? half : std::max<std::size_t>(half - 1, 1));
  positions_.resize(config_.positions * width);
  for (std::size_t p = 0; p < config_.positions; ++p) {
    for (std::size_t k = 0; k < half; ++k) {
      const double angle = static_cast<double>(first + p) * std::exp(-step * static_cast<double>(k));
      positions_[p * width + k] = static_cast<float>(std::sin(angle));
      positions_[p * width + half + k] = static_cast<float>(std::cos(angle));
    }
  }
}

std::size_t TranslationModel::memory_bytes() const {
  std::size_t output = 0;
  for (const Linear& block : output_) output += block.memory_bytes();
  return source_table_->memory_bytes() + (target_table_ ? target_table_->memory_bytes() : 0) +
         positions_.size() * sizeof(float) + encoder_->memory_bytes() + decoder_->memory_bytes() + output;
}

void TranslationModel::check(std::span<const TokenSequence> sequences) const {
  const auto vocabulary = static_cast<std::int32_t>(config_.source_vocabulary);
  for (const TokenSequence sequence : sequences) {
    const bool holds =
        !sequence.empty() && sequence.size() <= config_.positions &&
        std::all_of(sequence.begin(), sequence.end(), [&](std::int32_t id) { return id >= 0 && id < vocabulary; });
    if (!holds) {
      throw Error(ErrorKind::kInvalid, "invalid_tokens",
                  "A text has no tokens, more than the model reads at once, or one that it does not know.");
    }
  }
}

void TranslationModel::embed_tokens(const TokenTable& table, std::span<const std::int32_t> ids, MatrixView out) const {
  nn::embed(table.view(), ids, out);
  if (!config_.scale_embedding) return;
  const float scale = std::sqrt(static_cast<float>(out.cols));
  for (std::size_t t = 0; t < out.rows; ++t) {
    for (std::size_t d = 0; d < out.cols; ++d) out.row(t)[d] *= scale;
  }
}

void TranslationModel::add_position(std::size_t position, float* row) const {
  const std::size_t width = config_.encoder.width;
  const float* vector = positions_.data() + position * width;
  for (std::size_t d = 0; d < width; ++d) row[d] += vector[d];
}

std::vector<TranslationModel::Source> TranslationModel::encode(std::span<const TokenSequence> sequences,
                                                               State& state) const {
  check(sequences);
  if (sequences.empty()) return {};
  state.ids.clear();
  state.begins.assign(1, 0);
  for (const TokenSequence sequence : sequences) {
    state.ids.insert(state.ids.end(), sequence.begin(), sequence.end());
    state.begins.push_back(state.ids.size());
  }
  const MatrixView hidden = state.hidden.resize(state.ids.size(), config_.encoder.width);
  embed_tokens(*source_table_, state.ids, hidden);
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    for (std::size_t t = 0; t < sequences[i].size(); ++t) add_position(t, hidden.row(state.begins[i] + t));
  }
  encoder_->apply(hidden, state.begins, state.encoder);
  return decoder_->remember(hidden, state.begins, state.decoder);
}

void TranslationModel::step(std::span<const Step> steps, State& state, std::vector<Likeliest>& out) const {
  state.ids.clear();
  state.inputs.clear();
  state.asking.clear();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    state.ids.push_back(steps[i].token);
    state.inputs.push_back({steps[i].past, steps[i].source, 1});
    if (steps[i].wanted > 0) state.asking.push_back(i);
  }
  const MatrixView hidden = state.hidden.resize(steps.size(), config_.decoder.width);
  embed_tokens(target_table_ ? *target_table_ : *source_table_, state.ids, hidden);
  for (std::size_t i = 0; i < steps.size(); ++i) add_position(steps[i].past->size(), hidden.row(i));
  decoder_->apply(hidden, state.inputs, state.decoder);
  out.resize(steps.size());
  const MatrixView reading = state.reading.resize(state.asking.size(), hidden.cols);
  for (std::size_t r = 0; r < state.asking.size(); ++r) {
    std::copy_n(hidden.row(state.asking[r]), hidden.cols, reading.row(r));
  }
  if (reading.rows > 0) rank(steps, state, out);
}

/// Each thread takes blocks of the vocabulary: their logits for all rows, and of those the likeliest. Then the blocks
/// are joined.
void TranslationModel::rank(std::span<const Step> steps, State& state, std::vector<Likeliest>& out) const {
  const std::size_t rows = state.asking.size();
  const std::size_t blocks = output_.size();
  state.block_log_total.resize(rows * blocks);
  if (state.block_top.size() < rows * blocks) state.block_top.resize(rows * blocks);
  if (state.floors.size() < rows) state.floors = std::vector<std::atomic<float>>(rows);
  for (std::size_t r = 0; r < rows; ++r) state.floors[r] = kNothing;
  const auto threads = static_cast<std::size_t>(omp_get_max_threads());
  while (state.projections.size() < threads) state.projections.push_back(std::make_unique<State::Projection>());
  run_in_parallel(blocks, [&](std::size_t block) { rank_block(block, steps, state); });

  for (std::size_t r = 0; r < rows; ++r) {
    Likeliest& row = out[state.asking[r]];
    row.log_total = log_sum_exp(std::span(state.block_log_total).subspan(r * blocks, blocks));
    row.top.clear();
    for (std::size_t b = 0; b < blocks; ++b) {
      const std::vector<RankedLogit>& top = state.block_top[r * blocks + b];
      row.top.insert(row.top.end(), top.begin(), top.end());
    }
    std::stable_sort(row.top.begin(), row.top.end(),
                     [](const RankedLogit& a, const RankedLogit& b) { return a.logit > b.logit; });
    row.top.resize(std::min(row.top.size(), steps[state.asking[r]].wanted));
  }
}

void TranslationModel::rank_block(std::size_t block, std::span<const Step> steps, State& state) const {
  State::Projection& own = *state.projections[static_cast<std::size_t>(omp_get_thread_num())];
  const Linear& layer = output_[block];
  const auto first = static_cast<std::int32_t>(block * kBlockTokens);
  const auto size = static_cast<std::int32_t>(layer.out_features());
  const MatrixView logits = own.logits.resize(state.reading.rows(), layer.out_features());
  layer.apply(state.reading, logits, own.linear);
  for (std::size_t r = 0; r < logits.rows; ++r) {
    const std::span<float> row(logits.row(r), logits.cols);
    const Step& step = steps[state.asking[r]];
    state.block_log_total[r * output_.size() + block] = log_sum_exp(row);
    for (const std::int32_t token : step.forbidden) {
      if (token >= first && token - first < size) row[static_cast<std::size_t>(token - first)] = kNothing;
    }
    std::vector<RankedLogit>& top = state.block_top[r * output_.size() + block];
    // Just below, so that equal logits are ranked by id and not by which thread came first.
    top_k(row, step.wanted, top, std::nextafter(state.floors[r].load(std::memory_order_relaxed), kNothing));
    for (RankedLogit& entry : top) entry.id += first;
    if (top.size() == step.wanted) raise(state.floors[r], top.back().logit);
  }
}

}  // namespace rapport::nn
