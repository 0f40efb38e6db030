// Small models of every family, with weights that the test makes, against a forward pass in double that is written
// straight from the papers, one text at a time.
#include "nn/models/sequence_classifier.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <string>

#include "base/error.h"
#include "base/rng.h"
#include "support/checkpoint_files.h"
#include "support/temporary_folder.h"

namespace rapport::nn {
namespace {

using testing::MadeTensor;
using testing::TemporaryFolder;

constexpr std::size_t kWidth = 24;
constexpr std::size_t kHeads = 3;
constexpr std::size_t kInner = 40;
constexpr std::size_t kLayers = 2;
constexpr std::size_t kVocabulary = 50;
constexpr std::size_t kPositions = 20;
constexpr std::size_t kLabels = 3;

using Row = std::vector<double>;
using Rows = std::vector<Row>;

/// A model's weights by name, all random.
class MadeModel {
 public:
  explicit MadeModel(std::uint64_t seed) : rng_(seed) {}

  void add(const std::string& name, std::vector<std::size_t> shape, double center = 0) {
    std::size_t count = 1;
    for (const std::size_t size : shape) count *= size;
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(center + rng_.uniform(-0.4, 0.4));
    at_[name] = tensors_.size();
    tensors_.push_back({name, std::move(shape), std::move(values)});
  }
  void add_linear(const std::string& name, std::size_t in, std::size_t out) {
    add(name + ".weight", {out, in});
    add(name + ".bias", {out});
  }
  void rename(const std::string& from, const std::string& to) {
    for (MadeTensor& tensor : tensors_) {
      const std::size_t found = tensor.name.find(from);
      if (found != std::string::npos) tensor.name.replace(found, from.size(), to);
    }
  }
  MadeTensor& tensor(const std::string& name) { return tensors_[at_.at(name)]; }
  const std::vector<float>& operator[](const std::string& name) const { return tensors_[at_.at(name)].values; }
  std::string file() const { return testing::safetensors_of(tensors_); }
  void erase(const std::string& name) { tensors_.erase(tensors_.begin() + static_cast<std::ptrdiff_t>(at_.at(name))); }

 private:
  Rng rng_;
  std::map<std::string, std::size_t> at_;
  std::vector<MadeTensor> tensors_;
};

/// What each family calls its parts: the reference has its own list, so that a mistake in the other one shows.
struct Names {
  std::string embeddings, layer, query, key, value, attention_output, attention_norm, inner, output, output_norm, dense,
      classifier;
  bool types = false;
  bool relu_head = false;
  double eps = 0;
  int first_position = 0;
};

const Names kBertNames = {"bert.embeddings.",
                          "bert.encoder.layer.",
                          ".attention.self.query",
                          ".attention.self.key",
                          ".attention.self.value",
                          ".attention.output.dense",
                          ".attention.output.LayerNorm",
                          ".intermediate.dense",
                          ".output.dense",
                          ".output.LayerNorm",
                          "bert.pooler.dense",
                          "classifier",
                          true,
                          false,
                          1e-12,
                          0};
const Names kDistilBertNames = {"distilbert.embeddings.",
                                "distilbert.transformer.layer.",
                                ".attention.q_lin",
                                ".attention.k_lin",
                                ".attention.v_lin",
                                ".attention.out_lin",
                                ".sa_layer_norm",
                                ".ffn.lin1",
                                ".ffn.lin2",
                                ".output_layer_norm",
                                "pre_classifier",
                                "classifier",
                                false,
                                true,
                                1e-12,
                                0};
const Names kRobertaNames = {"roberta.embeddings.",
                             "roberta.encoder.layer.",
                             ".attention.self.query",
                             ".attention.self.key",
                             ".attention.self.value",
                             ".attention.output.dense",
                             ".attention.output.LayerNorm",
                             ".intermediate.dense",
                             ".output.dense",
                             ".output.LayerNorm",
                             "classifier.dense",
                             "classifier.out_proj",
                             true,
                             false,
                             1e-5,
                             2};

MadeModel make_model(const Names& names, std::uint64_t seed) {
  MadeModel model(seed);
  model.add(names.embeddings + "word_embeddings.weight", {kVocabulary, kWidth});
  model.add(names.embeddings + "position_embeddings.weight", {kPositions, kWidth});
  if (names.types) model.add(names.embeddings + "token_type_embeddings.weight", {2, kWidth});
  model.add(names.embeddings + "LayerNorm.weight", {kWidth}, 1);
  model.add(names.embeddings + "LayerNorm.bias", {kWidth});
  for (std::size_t i = 0; i < kLayers; ++i) {
    const std::string layer = names.layer + std::to_string(i);
    for (const std::string& part : {names.query, names.key, names.value, names.attention_output}) {
      model.add_linear(layer + part, kWidth, kWidth);
    }
    model.add_linear(layer + names.inner, kWidth, kInner);
    model.add_linear(layer + names.output, kInner, kWidth);
    for (const std::string& norm : {names.attention_norm, names.output_norm}) {
      model.add(layer + norm + ".weight", {kWidth}, 1);
      model.add(layer + norm + ".bias", {kWidth});
    }
  }
  model.add_linear(names.dense, kWidth, kWidth);
  model.add_linear(names.classifier, kWidth, kLabels);
  return model;
}

// --- the forward pass in double

Row linear(const MadeModel& model, const std::string& name, const Row& x) {
  const auto& weight = model[name + ".weight"];
  const auto& bias = model[name + ".bias"];
  Row y(bias.begin(), bias.end());
  for (std::size_t i = 0; i < y.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) y[i] += static_cast<double>(weight[i * x.size() + j]) * x[j];
  }
  return y;
}

Row norm(const MadeModel& model, const std::string& name, const Row& x, double eps) {
  double mean = 0;
  for (const double v : x) mean += v / static_cast<double>(x.size());
  double variance = 0;
  for (const double v : x) variance += (v - mean) * (v - mean) / static_cast<double>(x.size());
  Row y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    y[i] = (x[i] - mean) / std::sqrt(variance + eps) * static_cast<double>(model[name + ".weight"][i]) +
           static_cast<double>(model[name + ".bias"][i]);
  }
  return y;
}

