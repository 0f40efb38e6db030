// Training of text models. Two things make it deterministic with any number of threads: a batch's texts all see the
// weights from before the batch, and every row of the table is moved by one thread, text after text.
#include "ml/ngram_trainer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/error.h"
#include "base/rng.h"
#include "base/thread_pool.h"
#include "ml/ngram_network.h"

namespace rapport::ml {
namespace {

constexpr std::size_t kSketchBits = 25;  // counters that find features of too few texts without a table of all
constexpr std::uint32_t kSketchMax = 255;

struct Example {
  std::uint32_t head = 0;
  float weight = 1;
  std::size_t target = 0;  ///< in Impl::targets
  std::size_t begin = 0;   ///< in Impl::hashes, later in Impl::features
  std::size_t end = 0;
};

/// Sums of squared gradients. One for a row's hidden columns together, one for every other weight.
struct AdaGrad {
  float rate = 0;
  float l2 = 0;

  float step(float gradient, float weight, float& sum) const {
    const float pulled = gradient + l2 * weight;
    sum += pulled * pulled;
    return rate * pulled / std::sqrt(sum);
  }
};

/// Numbers by hash: a flat table, since all features of all texts go through it.
class HashIndex {
 public:
  explicit HashIndex(std::size_t expected) : keys_(std::bit_ceil(expected * 2 + 16)), values_(keys_.size()) {}

  /// The number of a hash, which is put in with 0 when it is not there.
  std::uint32_t& at(std::uint64_t hash) {
    if (used_ * 3 > keys_.size() * 2) grow();
    const std::size_t slot = find(hash);
    if (keys_[slot] == 0) {
      keys_[slot] = key(hash);
      ++used_;
    }
    return values_[slot];
  }
  const std::uint32_t* get(std::uint64_t hash) const {
    const std::size_t slot = find(hash);
    return keys_[slot] == 0 ? nullptr : &values_[slot];
  }
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t slot = 0; slot < keys_.size(); ++slot) {
      if (keys_[slot] != 0) visit(keys_[slot], values_[slot]);
    }
  }

 private:
  static std::uint64_t key(std::uint64_t hash) { return hash == 0 ? 1 : hash; }  // 0 marks a free slot
  std::size_t find(std::uint64_t hash) const {
    std::size_t slot = static_cast<std::size_t>(hash) & (keys_.size() - 1);
    while (keys_[slot] != 0 && keys_[slot] != key(hash)) slot = (slot + 1) & (keys_.size() - 1);
    return slot;
  }
  void grow() {
    HashIndex larger(keys_.size());
    each([&](std::uint64_t hash, std::uint32_t value) { larger.at(hash) = value; });
    *this = std::move(larger);
  }

  std::vector<std::uint64_t> keys_;
  std::vector<std::uint32_t> values_;
  std::size_t used_ = 0;
};

std::uint64_t next_random(std::uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

}  // namespace

struct NgramTrainer::Impl {
  Impl(NgramTraining settings, std::vector<NgramTask> given, std::vector<std::pair<std::uint64_t, float>> words)
      : training(std::move(settings)),
        tasks(std::move(given)),
        lexicon(std::move(words)),
        packed(lexicon),
        sketch(std::size_t{1} << kSketchBits) {}

  NgramTraining training;
  std::vector<NgramTask> tasks;
  std::vector<std::pair<std::uint64_t, float>> lexicon;
  PackedLexicon packed;

  std::vector<std::uint8_t> sketch;
  std::vector<Example> examples;
  std::vector<float> targets;
  std::vector<std::uint64_t> hashes;    // of all texts, until features are chosen
  std::vector<std::uint32_t> features;  // of all texts, as rows of the network
  std::vector<std::uint64_t> kept;      // row -> hash

  std::unique_ptr<NgramNetwork> network;
  std::vector<float> hidden_sums;  // AdaGrad's, a row's hidden columns together
  std::vector<float> wide_sums;    // [rows, wide columns]
  std::vector<float> dense_sums;

  struct Slot {
    NgramNetwork::Text text;
    NgramNetwork::Pass pass;
    std::vector<std::uint32_t> features;
    std::vector<float> mask;
  };
  std::vector<Slot> batch;

  std::vector<std::uint64_t> frequent_features() const;
  void choose_features();
  void make_network();
  void run_epoch(std::size_t epoch, const Progress& progress);
  void prepare(Slot& slot, std::size_t example, std::size_t epoch) const;
  void move_rows(std::size_t size, std::size_t shard, std::size_t shards, const AdaGrad& optimizer);
  void move_dense(std::size_t size, const AdaGrad& optimizer);
};

// Those of enough texts, the frequent first.
std::vector<std::uint64_t> NgramTrainer::Impl::frequent_features() const {
  HashIndex counts(std::size_t{1} << 16);
  for (const std::uint64_t hash : hashes) {
    if (sketch[hash >> (64 - kSketchBits)] >= std::min(training.min_texts, kSketchMax)) ++counts.at(hash);
  }
  std::vector<std::pair<std::uint32_t, std::uint64_t>> order;
  counts.each([&](std::uint64_t hash, std::uint32_t count) {
    if (count >= training.min_texts) order.emplace_back(count, hash);
  });
  std::sort(order.begin(), order.end(), std::greater<>());
  std::vector<std::uint64_t> frequent;
  for (const auto& entry : order) frequent.push_back(entry.second);
  return frequent;
}

