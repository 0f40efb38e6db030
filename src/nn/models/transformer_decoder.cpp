#include "nn/models/transformer_decoder.h"

#include <omp.h>

#include <algorithm>

#include "base/error.h"
#include "nn/ops/elementwise.h"

namespace rapport::nn {
namespace {

/// Under so many multiplications, waking a second thread costs more than it brings.
constexpr std::size_t kWorthThreads = 500'000;

bool worth_threads(std::size_t multiplications) {
  return omp_in_parallel() == 0 && multiplications >= kWorthThreads;
}

/// The calling thread's part of a scratch that holds `room` floats for each thread.
float* own_part(float* rooms, std::size_t room) {
  return rooms + static_cast<std::size_t>(omp_get_thread_num()) * room;
}

/// Where the caller wants what (layer, head) sees, without rows when it does not.
MatrixView wanted_probs(TransformerDecoder::CrossAttention* seen, std::size_t layer, std::size_t head) {
  if (seen == nullptr) return {};
  for (std::size_t i = 0; i < seen->heads.size(); ++i) {
    if (seen->heads[i].layer == layer && seen->heads[i].head == head) return seen->probs[i];
  }
  return {};
}

}  // namespace

std::size_t TransformerDecoder::Source::memory_bytes() const {
  std::size_t bytes = 0;
  for (const AttentionMemory& layer : layers_) bytes += layer.memory_bytes();
  return bytes;
}

TransformerDecoder::Layer::Layer(const WeightLoader& weights, const StackShape& shape, const StackNames& names,
                                 std::size_t index)
    : self(weights, shape, names, index),
      cross_query(weights.linear(names.layer(index) + names.cross.query, shape.width, shape.width)),
      cross_key_value(weights.linear(
          {{names.layer(index) + names.cross.key, names.cross.key_bias}, names.layer(index) + names.cross.value},
          shape.width, shape.width, weights.precision())),
      cross_output(weights.linear(names.layer(index) + names.cross.output, shape.width, shape.width)),
      cross_norm(weights.norm(names.layer(index) + names.cross.norm, shape.width)),
      feed_forward(weights, shape, names, index) {}

TransformerDecoder::TransformerDecoder(const StackShape& shape, const StackNames& names, const WeightLoader& weights)
    : shape_(shape),
      precision_(weights.precision()),
      layers_(make_layers<Layer>(shape.layers, [&](std::size_t i) { return Layer(weights, shape, names, i); })) {
  if (!names.final_norm.empty()) final_norm_ = weights.norm(names.final_norm, shape.width);
}

std::size_t TransformerDecoder::memory_bytes() const {
  std::size_t bytes = 0;
  for (const Layer& layer : layers_) {
    bytes += layer.self.memory_bytes() + layer.cross_query.memory_bytes() + layer.cross_key_value.memory_bytes() +
             layer.cross_output.memory_bytes() + layer.feed_forward.memory_bytes();
  }
  return bytes;
}

std::vector<TransformerDecoder::Source> TransformerDecoder::remember(ConstMatrixView encoded,
                                                                     std::span<const std::size_t> begins,
                                                                     Workspace& work) const {
  const std::size_t width = shape_.width;
  const std::size_t count = begins.size() - 1;
  std::vector<Source> sources(count);
  for (Source& source : sources) source.layers_.resize(layers_.size());
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const MatrixView both = work.blocks.wide.resize(encoded.rows, 2 * width);
    layers_[l].cross_key_value.apply(encoded, both, work.blocks.linear);
#pragma omp parallel for schedule(dynamic) if (count > 1 && worth_threads(encoded.rows * width * 16))
    for (std::size_t i = 0; i < count; ++i) {
      const MatrixView own = both.rows_between(begins[i], begins[i + 1]);
      sources[i].layers_[l] =
          AttentionMemory(own.cols_between(0, width), own.cols_between(width, 2 * width), shape_.heads, precision_);
    }
  }
  return sources;
}

/// Appends the tokens to their hypotheses and notes for each row what it sees.
void TransformerDecoder::place(std::span<const Input> inputs, Workspace& work) const {
  work.rows.clear();
  work.entries.clear();
  work.groups.clear();
  for (const Input& input : inputs) {
    const std::size_t before = input.past->size();
    const std::size_t first = work.entries.size();
    for (std::size_t i = 0; i < input.tokens; ++i) input.past->append();
    for (std::size_t i = 0; i < input.past->size(); ++i) work.entries.push_back(input.past->entry(i));
    if (work.groups.empty() || work.groups.back().source != input.source) {
      work.groups.push_back({work.rows.size(), work.rows.size(), input.source});
    }
    for (std::size_t i = 0; i < input.tokens; ++i) work.rows.push_back({first, before + i + 1});
    work.groups.back().end = work.rows.size();
  }
}