Row sum(const Row& a, const Row& b) {
  Row y = a;
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += b[i];
  return y;
}

double gelu_of(double x) {
  return x * 0.5 * std::erfc(-x / std::sqrt(2.0));
}
double gelu_tanh_of(double x) {
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
}
double relu_of(double x) {
  return std::max(x, 0.0);
}

/// Scaled dot-product attention of one head, for the query of one token.
void attend(const Row& query, const Rows& keys, const Rows& values, std::size_t begin, Row& out) {
  constexpr std::size_t kHead = kWidth / kHeads;
  Row weights;
  double total = 0;
  for (const Row& key : keys) {
    double score = 0;
    for (std::size_t d = begin; d < begin + kHead; ++d) score += query[d] * key[d];
    weights.push_back(std::exp(score / std::sqrt(static_cast<double>(kHead))));
    total += weights.back();
  }
  for (std::size_t d = begin; d < begin + kHead; ++d) {
    out[d] = 0;
    for (std::size_t s = 0; s < values.size(); ++s) out[d] += weights[s] / total * values[s][d];
  }
}

Rows apply_layer(const MadeModel& model, const Names& names, std::size_t i, const Rows& x,
                 double (*activation)(double)) {
  const std::string layer = names.layer + std::to_string(i);
  Rows queries, keys, values;
  for (const Row& row : x) {
    queries.push_back(linear(model, layer + names.query, row));
    keys.push_back(linear(model, layer + names.key, row));
    values.push_back(linear(model, layer + names.value, row));
  }
  Rows result;
  for (std::size_t t = 0; t < x.size(); ++t) {
    Row context(kWidth);
    for (std::size_t head = 0; head < kHeads; ++head)
      attend(queries[t], keys, values, head * (kWidth / kHeads), context);
    const Row attended = norm(model, layer + names.attention_norm,
                              sum(linear(model, layer + names.attention_output, context), x[t]), names.eps);
    Row inner = linear(model, layer + names.inner, attended);
    for (double& v : inner) v = activation(v);
    result.push_back(
        norm(model, layer + names.output_norm, sum(linear(model, layer + names.output, inner), attended), names.eps));
  }
  return result;
}

Row reference_logits(const MadeModel& model, const Names& names, TokenSequence ids, double (*activation)(double)) {
  Rows x;
  for (std::size_t t = 0; t < ids.size(); ++t) {
    Row row(kWidth);
    for (std::size_t d = 0; d < kWidth; ++d) {
      row[d] = static_cast<double>(
                   model[names.embeddings + "word_embeddings.weight"][static_cast<std::size_t>(ids[t]) * kWidth + d]) +
               static_cast<double>(model[names.embeddings + "position_embeddings.weight"]
                                        [(t + static_cast<std::size_t>(names.first_position)) * kWidth + d]);
      if (names.types) row[d] += static_cast<double>(model[names.embeddings + "token_type_embeddings.weight"][d]);
    }
    x.push_back(norm(model, names.embeddings + "LayerNorm", row, names.eps));
  }
  for (std::size_t i = 0; i < kLayers; ++i) x = apply_layer(model, names, i, x, activation);
  Row pooled = linear(model, names.dense, x[0]);
  for (double& v : pooled) v = names.relu_head ? relu_of(v) : std::tanh(v);
  return linear(model, names.classifier, pooled);
}