void NgramTrainer::Impl::choose_features() {
  kept = features_with_room(frequent_features(), training.log2_groups);
  HashIndex rows(kept.size());
  for (std::uint32_t row = 0; row < kept.size(); ++row) rows.at(kept[row]) = row;
  for (Example& example : examples) {
    const std::size_t begin = features.size();
    for (std::size_t i = example.begin; i < example.end; ++i) {
      const std::uint32_t* row = rows.get(hashes[i]);
      if (row != nullptr) features.push_back(*row);
    }
    example.begin = begin;
    example.end = features.size();
  }
  hashes = {};
  sketch = {};
}

void NgramTrainer::Impl::make_network() {
  std::vector<std::size_t> labels;
  std::vector<bool> wide;
  std::size_t dense = training.hidden;
  for (const NgramTask& task : tasks) {
    labels.push_back(task.labels.size());
    wide.push_back(task.wide);
    dense += task.labels.size() * (training.hidden + 1);
  }
  network = std::make_unique<NgramNetwork>(kept.size(), training.hidden, labels, wide, training.seed);
  hidden_sums.assign(kept.size(), training.hidden_start);
  wide_sums.assign(kept.size() * (network->width() - training.hidden), training.wide_start);
  dense_sums.assign(dense, 1e-3F);
}

// A text as this epoch sees it: without some of its features, with some hidden units off.
void NgramTrainer::Impl::prepare(Slot& slot, std::size_t index, std::size_t epoch) const {
  const Example& example = examples[index];
  std::uint64_t random =
      (training.seed * 0x9E3779B97F4A7C15ULL) ^ (index * 0xBF58476D1CE4E5B9ULL) ^ ((epoch + 1) << 56);
  for (int i = 0; i < 4; ++i) next_random(random);
  const auto drop = static_cast<std::uint32_t>(training.feature_dropout_prob * 65536);
  slot.features.clear();
  for (std::size_t i = example.begin; i < example.end; ++i) {
    if (drop == 0 || (next_random(random) & 0xFFFF) >= drop) slot.features.push_back(features[i]);
  }
  slot.mask.clear();
  if (training.hidden_dropout_prob > 0) {
    const auto off = static_cast<std::uint32_t>(training.hidden_dropout_prob * 65536);
    const float on = 1 / (1 - training.hidden_dropout_prob);
    for (std::size_t i = 0; i < training.hidden; ++i)
      slot.mask.push_back((next_random(random) & 0xFFFF) < off ? 0 : on);
  }
  const std::size_t labels = tasks[example.head].labels.size();
  slot.text = {slot.features, example.head, std::span(targets).subspan(example.target, labels), example.weight,
               slot.mask};
}

void NgramTrainer::Impl::move_rows(std::size_t size, std::size_t shard, std::size_t shards, const AdaGrad& optimizer) {
  const std::size_t hidden = training.hidden;
  const std::size_t wide_width = network->width() - hidden;
  for (std::size_t b = 0; b < size; ++b) {
    const Slot& slot = batch[b];
    const NgramNetwork::Head& head = network->heads[slot.text.head];
    const float scale = slot.pass.scale;
    const float* hidden_grad = slot.pass.hidden_grad.data();
    float square = 0;
    for (std::size_t i = 0; i < hidden; ++i) square += hidden_grad[i] * hidden_grad[i];
    square *= scale * scale / static_cast<float>(std::max<std::size_t>(hidden, 1));
    for (const std::uint32_t feature : slot.text.features) {
      if (feature % shards != shard) continue;
      float* row = network->row(feature);
      if (hidden > 0 && square > 0) {
        float& sum = hidden_sums[feature];
        sum += square;
        const float rate = optimizer.rate * scale / std::sqrt(sum);
        const float keep = 1 - optimizer.rate * optimizer.l2 / std::sqrt(sum);
        for (std::size_t i = 0; i < hidden; ++i) row[i] = row[i] * keep - rate * hidden_grad[i];
      }
      if (head.wide_at < 0) continue;
      float* wide = row + head.wide_at;
      float* sums = wide_sums.data() + feature * wide_width + (static_cast<std::size_t>(head.wide_at) - hidden);
      for (std::size_t i = 0; i < head.labels; ++i) {
        wide[i] -= optimizer.step(slot.pass.logits_grad[i] * scale, wide[i], sums[i]);
      }
    }
  }
}

