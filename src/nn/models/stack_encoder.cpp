#include "nn/models/stack_encoder.h"

#include "nn/ops/elementwise.h"

namespace rapport::nn {

StackEncoder::StackEncoder(const StackShape& shape, const StackNames& names, const WeightLoader& weights)
    : shape_(shape), layers_(make_layers<Layer>(shape.layers, [&](std::size_t i) {
        return Layer{{weights, shape, names, i}, {weights, shape, names, i}};
      })) {
  if (!names.final_norm.empty()) final_norm_ = weights.norm(names.final_norm, shape.width);
}

std::size_t StackEncoder::memory_bytes() const {
  std::size_t bytes = 0;
  for (const Layer& layer : layers_) bytes += layer.self.memory_bytes() + layer.feed_forward.memory_bytes();
  return bytes;
}

void StackEncoder::apply(MatrixView hidden, std::span<const std::size_t> begins, Workspace& work) const {
  const std::size_t width = shape_.width;
  for (const Layer& layer : layers_) {
    const MatrixView projected = work.blocks.wide.resize(hidden.rows, 3 * width);
    layer.self.query_key_value.apply(block_input(shape_, layer.self.norm, hidden, work.blocks.normed), projected,
                                     work.blocks.linear);
    for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
      const MatrixView rows = projected.rows_between(begins[i], begins[i + 1]);
      const MatrixView own = rows.cols_between(0, width);
      attention({own, rows.cols_between(width, 2 * width), rows.cols_between(2 * width, 3 * width)}, own,
                {.heads = shape_.heads}, work.attention);
    }
    layer.self.output.apply(projected.cols_between(0, width), hidden, work.blocks.linear, {.add_to_output = true});
    finish_block(shape_, layer.self.norm, hidden);
    layer.feed_forward.apply(shape_, hidden, work.blocks);
  }
  if (final_norm_) layer_norm(hidden, final_norm_->gamma, final_norm_->beta, shape_.layer_norm_eps, hidden);
}

}  // namespace rapport::nn