// --- folders

std::string bert_config(const std::string& type, const std::string& activation, const std::string& more = "") {
  return R"({"model_type":")" + type + R"(","hidden_act":")" + activation +
         R"(","num_hidden_layers":2,"num_attention_heads":3,)" +
         R"("hidden_size":24,"intermediate_size":40,"vocab_size":50,"max_position_embeddings":20,"type_vocab_size":2,)" +
         R"("pad_token_id":1,"layer_norm_eps":)" + (type == "bert" ? "1e-12" : "1e-5") +
         R"(,"id2label":{"0":"a","1":"b","2":"c"})" + more + "}";
}

std::string distilbert_config(const std::string& activation) {
  return R"({"model_type":"distilbert","activation":")" + activation +
         R"(","n_layers":2,"n_heads":3,"dim":24,"hidden_dim":40,)" +
         R"("vocab_size":50,"max_position_embeddings":20,"id2label":{"2":"c","0":"a","1":"b"}})";
}

void write_folder(const TemporaryFolder& folder, const std::string& config, const MadeModel& model) {
  folder.write("config.json", config);
  folder.write("model.safetensors", model.file());
}

const std::vector<std::vector<std::int32_t>> kTexts = {
    {0, 7, 9, 2}, {5}, {0, 49, 3, 3, 11, 12, 13, 14, 15, 16, 17, 2}, {8, 8}};

void expect_logits(const SequenceClassifier& classifier, const MadeModel& model, const Names& names,
                   double (*activation)(double), double tolerance = 1e-5) {
  const std::vector<TokenSequence> sequences(kTexts.begin(), kTexts.end());
  Matrix logits(sequences.size(), kLabels);
  SequenceClassifier::State state;
  classifier.logits(sequences, state, logits);
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const Row expected = reference_logits(model, names, sequences[i], activation);
    for (std::size_t j = 0; j < kLabels; ++j)
      EXPECT_NEAR(static_cast<double>(logits.row(i)[j]), expected[j], tolerance) << i;
  }
}

TEST(SequenceClassifier, ComputesBertAsThePaperHasIt) {
  const TemporaryFolder folder;
  const MadeModel model = make_model(kBertNames, 1);
  write_folder(folder, bert_config("bert", "gelu"), model);
  const SequenceClassifier classifier = SequenceClassifier::load(folder.path());
  EXPECT_EQ(classifier.max_tokens(), 20U);
  EXPECT_EQ(classifier.labels(), (std::vector<std::string>{"a", "b", "c"}));
  expect_logits(classifier, model, kBertNames, gelu_of);
}

TEST(SequenceClassifier, ComputesDistilBertAsThePaperHasIt) {
  const TemporaryFolder folder;
  const MadeModel model = make_model(kDistilBertNames, 2);
  write_folder(folder, distilbert_config("gelu"), model);
  expect_logits(SequenceClassifier::load(folder.path()), model, kDistilBertNames, gelu_of);
}

TEST(SequenceClassifier, ComputesRobertaAsThePaperHasIt) {
  const TemporaryFolder folder;
  const MadeModel model = make_model(kRobertaNames, 3);
  write_folder(folder, bert_config("roberta", "gelu"), model);
  const SequenceClassifier classifier = SequenceClassifier::load(folder.path());
  EXPECT_EQ(classifier.max_tokens(), 18U);
  expect_logits(classifier, model, kRobertaNames, gelu_of);
}

TEST(SequenceClassifier, KnowsTheOtherActivations) {
  const TemporaryFolder folder;
  const MadeModel model = make_model(kBertNames, 4);
  write_folder(folder, bert_config("bert", "gelu_new"), model);
  expect_logits(SequenceClassifier::load(folder.path()), model, kBertNames, gelu_tanh_of);
  folder.write("config.json", bert_config("bert", "relu"));
  expect_logits(SequenceClassifier::load(folder.path()), model, kBertNames, relu_of);
}