void TransformerDecoder::attend_to_tokens(std::size_t index, MatrixView hidden, Workspace& work) const {
  const SelfAttentionBlock& block = layers_[index].self;
  const std::size_t width = shape_.width;
  const std::size_t offset = index * 2 * width;
  const MatrixView projected = work.blocks.wide.resize(hidden.rows, 3 * width);
  block.query_key_value.apply(block_input(shape_, block.norm, hidden, work.blocks.normed), projected,
                              work.blocks.linear);
  std::size_t longest = 0;
  std::size_t multiplications = 0;
  for (std::size_t r = 0; r < hidden.rows; ++r) {
    const Workspace::Row& row = work.rows[r];
    std::copy_n(projected.row(r) + width, 2 * width, work.entries[row.first + row.seen - 1] + offset);
    longest = std::max(longest, row.seen);
    multiplications += row.seen * width;
  }
  const bool threads = worth_threads(multiplications);
  const std::size_t room = width / shape_.heads + longest;
  float* rooms = work.attention.values.reserve(room * (threads ? static_cast<std::size_t>(omp_get_max_threads()) : 1));
#pragma omp parallel for schedule(static) if (threads)
  for (std::size_t r = 0; r < hidden.rows; ++r) {
    const Workspace::Row& row = work.rows[r];
    const std::span<float> query(projected.row(r), width);
    attention_over({std::span(work.entries).subspan(row.first, row.seen), offset, offset + width}, query, shape_.heads,
                   query, threads ? own_part(rooms, room) : rooms);
  }
  block.output.apply(projected.cols_between(0, width), hidden, work.blocks.linear, {.add_to_output = true});
  finish_block(shape_, block.norm, hidden);
}

void TransformerDecoder::attend_to_sources(std::size_t index, MatrixView hidden, Workspace& work,
                                           CrossAttention* seen) const {
  const Layer& layer = layers_[index];
  const MatrixView query = work.blocks.wide.resize(hidden.rows, shape_.width);
  layer.cross_query.apply(block_input(shape_, layer.cross_norm, hidden, work.blocks.normed), query, work.blocks.linear);
  std::size_t room = 0;
  std::size_t multiplications = 0;
  for (const Workspace::Group& group : work.groups) {
    room = std::max(room, group.source->layers_[index].head_room(group.end - group.begin));
    multiplications += (group.end - group.begin) * group.source->positions() * shape_.width;
  }
  const bool threads = worth_threads(multiplications);
  float* rooms = work.attention.values.reserve(room * (threads ? static_cast<std::size_t>(omp_get_max_threads()) : 1));
#pragma omp parallel for collapse(2) schedule(static) if (threads)
  for (std::size_t g = 0; g < work.groups.size(); ++g) {
    for (std::size_t h = 0; h < shape_.heads; ++h) {
      const Workspace::Group& group = work.groups[g];
      const MatrixView rows = query.rows_between(group.begin, group.end);
      group.source->layers_[index].attend(h, rows, rows, wanted_probs(seen, index, h),
                                          threads ? own_part(rooms, room) : rooms);
    }
  }
  layer.cross_output.apply(query, hidden, work.blocks.linear, {.add_to_output = true});
  finish_block(shape_, layer.cross_norm, hidden);
}

void TransformerDecoder::apply(MatrixView hidden, std::span<const Input> inputs, Workspace& work,
                               CrossAttention* seen) const {
  place(inputs, work);
  if (hidden.rows != work.rows.size() || hidden.cols != shape_.width) {
    throw Error(ErrorKind::kInvalid, "decoder_shape", "A decoder was given other rows than its inputs have tokens.");
  }
  if (hidden.rows == 0) return;
  if (seen != nullptr) {
    if (work.groups.size() != 1) {
      throw Error(ErrorKind::kInvalid, "decoder_shape", "Attention can be shown for one source at a time.");
    }
    seen->probs.resize(seen->heads.size());
    for (Matrix& probs : seen->probs) probs.resize(hidden.rows, work.groups.front().source->positions());
  }
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    attend_to_tokens(l, hidden, work);
    attend_to_sources(l, hidden, work, seen);
    layers_[l].feed_forward.apply(shape_, hidden, work.blocks);
  }
  if (final_norm_) layer_norm(hidden, final_norm_->gamma, final_norm_->beta, shape_.layer_norm_eps, hidden);
}

}  // namespace rapport::nn
