// Small decoders with weights that the test makes, against a forward pass in double that is written straight from the
// paper: one hypothesis at a time, without a cache.
#include "nn/models/transformer_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "base/error.h"
#include "base/rng.h"
#include "support/checkpoint_files.h"

namespace rapport::nn {
namespace {

using rapport::testing::MadeTensor;
using ::testing::TestWithParam;
using ::testing::Values;
using Row = std::vector<double>;
using Rows = std::vector<Row>;
using Input = TransformerDecoder::Input;

constexpr std::size_t kWidth = 24;
constexpr std::size_t kHeads = 3;
constexpr std::size_t kHead = kWidth / kHeads;
constexpr std::size_t kInner = 40;
constexpr std::size_t kLayers = 2;

StackShape shape_of(NormPlace place, Activation activation) {
  return {kLayers, kHeads, kWidth, kInner, activation, place, 1e-5F};
}

StackNames names_of(const StackShape& shape, bool key_bias) {
  StackNames names{.layers = "d.layers."};
  names.self.key_bias = names.cross.key_bias = key_bias;
  if (shape.norm_place == NormPlace::kBefore) names.final_norm = "d.norm";
  return names;
}

/// Random weights, their file, and what the paper computes with them.
class Reference {
 public:
  Reference(const StackShape& shape, bool key_bias) : shape_(shape), names_(names_of(shape, key_bias)) {
    for (std::size_t i = 0; i < kLayers; ++i) {
      for (const AttentionNames& block : {names_.self, names_.cross}) {
        for (const std::string& part : {block.query, block.key, block.value, block.output}) {
          add_linear(names_.layer(i) + part, kWidth, kWidth, part != block.key || key_bias);
        }
        add_norm(names_.layer(i) + block.norm);
      }
      add_linear(names_.layer(i) + names_.inner, kWidth, kInner, true);
      add_linear(names_.layer(i) + names_.output, kInner, kWidth, true);
      add_norm(names_.layer(i) + names_.output_norm);
    }
    if (!names_.final_norm.empty()) add_norm(names_.final_norm);
    file_ = rapport::testing::safetensors_of(tensors_);
  }

  TransformerDecoder decoder(Precision precision = Precision::kF32) const {
    const Checkpoint checkpoint = Checkpoint::from_bytes(std::as_bytes(std::span(file_)));
    return {shape_, names_, WeightLoader(checkpoint, precision)};
  }

  /// The last layer's result for each token. `looks`, by layer and head, receives the last token's cross-attention.
  Rows run(Rows hidden, const Rows& source, std::map<std::pair<std::size_t, std::size_t>, Row>* looks = nullptr) const {
    for (std::size_t i = 0; i < kLayers; ++i) {
      const Rows read = input(names_.layer(i) + names_.self.norm, hidden);
      Rows attended;
      for (std::size_t t = 0; t < hidden.size(); ++t) {
        const Rows past(read.begin(), read.begin() + static_cast<std::ptrdiff_t>(t) + 1);
        attended.push_back(attend(names_.layer(i), names_.self, read[t], past, nullptr));
      }
      add_block(names_.layer(i) + names_.self.norm, attended, hidden);
      const Rows asked = input(names_.layer(i) + names_.cross.norm, hidden);
      for (std::size_t t = 0; t < hidden.size(); ++t) {
        Rows weights(kHeads);
        attended[t] = attend(names_.layer(i), names_.cross, asked[t], source, &weights);
        for (std::size_t h = 0; looks != nullptr && h < kHeads; ++h) (*looks)[{i, h}] = weights[h];
      }
      add_block(names_.layer(i) + names_.cross.norm, attended, hidden);
      const Rows fed = input(names_.layer(i) + names_.output_norm, hidden);
      for (std::size_t t = 0; t < hidden.size(); ++t) {
        Row inner = linear(names_.layer(i) + names_.inner, fed[t]);
        for (double& v : inner) v = shape_.activation == Activation::kSilu ? v / (1 + std::exp(-v)) : std::max(v, 0.0);
        attended[t] = linear(names_.layer(i) + names_.output, inner);
      }
      add_block(names_.layer(i) + names_.output_norm, attended, hidden);
    }
    if (!names_.final_norm.empty()) {
      for (Row& row : hidden) row = norm(names_.final_norm, row);
    }
    return hidden;
  }