TEST(SequenceClassifier, ReadsOlderNamesOfNormalisation) {
  const TemporaryFolder folder;
  MadeModel model = make_model(kBertNames, 5);
  model.rename("LayerNorm.weight", "LayerNorm.gamma");
  model.rename("LayerNorm.bias", "LayerNorm.beta");
  write_folder(folder, bert_config("bert", "gelu"), model);
  expect_logits(SequenceClassifier::load(folder.path()), model, kBertNames, gelu_of);
}

TEST(SequenceClassifier, StaysNearInLowPrecision) {
  const TemporaryFolder folder;
  const MadeModel model = make_model(kDistilBertNames, 6);
  write_folder(folder, distilbert_config("gelu"), model);
  expect_logits(SequenceClassifier::load(folder.path(), {.precision = Precision::kBf16}), model, kDistilBertNames,
                gelu_of, 0.05);
  expect_logits(SequenceClassifier::load(folder.path(), {.precision = Precision::kInt8}), model, kDistilBertNames,
                gelu_of, 0.1);
}

TEST(SequenceClassifier, GivesTheSameLogitsHoweverABatchIsCut) {
  const TemporaryFolder folder;
  const MadeModel model = make_model(kRobertaNames, 7);
  write_folder(folder, bert_config("roberta", "gelu"), model);
  const SequenceClassifier whole = SequenceClassifier::load(folder.path(), {.chunk_tokens = 100'000});
  const SequenceClassifier pieces = SequenceClassifier::load(folder.path(), {.chunk_tokens = 16});
  std::vector<TokenSequence> sequences;
  for (int i = 0; i < 120; ++i) sequences.emplace_back(kTexts[static_cast<std::size_t>(i * i) % kTexts.size()]);
  Matrix a(sequences.size(), kLabels);
  Matrix b(sequences.size(), kLabels);
  SequenceClassifier::State state;

  whole.logits(sequences, state, a);
  pieces.logits(sequences, state, b);

  for (std::size_t i = 0; i < sequences.size() * kLabels; ++i) ASSERT_NEAR(a.data()[i], b.data()[i], 1e-5F);
}

TEST(SequenceClassifier, GivesPaddingTokensTheirOwnPosition) {
  const TemporaryFolder folder;
  const MadeModel model = make_model(kRobertaNames, 8);
  write_folder(folder, bert_config("roberta", "gelu"), model);
  const SequenceClassifier classifier = SequenceClassifier::load(folder.path());
  const std::vector<std::int32_t> ids = {0, 1, 7, 1, 2};  // 1 is <pad>
  const TokenSequence sequence = ids;
  TransformerEncoder::Workspace work;

  classifier.encoder().embed({&sequence, 1}, work);

  EXPECT_EQ(work.positions, (std::vector<std::int32_t>{2, 1, 3, 1, 4}));
}

TEST(SequenceClassifier, RefusesTokensThatTheModelCannotRead) {
  const TemporaryFolder folder;
  write_folder(folder, bert_config("roberta", "gelu"), make_model(kRobertaNames, 9));
  const SequenceClassifier classifier = SequenceClassifier::load(folder.path());
  SequenceClassifier::State state;
  Matrix out(1, kLabels);
  for (const std::vector<std::int32_t>& ids :
       {std::vector<std::int32_t>{}, {50}, {-1}, std::vector<std::int32_t>(19, 3)}) {
    const TokenSequence sequence = ids;
    EXPECT_THROW(classifier.logits({&sequence, 1}, state, out), Error);
  }
  const std::vector<std::int32_t> longest(18, 3);
  const TokenSequence sequence = longest;
  classifier.logits({&sequence, 1}, state, out);
}

// --- folders that are wrong

std::string load_error(const TemporaryFolder& folder) {
  try {
    SequenceClassifier::load(folder.path());
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
    return error.message();
  }
  ADD_FAILURE() << "loaded";
  return "";
}

TEST(SequenceClassifier, NamesTheTensorThatIsWrong) {
  const auto error_after = [](const std::function<void(MadeModel&)>& damage) {
    const TemporaryFolder folder;
    MadeModel model = make_model(kRobertaNames, 10);
    damage(model);
    write_folder(folder, bert_config("roberta", "gelu"), model);
    return load_error(folder);
  };
  const std::string key = "roberta.encoder.layer.1.attention.self.key";
  EXPECT_NE(error_after([&](MadeModel& m) { m.erase(key + ".weight"); }).find(key + ".weight"), std::string::npos);
  EXPECT_NE(error_after([&](MadeModel& m) {
              m.tensor(key + ".weight").shape = {48, 12};
            }).find("is [48, 12], its configuration asks for [24, 24]"),
            std::string::npos);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_NE(error_after([&](MadeModel& m) { m.tensor(key + ".bias").values[3] = nan; }).find(key + ".bias"),
            std::string::npos);
  EXPECT_NE(
      error_after([&](MadeModel& m) { m.tensor(key + ".weight").values[3] = nan; }).find("layer.1.attention.self"),
      std::string::npos);
  EXPECT_NE(error_after([&](MadeModel& m) { m.erase("classifier.out_proj.bias"); }).find("classifier.out_proj.bias"),
            std::string::npos);
}

TEST(SequenceClassifier, SaysThatItsResultsAreNoNumbers) {
  const TemporaryFolder folder;
  MadeModel model = make_model(kRobertaNames, 11);
  model.tensor("roberta.embeddings.word_embeddings.weight").values[5 * kWidth] = std::numeric_limits<float>::infinity();
  write_folder(folder, bert_config("roberta", "gelu"), model);
  const SequenceClassifier classifier = SequenceClassifier::load(folder.path());
  SequenceClassifier::State state;
  Matrix out(1, kLabels);
  const TokenSequence sequence = kTexts[1];
  EXPECT_THROW(classifier.logits({&sequence, 1}, state, out), Error);
}

TEST(ClassifierConfig, RefusesWhatIsOutOfBoundsByName) {
  const TemporaryFolder folder;
  const auto with = [&](std::string config, const std::string& from, const std::string& to) {
    const std::size_t at = config.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    folder.write("config.json", config.replace(at, from.size(), to));
    return load_error(folder);
  };
  const std::string good = bert_config("bert", "gelu");
  const auto expect = [&](const std::string& from, const std::string& to, const std::string& part) {
    const std::string message = with(good, from, to);
    EXPECT_NE(message.find(part), std::string::npos) << message;
  };
  expect("\"hidden_size\":24", "\"hidden_size\":0", "hidden_size");
  expect("\"hidden_size\":24", "\"hidden_size\":-24", "hidden_size");
  expect("\"hidden_size\":24", "\"hidden_size\":24.5", "hidden_size");
  expect("\"hidden_size\":24", "\"hidden_size\":1e300", "hidden_size");
  expect("\"hidden_size\":24", "\"hidden_size\":\"24\"", "hidden_size");
  expect("\"hidden_size\":24,", "", "hidden_size is missing");
  expect("\"hidden_size\":24", "\"hidden_size\":25", "heads does not divide");
  expect("\"num_hidden_layers\":2", "\"num_hidden_layers\":100000", "num_hidden_layers");
  expect("\"vocab_size\":50", "\"vocab_size\":9223372036854775807", "vocab_size");
  expect("\"layer_norm_eps\":1e-12", "\"layer_norm_eps\":-1", "layer_norm_eps");
  expect("\"model_type\":\"bert\"", "\"model_type\":\"gpt2\"", "model_type");
  expect("\"hidden_act\":\"gelu\"", "\"hidden_act\":\"mish\"", "activation");
  expect("{\"0\":\"a\",\"1\":\"b\",\"2\":\"c\"}", "{\"0\":\"a\",\"2\":\"c\"}", "id2label");
  expect("{\"0\":\"a\",\"1\":\"b\",\"2\":\"c\"}", "[]", "id2label");
  expect("{\"0\":\"a\",\"1\":\"b\",\"2\":\"c\"}", "{\"0\":\"a\",\"00\":\"b\"}", "id2label");
  expect("\"model_type\"", "\"architectures\":[\"BertForMaskedLM\"],\"model_type\"", "ForSequenceClassification");
  expect("\"model_type\"", "\"position_embedding_type\":\"relative_key\",\"model_type\"", "positions");
  expect("{\"model_type\"", "[{\"model_type\"", "not JSON");
  const std::string roberta = with(bert_config("roberta", "gelu"), "\"pad_token_id\":1", "\"pad_token_id\":19");
  EXPECT_NE(roberta.find("max_position_embeddings"), std::string::npos) << roberta;
}

TEST(ClassifierConfig, SaysThatAFolderHoldsNoModel) {
  const TemporaryFolder folder;
  EXPECT_NE(load_error(folder).find("config.json"), std::string::npos);
}

TEST(ClassifierConfig, NotesLabelsThatStandForThemselves) {
  const TemporaryFolder folder;
  write_folder(folder, bert_config("bert", "gelu", R"(,"problem_type":"multi_label_classification")"),
               make_model(kBertNames, 12));
  EXPECT_TRUE(SequenceClassifier::load(folder.path()).multi_label());
}

}  // namespace
}  // namespace rapport::nn
