#include "nn/models/layer_stack.h"

#include <exception>

#include "nn/ops/elementwise.h"

namespace rapport::nn {

ConstMatrixView block_input(const StackShape& shape, const WeightLoader::Norm& norm, MatrixView hidden,
                            Matrix& normed) {
  if (shape.norm_place == NormPlace::kAfter) return hidden;
  const MatrixView to = normed.resize(hidden.rows, hidden.cols);
  layer_norm(hidden, norm.gamma, norm.beta, shape.layer_norm_eps, to);
  return to;
}

void finish_block(const StackShape& shape, const WeightLoader::Norm& norm, MatrixView hidden) {
  if (shape.norm_place == NormPlace::kAfter) {
    layer_norm(hidden, norm.gamma, norm.beta, shape.layer_norm_eps, hidden);
  }
}

SelfAttentionBlock::SelfAttentionBlock(const WeightLoader& weights, const StackShape& shape, const StackNames& names,
                                       std::size_t layer)
    : query_key_value(weights.linear({names.layer(layer) + names.self.query,
                                      {names.layer(layer) + names.self.key, names.self.key_bias},
                                      names.layer(layer) + names.self.value},
                                     shape.width, shape.width, weights.precision())),
      output(weights.linear(names.layer(layer) + names.self.output, shape.width, shape.width)),
      norm(weights.norm(names.layer(layer) + names.self.norm, shape.width)) {}

FeedForwardBlock::FeedForwardBlock(const WeightLoader& weights, const StackShape& shape, const StackNames& names,
                                   std::size_t layer)
    : inner(weights.linear(names.layer(layer) + names.inner, shape.width, shape.inner_width)),
      output(weights.linear(names.layer(layer) + names.output, shape.inner_width, shape.width)),
      norm(weights.norm(names.layer(layer) + names.output_norm, shape.width)) {}

void FeedForwardBlock::apply(const StackShape& shape, MatrixView hidden, BlockScratch& scratch) const {
  const ConstMatrixView input = block_input(shape, norm, hidden, scratch.normed);
  const MatrixView wide = scratch.wide.resize(hidden.rows, shape.inner_width);
  inner.apply(input, wide, scratch.linear, {.activation = shape.activation});
  output.apply(wide, hidden, scratch.linear, {.add_to_output = true});
  finish_block(shape, norm, hidden);
}

void run_in_parallel(std::size_t count, const std::function<void(std::size_t)>& task) {
  std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic)
  for (std::size_t i = 0; i < count; ++i) {
    try {
      task(i);
    } catch (...) {
#pragma omp critical
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace rapport::nn