 private:
  void add(const std::string& name, std::vector<std::size_t> shape, double center = 0) {
    std::vector<float> values(shape.size() == 2 ? shape[0] * shape[1] : shape[0]);
    for (float& v : values) v = static_cast<float>(center + rng_.uniform(-0.4, 0.4));
    at_[name] = tensors_.size();
    tensors_.push_back({name, std::move(shape), std::move(values)});
  }
  void add_linear(const std::string& name, std::size_t in, std::size_t out, bool bias) {
    add(name + ".weight", {out, in});
    if (bias) add(name + ".bias", {out});
  }
  void add_norm(const std::string& name) {
    add(name + ".weight", {kWidth}, 1);
    add(name + ".bias", {kWidth});
  }
  const std::vector<float>& values(const std::string& name) const { return tensors_[at_.at(name)].values; }

  Row linear(const std::string& name, const Row& x) const {
    const auto& weight = values(name + ".weight");
    Row y(weight.size() / x.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
      if (at_.contains(name + ".bias")) y[i] = static_cast<double>(values(name + ".bias")[i]);
      for (std::size_t j = 0; j < x.size(); ++j) y[i] += static_cast<double>(weight[i * x.size() + j]) * x[j];
    }
    return y;
  }
  Row norm(const std::string& name, const Row& x) const {
    double mean = 0;
    double variance = 0;
    for (const double v : x) mean += v / static_cast<double>(x.size());
    for (const double v : x) variance += (v - mean) * (v - mean) / static_cast<double>(x.size());
    Row y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[i] = (x[i] - mean) / std::sqrt(variance + 1e-5) * static_cast<double>(values(name + ".weight")[i]) +
             static_cast<double>(values(name + ".bias")[i]);
    }
    return y;
  }
  Rows input(const std::string& name, const Rows& hidden) const {
    Rows read = hidden;
    if (shape_.norm_place == NormPlace::kBefore) {
      for (Row& row : read) row = norm(name, row);
    }
    return read;
  }
  void add_block(const std::string& name, const Rows& result, Rows& hidden) const {
    for (std::size_t t = 0; t < hidden.size(); ++t) {
      for (std::size_t d = 0; d < kWidth; ++d) hidden[t][d] += result[t][d];
      if (shape_.norm_place == NormPlace::kAfter) hidden[t] = norm(name, hidden[t]);
    }
  }
  Row attend(const std::string& layer, const AttentionNames& block, const Row& x, const Rows& seen,
             Rows* weights) const {
    const Row query = linear(layer + block.query, x);
    Row context(kWidth);
    Rows keys;
    Rows values;
    for (const Row& row : seen) {
      keys.push_back(linear(layer + block.key, row));
      values.push_back(linear(layer + block.value, row));
    }
    for (std::size_t h = 0; h < kHeads; ++h) {
      Row own;
      double total = 0;
      for (const Row& key : keys) {
        double score = 0;
        for (std::size_t d = h * kHead; d < (h + 1) * kHead; ++d) score += query[d] * key[d];
        own.push_back(std::exp(score / std::sqrt(static_cast<double>(kHead))));
        total += own.back();
      }
      for (std::size_t s = 0; s < seen.size(); ++s) {
        own[s] /= total;
        for (std::size_t d = h * kHead; d < (h + 1) * kHead; ++d) context[d] += own[s] * values[s][d];
      }
      if (weights != nullptr) (*weights)[h] = own;
    }
    return linear(layer + block.output, context);
  }

