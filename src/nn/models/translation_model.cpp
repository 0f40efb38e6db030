#include "nn/models/translation_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/error.h"
#include "nn/ops/embedding.h"

namespace rapport::nn {
namespace {

/// Logits of so many rows at a time: with 60,000 tokens these are 4 MB, which stay in a second- or third-level cache
/// until they are ranked.
constexpr std::size_t kLogitRows = 16;

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
  output_.emplace(ConstMatrixView(values.data(), shape[0], shape[1], shape[1]), bias, weights.precision());
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
  return source_table_->memory_bytes() + (target_table_ ? target_table_->memory_bytes() : 0) +
         positions_.size() * sizeof(float) + encoder_->memory_bytes() + decoder_->memory_bytes() +
         output_->memory_bytes();
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

void TranslationModel::step(std::span<const Step> steps, State& state, const TakeLogits& take) const {
  state.ids.clear();
  state.inputs.clear();
  for (const Step& step : steps) {
    state.ids.push_back(step.token);
    state.inputs.push_back({step.past, step.source, 1});
  }
  const MatrixView hidden = state.hidden.resize(steps.size(), config_.decoder.width);
  embed_tokens(target_table_ ? *target_table_ : *source_table_, state.ids, hidden);
  for (std::size_t i = 0; i < steps.size(); ++i) add_position(steps[i].past->size(), hidden.row(i));
  decoder_->apply(hidden, state.inputs, state.decoder);

  for (std::size_t begin = 0; begin < steps.size(); begin += kLogitRows) {
    const std::size_t end = std::min(steps.size(), begin + kLogitRows);
    const MatrixView logits = state.logits.resize(end - begin, config_.target_vocabulary);
    output_->apply(hidden.rows_between(begin, end), logits, state.decoder.blocks.linear);
    run_in_parallel(end - begin, [&](std::size_t i) { take(begin + i, {logits.row(i), logits.cols}); });
  }
}

}  // namespace rapport::nn
