#include "nn/models/transformer_encoder.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "nn/ops/elementwise.h"
#include "nn/ops/embedding.h"

namespace rapport::nn {
namespace {

std::string prefix_of(EncoderFamily family) {
  switch (family) {
    case EncoderFamily::kBert:
      return "bert.";
    case EncoderFamily::kDistilBert:
      return "distilbert.";
    case EncoderFamily::kRoberta:
      return "roberta.";
  }
  return "";
}

/// Position ids of a sequence. RoBERTa counts from behind the padding token's id, and gives padding tokens that id.
void append_positions(const EncoderConfig& config, TokenSequence sequence, std::vector<std::int32_t>& positions) {
  auto next = static_cast<std::int32_t>(config.first_position());
  const auto pad = static_cast<std::int32_t>(config.pad_id);
  for (const std::int32_t id : sequence) {
    const bool skipped = config.family == EncoderFamily::kRoberta && id == pad;
    positions.push_back(skipped ? pad : next++);
  }
}

}  // namespace

/// What one layer's weights are called.
struct TransformerEncoder::LayerNames {
  std::string query, key, value, attention_output, attention_norm, inner, output, output_norm;

  LayerNames(EncoderFamily family, std::size_t i) {
    const bool distil = family == EncoderFamily::kDistilBert;
    const std::string layer =
        prefix_of(family) + (distil ? "transformer.layer." : "encoder.layer.") + std::to_string(i) + ".";
    query = layer + (distil ? "attention.q_lin" : "attention.self.query");
    key = layer + (distil ? "attention.k_lin" : "attention.self.key");
    value = layer + (distil ? "attention.v_lin" : "attention.self.value");
    attention_output = layer + (distil ? "attention.out_lin" : "attention.output.dense");
    attention_norm = layer + (distil ? "sa_layer_norm" : "attention.output.LayerNorm");
    inner = layer + (distil ? "ffn.lin1" : "intermediate.dense");
    output = layer + (distil ? "ffn.lin2" : "output.dense");
    output_norm = layer + (distil ? "output_layer_norm" : "output.LayerNorm");
  }
};

TransformerEncoder::TransformerEncoder(const EncoderConfig& config, const WeightLoader& weights) : config_(config) {
  load_embeddings(weights);
  load_layers(weights);
}

void TransformerEncoder::load_embeddings(const WeightLoader& weights) {
  const std::string prefix = prefix_of(config_.family) + "embeddings.";
  tokens_.emplace(weights.tensor(prefix + "word_embeddings.weight", {config_.vocabulary, config_.width}),
                  weights.precision(), weights.checkpoint());
  positions_.resize(config_.positions * config_.width);
  read_f32(weights.tensor(prefix + "position_embeddings.weight", {config_.positions, config_.width}), 0, positions_);
  if (config_.types > 0) {
    std::vector<float> type(config_.width);
    read_f32(weights.tensor(prefix + "token_type_embeddings.weight", {config_.types, config_.width}), 0, type);
    for (std::size_t i = 0; i < positions_.size(); ++i) positions_[i] += type[i % config_.width];
  }
  norm_ = weights.norm(prefix + "LayerNorm", config_.width);
}

void TransformerEncoder::load_layers(const WeightLoader& weights) {
  std::vector<std::optional<Layer>> loaded(config_.layers);
  std::exception_ptr failure;
  const auto count = static_cast<std::int64_t>(config_.layers);
#pragma omp parallel for schedule(dynamic)
  for (std::int64_t i = 0; i < count; ++i) {
    const auto index = static_cast<std::size_t>(i);
    try {
      loaded[index] = load_layer(index + 1 == config_.layers, weights, LayerNames(config_.family, index));
      weights.checkpoint().drop_pages();
    } catch (...) {
#pragma omp critical
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
  layers_.reserve(config_.layers);
  for (auto& layer : loaded) layers_.push_back(std::move(*layer));
}

TransformerEncoder::Layer TransformerEncoder::load_layer(bool last, const WeightLoader& weights,
                                                         const LayerNames& names) const {
  const std::size_t width = config_.width;
  const bool finer = last && weights.precision() == Precision::kInt8;
  const Precision precision = finer ? Precision::kBf16 : weights.precision();
  return {weights.linear({names.query, names.key, names.value}, width, width, weights.precision()),
          weights.linear({names.attention_output}, width, width, precision),
          weights.norm(names.attention_norm, width),
          weights.linear({names.inner}, width, config_.inner_width, precision),
          weights.linear({names.output}, config_.inner_width, width, precision),
          weights.norm(names.output_norm, width)};
}

std::size_t TransformerEncoder::memory_bytes() const {
  std::size_t bytes = tokens_->memory_bytes() + positions_.size() * sizeof(float);
  for (const Layer& layer : layers_) {
    bytes += layer.query_key_value.memory_bytes() + layer.attention_output.memory_bytes() + layer.inner.memory_bytes() +
             layer.output.memory_bytes();
  }
  return bytes;
}

void TransformerEncoder::embed(std::span<const TokenSequence> sequences, Workspace& work) const {
  work.ids.clear();
  work.positions.clear();
  work.begins.assign(1, 0);
  for (const TokenSequence sequence : sequences) {
    work.ids.insert(work.ids.end(), sequence.begin(), sequence.end());
    append_positions(config_, sequence, work.positions);
    work.begins.push_back(work.ids.size());
  }
  const MatrixView hidden = work.hidden.resize(work.ids.size(), config_.width);
  nn::embed(tokens_->view(), work.ids, hidden);
  add_embedding({positions_.data(), TableNumber::kF32, config_.positions, config_.width}, work.positions, hidden);
  layer_norm(hidden, norm_.gamma, norm_.beta, config_.layer_norm_eps, hidden);
}

void TransformerEncoder::apply_layer(std::size_t index, Workspace& work) const {
  const Layer& layer = layers_[index];
  const MatrixView hidden = work.hidden;
  const std::size_t width = config_.width;
  const MatrixView projected = work.wide.resize(hidden.rows, 3 * width);
  layer.query_key_value.apply(hidden, projected, work.linear);
  const MatrixView query = projected.cols_between(0, width);
  for (std::size_t i = 0; i + 1 < work.begins.size(); ++i) {
    const MatrixView rows = projected.rows_between(work.begins[i], work.begins[i + 1]);
    const MatrixView own = rows.cols_between(0, width);
    attention({own, rows.cols_between(width, 2 * width), rows.cols_between(2 * width, 3 * width)}, own,
              {.heads = config_.heads}, work.attention);
  }
  finish_layer(layer, query, hidden, work);
}

MatrixView TransformerEncoder::apply_last_layer(Workspace& work) const {
  const Layer& layer = layers_.back();
  const MatrixView hidden = work.hidden;
  const std::size_t width = config_.width;
  const std::size_t sequences = work.begins.size() - 1;
  const MatrixView projected = work.wide.resize(hidden.rows, 3 * width);
  layer.query_key_value.apply(hidden, projected, work.linear);
  const MatrixView first = work.first.resize(sequences, width);
  const MatrixView context = work.context.resize(sequences, width);
  for (std::size_t i = 0; i < sequences; ++i) {
    const MatrixView rows = projected.rows_between(work.begins[i], work.begins[i + 1]);
    attention({rows.rows_between(0, 1).cols_between(0, width), rows.cols_between(width, 2 * width),
               rows.cols_between(2 * width, 3 * width)},
              context.rows_between(i, i + 1), {.heads = config_.heads}, work.attention);
    std::copy_n(hidden.row(work.begins[i]), width, first.row(i));
  }
  finish_layer(layer, context, first, work);
  return first;
}

void TransformerEncoder::finish_layer(const Layer& layer, ConstMatrixView context, MatrixView rows,
                                      Workspace& work) const {
  const float eps = config_.layer_norm_eps;
  layer.attention_output.apply(context, rows, work.linear, {.add_to_output = true});
  layer_norm(rows, layer.attention_norm.gamma, layer.attention_norm.beta, eps, rows);
  const MatrixView inner = work.wide.resize(rows.rows, config_.inner_width);
  layer.inner.apply(rows, inner, work.linear, {.activation = config_.activation});
  layer.output.apply(inner, rows, work.linear, {.add_to_output = true});
  layer_norm(rows, layer.output_norm.gamma, layer.output_norm.beta, eps, rows);
}

}  // namespace rapport::nn