void NgramTrainer::Impl::move_dense(std::size_t size, const AdaGrad& optimizer) {
  const std::size_t hidden = training.hidden;
  for (std::size_t b = 0; b < size; ++b) {
    const Slot& slot = batch[b];
    float* sums = dense_sums.data();
    for (std::size_t i = 0; i < hidden; ++i) {
      network->hidden_bias[i] -= optimizer.step(slot.pass.hidden_grad[i], 0, sums[i]);
    }
    sums += hidden;
    for (std::size_t h = 0; h < slot.text.head; ++h) sums += tasks[h].labels.size() * (hidden + 1);
    NgramNetwork::Head& head = network->heads[slot.text.head];
    for (std::size_t label = 0; label < head.labels; ++label) {
      const float error = slot.pass.logits_grad[label];
      float* weights = head.output.data() + label * hidden;
      for (std::size_t i = 0; i < hidden; ++i) weights[i] -= optimizer.step(error * slot.pass.hidden[i], 0, sums[i]);
      head.bias[label] -= optimizer.step(error, 0, sums[hidden]);
      sums += hidden + 1;
    }
  }
}

void NgramTrainer::Impl::run_epoch(std::size_t epoch, const Progress& progress) {
  std::vector<std::size_t> order(examples.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Rng(training.seed).split(epoch).shuffle(order);
  batch.resize(training.batch);
  for (std::size_t first = 0; first < order.size(); first += training.batch) {
    const std::size_t size = std::min(training.batch, order.size() - first);
    parallel_for(size, training.threads, [&](std::size_t begin, std::size_t end) {
      for (std::size_t b = begin; b < end; ++b) {
        prepare(batch[b], order[first + b], epoch);
        network->forward(batch[b].text, batch[b].pass);
      }
    });
    const double done = (static_cast<double>(epoch) * static_cast<double>(order.size()) + static_cast<double>(first)) /
                        (static_cast<double>(training.epochs) * static_cast<double>(order.size()));
    const AdaGrad optimizer{training.rate * static_cast<float>(1 - done), training.l2};
    const std::size_t shards = std::max<std::size_t>(training.threads, 1);
    parallel_for(shards, shards, [&](std::size_t begin, std::size_t end) {
      for (std::size_t shard = begin; shard < end; ++shard) move_rows(size, shard, shards, optimizer);
    });
    move_dense(size, optimizer);
    if (progress && first % (training.batch * 256) == 0) {
      progress("train", epoch * order.size() + first, training.epochs * order.size());
    }
  }
}

NgramTrainer::NgramTrainer(NgramTraining training, std::vector<NgramTask> tasks,
                           std::vector<std::pair<std::uint64_t, float>> lexicon)
    : impl_(std::make_unique<Impl>(std::move(training), std::move(tasks), std::move(lexicon))) {}
NgramTrainer::~NgramTrainer() = default;
NgramTrainer::NgramTrainer(NgramTrainer&&) noexcept = default;

void NgramTrainer::add(std::string_view text, std::size_t task, std::span<const float> target, float weight) {
  Impl& impl = *impl_;
  Example example{static_cast<std::uint32_t>(task), weight, impl.targets.size(), impl.hashes.size(), 0};
  const NgramLexicon lexicon = impl.packed.view();
  NgramReader reader(text, impl.training.options, lexicon);
  for (std::span<const std::uint64_t> block; reader.next(block);) {
    for (const std::uint64_t hash : block) {
      impl.hashes.push_back(hash);
      std::uint8_t& count = impl.sketch[hash >> (64 - kSketchBits)];
      if (count < kSketchMax) ++count;
    }
  }
  example.end = impl.hashes.size();
  impl.targets.insert(impl.targets.end(), target.begin(), target.end());
  impl.examples.push_back(example);
}

void NgramTrainer::fit(const Progress& progress) {
  Impl& impl = *impl_;
  if (impl.examples.empty())
    throw Error(ErrorKind::kInvalid, "invalid_training_data", "There is no text to learn from.");
  impl.choose_features();
  impl.make_network();
  for (std::size_t epoch = 0; epoch < impl.training.epochs; ++epoch) impl.run_epoch(epoch, progress);
}

NgramModel NgramTrainer::model(std::size_t task, float temperature) const {
  const Impl& impl = *impl_;
  const NgramNetwork::Head& head = impl.network->heads[task];
  NgramModel model;
  model.options = impl.training.options;
  model.labels = impl.tasks[task].labels;
  model.lexicon = impl.lexicon;
  model.wide = head.wide_at < 0 ? 0 : head.labels;
  model.hidden = impl.training.hidden;
  model.features = impl.kept;
  model.rows.reserve(impl.kept.size() * (model.wide + model.hidden));
  for (std::size_t feature = 0; feature < impl.kept.size(); ++feature) {
    const float* row = impl.network->row(feature);
    if (model.wide > 0)
      model.rows.insert(model.rows.end(), row + head.wide_at,
                        row + head.wide_at + static_cast<std::ptrdiff_t>(model.wide));
    model.rows.insert(model.rows.end(), row, row + model.hidden);
  }
  model.hidden_bias = impl.network->hidden_bias;
  model.output = head.output;
  model.bias = head.bias;
  model.temperature = temperature;
  return model;
}

}  // namespace rapport::ml