  StackShape shape_;
  StackNames names_;
  Rng rng_{1};
  std::map<std::string, std::size_t> at_;
  std::vector<MadeTensor> tensors_;
  std::string file_;
};

Rows random_rows(Rng& rng, std::size_t count) {
  Rows rows(count, Row(kWidth));
  for (Row& row : rows) {
    for (double& v : row) v = static_cast<double>(static_cast<float>(rng.normal()));
  }
  return rows;
}

void put(const Row& from, float* to) {
  std::transform(from.begin(), from.end(), to, [](double v) { return static_cast<float>(v); });
}

Matrix matrix_of(const Rows& rows) {
  Matrix matrix(rows.size(), kWidth);
  for (std::size_t t = 0; t < rows.size(); ++t) put(rows[t], matrix.row(t));
  return matrix;
}

void expect_near(const float* row, const Row& expected, double tolerance) {
  for (std::size_t d = 0; d < kWidth; ++d) ASSERT_NEAR(static_cast<double>(row[d]), expected[d], tolerance) << d;
}

/// A source each for texts of these many positions.
std::vector<TransformerDecoder::Source> sources_of(const TransformerDecoder& decoder, const std::vector<Rows>& texts,
                                                   TransformerDecoder::Workspace& work) {
  Rows all;
  std::vector<std::size_t> begins{0};
  for (const Rows& text : texts) {
    all.insert(all.end(), text.begin(), text.end());
    begins.push_back(all.size());
  }
  return decoder.remember(matrix_of(all), begins, work);
}

struct Kind {
  NormPlace place;
  Activation activation;
  bool key_bias;
};
class TransformerDecoderOfEachKind : public TestWithParam<Kind> {
 protected:
  Reference reference() const { return {shape_of(GetParam().place, GetParam().activation), GetParam().key_bias}; }
};
INSTANTIATE_TEST_SUITE_P(, TransformerDecoderOfEachKind,
                         Values(Kind{NormPlace::kAfter, Activation::kSilu, true},
                                Kind{NormPlace::kBefore, Activation::kRelu, true},
                                Kind{NormPlace::kBefore, Activation::kRelu, false}));

TEST_P(TransformerDecoderOfEachKind, ComputesStepByStepWhatThePaperComputesAtOnce) {
  const Reference paper = reference();
  const TransformerDecoder decoder = paper.decoder();
  Rng rng(2);
  const std::vector<Rows> texts = {random_rows(rng, 5), random_rows(rng, 1), random_rows(rng, 37)};
  const std::vector<Rows> tokens = {random_rows(rng, 9), random_rows(rng, 6), random_rows(rng, 9)};
  TransformerDecoder::Workspace work;
  const auto sources = sources_of(decoder, texts, work);
  KeyValueCache cache = decoder.make_cache();
  std::vector<KeyValueCache::Hypothesis> hypotheses(3, KeyValueCache::Hypothesis(cache));

  for (std::size_t t = 0; t < 9; ++t) {
    std::vector<Input> inputs;
    Rows rows;
    for (std::size_t i = 0; i < 3; ++i) {
      if (t >= tokens[i].size()) continue;
      inputs.push_back({&hypotheses[i], &sources[i], 1});
      rows.push_back(tokens[i][t]);
    }
    Matrix hidden = matrix_of(rows);
    decoder.apply(hidden, inputs, work);

    for (std::size_t r = 0; r < inputs.size(); ++r) {
      const auto i = static_cast<std::size_t>(inputs[r].past - hypotheses.data());
      const Rows expected =
          paper.run({tokens[i].begin(), tokens[i].begin() + static_cast<std::ptrdiff_t>(t) + 1}, texts[i]);
      expect_near(hidden.row(r), expected.back(), 2e-5);
    }
  }
}

TEST_P(TransformerDecoderOfEachKind, TakesSeveralTokensOfOneHypothesisAtOnce) {
  const Reference paper = reference();
  const TransformerDecoder decoder = paper.decoder();
  Rng rng(3);
  const std::vector<Rows> texts = {random_rows(rng, 20), random_rows(rng, 3)};
  const std::vector<Rows> tokens = {random_rows(rng, 8), random_rows(rng, 8)};
  TransformerDecoder::Workspace work;
  const auto sources = sources_of(decoder, texts, work);
  KeyValueCache cache = decoder.make_cache();
  std::vector<KeyValueCache::Hypothesis> hypotheses(2, KeyValueCache::Hypothesis(cache));
  Rows rows(tokens[0].begin(), tokens[0].begin() + 5);
  rows.push_back(tokens[1][0]);

  Matrix first = matrix_of(rows);
  decoder.apply(first, std::vector<Input>{{&hypotheses[0], &sources[0], 5}, {&hypotheses[1], &sources[1], 1}}, work);
  Matrix second = matrix_of({tokens[0].begin() + 5, tokens[0].end()});
  decoder.apply(second, std::vector<Input>{{&hypotheses[0], &sources[0], 3}}, work);

  const Rows expected = paper.run(tokens[0], texts[0]);
  for (std::size_t t = 0; t < 5; ++t) expect_near(first.row(t), expected[t], 2e-5);
  for (std::size_t t = 0; t < 3; ++t) expect_near(second.row(t), expected[5 + t], 2e-5);
  expect_near(first.row(5), paper.run({tokens[1][0]}, texts[1]).back(), 2e-5);
}

TEST_P(TransformerDecoderOfEachKind, BranchesAHypothesisWithoutHarmToEither) {
  const Reference paper = reference();
  const TransformerDecoder decoder = paper.decoder();
  Rng rng(4);
  const Rows text = random_rows(rng, 7);
  const Rows start = random_rows(rng, 4);
  const Rows ends = random_rows(rng, 3);
  TransformerDecoder::Workspace work;
  const auto sources = sources_of(decoder, {text}, work);
  KeyValueCache cache = decoder.make_cache();
  KeyValueCache::Hypothesis first(cache);
  Matrix shared = matrix_of(start);
  decoder.apply(shared, std::vector<Input>{{&first, &sources[0], 4}}, work);
  const std::size_t entries_before = cache.entries_in_use();

  KeyValueCache::Hypothesis second = first;
  KeyValueCache::Hypothesis third = first;
  Matrix hidden = matrix_of(ends);
  decoder.apply(hidden, std::vector<Input>{{&first, &sources[0]}, {&second, &sources[0]}, {&third, &sources[0]}}, work);

  for (std::size_t i = 0; i < 3; ++i) {
    Rows whole = start;
    whole.push_back(ends[i]);
    expect_near(hidden.row(i), paper.run(whole, text).back(), 2e-5);
  }
  EXPECT_EQ(cache.entries_in_use(), entries_before + 3);
}

TEST_P(TransformerDecoderOfEachKind, ShowsWhereChosenHeadsLooked) {
  const Reference paper = reference();
  const TransformerDecoder decoder = paper.decoder();
  Rng rng(5);
  const Rows text = random_rows(rng, 21);
  const Rows tokens = random_rows(rng, 6);
  TransformerDecoder::Workspace work;
  const auto sources = sources_of(decoder, {text}, work);
  KeyValueCache cache = decoder.make_cache();
  KeyValueCache::Hypothesis hypothesis(cache);
  TransformerDecoder::CrossAttention seen;
  seen.heads = {{1, 2}, {0, 1}};

  Matrix hidden = matrix_of(tokens);
  decoder.apply(hidden, std::vector<Input>{{&hypothesis, &sources[0], 6}}, work, &seen);

  std::map<std::pair<std::size_t, std::size_t>, Row> expected;
  paper.run(tokens, text, &expected);
  ASSERT_EQ(seen.probs.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(seen.probs[i].cols(), 21U);
    const Row& exact = expected.at({seen.heads[i].layer, seen.heads[i].head});
    for (std::size_t s = 0; s < 21; ++s) EXPECT_NEAR(static_cast<double>(seen.probs[i].row(5)[s]), exact[s], 1e-5);
  }
}

TEST(TransformerDecoder, StaysNearF32InBf16AndInt8) {
  const Reference paper(shape_of(NormPlace::kAfter, Activation::kSilu), true);
  Rng rng(6);
  const Rows text = random_rows(rng, 30);
  const Rows tokens = random_rows(rng, 5);
  const Rows expected = paper.run(tokens, text);
  for (const auto& [precision, tolerance] : {std::pair{Precision::kBf16, 0.05}, std::pair{Precision::kInt8, 0.2}}) {
    const TransformerDecoder decoder = paper.decoder(precision);
    TransformerDecoder::Workspace work;
    const auto sources = sources_of(decoder, {text}, work);
    KeyValueCache cache = decoder.make_cache();
    KeyValueCache::Hypothesis hypothesis(cache);

    Matrix hidden = matrix_of(tokens);
    decoder.apply(hidden, std::vector<Input>{{&hypothesis, &sources[0], 5}}, work);

    for (std::size_t t = 0; t < 5; ++t) expect_near(hidden.row(t), expected[t], tolerance);
  }
}

TEST(TransformerDecoder, RefusesRowsThatAreNotItsInputs) {
  const Reference paper(shape_of(NormPlace::kAfter, Activation::kSilu), true);
  const TransformerDecoder decoder = paper.decoder();
  Rng rng(7);
  TransformerDecoder::Workspace work;
  const auto sources = sources_of(decoder, {random_rows(rng, 2)}, work);
  KeyValueCache cache = decoder.make_cache();
  KeyValueCache::Hypothesis hypothesis(cache);
  Matrix hidden(3, kWidth);

  EXPECT_THROW(decoder.apply(hidden, std::vector<Input>{{&hypothesis, &sources[0], 2}}, work), Error);
}

TEST(KeyValueCache, TakesBackWhatNoHypothesisHolds) {
  KeyValueCache cache(2, 8);
  {
    KeyValueCache::Hypothesis first(cache);
    for (int i = 0; i < 100; ++i) first.append();
    KeyValueCache::Hypothesis second = first;
    second.append();
    first = second;
    EXPECT_EQ(cache.entries_in_use(), 101U);
    const KeyValueCache::Hypothesis third = std::move(second);
    EXPECT_EQ(third.size(), 101U);
  }
  EXPECT_EQ(cache.entries_in_use(), 0U);
  const std::size_t bytes = cache.memory_bytes();
  KeyValueCache::Hypothesis again(cache);
  for (int i = 0; i < 101; ++i) again.append();
  EXPECT_EQ(cache.memory_bytes(), bytes);
}

}  // namespace
}  // namespace rapport::nn
