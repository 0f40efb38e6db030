#include "ml/ngram_network.h"

#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "ml/ngram_model.h"

namespace rapport::ml {
namespace {

constexpr double kRowSpread = 0.05;  // of the hidden columns at the start

// numbers -> their softmax.
void softmax(std::vector<float>& values) {
  const float largest = *std::max_element(values.begin(), values.end());
  float total = 0;
  for (float& value : values) total += value = std::exp(value - largest);
  for (float& value : values) value /= total;
}

}  // namespace

NgramNetwork::NgramNetwork(std::size_t features, std::size_t hidden, std::span<const std::size_t> labels,
                           const std::vector<bool>& wide, std::uint64_t seed)
    : hidden_bias(hidden), hidden_(hidden), width_(hidden) {
  Rng rng(seed);
  const double spread = hidden > 0 ? 1 / std::sqrt(static_cast<double>(hidden)) : 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    Head head{labels[i], -1, std::vector<float>(labels[i] * hidden), std::vector<float>(labels[i])};
    for (float& weight : head.output) weight = static_cast<float>(rng.uniform(-spread, spread));
    if (wide[i]) {
      head.wide_at = static_cast<std::ptrdiff_t>(width_);
      width_ += labels[i];
    }
    heads.push_back(std::move(head));
  }
  rows.resize(features * width_);
  for (std::size_t feature = 0; feature < features; ++feature) {
    for (std::size_t i = 0; i < hidden; ++i) row(feature)[i] = static_cast<float>(rng.uniform(-kRowSpread, kRowSpread));
  }
}

float NgramNetwork::forward(const Text& text, Pass& pass) const {
  const Head& head = heads[text.head];
  pass.scale = ngram_scale(text.features.size());
  pass.hidden.assign(hidden_, 0);
  pass.probs.assign(head.labels, 0);
  for (const std::uint32_t feature : text.features) {
    const float* from = row(feature);
    for (std::size_t i = 0; i < hidden_; ++i) pass.hidden[i] += from[i];
    if (head.wide_at < 0) continue;
    for (std::size_t i = 0; i < head.labels; ++i) pass.probs[i] += from[head.wide_at + static_cast<std::ptrdiff_t>(i)];
  }
  for (std::size_t i = 0; i < hidden_; ++i) {
    pass.hidden[i] =
        std::max(pass.hidden[i] * pass.scale + hidden_bias[i], 0.0F) * (text.mask.empty() ? 1 : text.mask[i]);
  }
  for (std::size_t label = 0; label < head.labels; ++label) {
    const float* weights = head.output.data() + label * hidden_;
    float sum = head.bias[label] + pass.probs[label] * pass.scale;
    for (std::size_t i = 0; i < hidden_; ++i) sum += weights[i] * pass.hidden[i];
    pass.probs[label] = sum;
  }
  softmax(pass.probs);

  float loss = 0;
  pass.logits_grad.resize(head.labels);
  pass.hidden_grad.assign(hidden_, 0);
  for (std::size_t label = 0; label < head.labels; ++label) {
    const float error = text.weight * (pass.probs[label] - text.target[label]);
    pass.logits_grad[label] = error;
    if (text.target[label] > 0)
      loss -= text.weight * text.target[label] * std::log(std::max(pass.probs[label], 1e-30F));
    const float* weights = head.output.data() + label * hidden_;
    for (std::size_t i = 0; i < hidden_; ++i) pass.hidden_grad[i] += error * weights[i];
  }
  for (std::size_t i = 0; i < hidden_; ++i) {
    pass.hidden_grad[i] *= pass.hidden[i] > 0 ? (text.mask.empty() ? 1 : text.mask[i]) : 0;
  }
  return loss;
}

void NgramNetwork::row_gradient(const Text& text, const Pass& pass, std::span<float> grad) const {
  const Head& head = heads[text.head];
  std::fill(grad.begin(), grad.end(), 0.0F);
  for (std::size_t i = 0; i < hidden_; ++i) grad[i] = pass.hidden_grad[i] * pass.scale;
  if (head.wide_at < 0) return;
  for (std::size_t i = 0; i < head.labels; ++i) {
    grad[static_cast<std::size_t>(head.wide_at) + i] = pass.logits_grad[i] * pass.scale;
  }
}

}  // namespace rapport::ml
