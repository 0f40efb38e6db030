// Hashed n-gram models: reading texts, reading models from anybody's bytes, learning.
#include "ml/ngram_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "ml/ngram_classifier.h"
#include "ml/ngram_network.h"
#include "ml/ngram_trainer.h"

namespace rapport::ml {
namespace {

std::multiset<std::uint64_t> features(std::string_view text, NgramFamilies families = kAllNgramFamilies) {
  NgramOptions options;
  options.families = families;
  const NgramLexicon none;
  NgramReader reader(text, options, none);
  std::multiset<std::uint64_t> all;
  for (std::span<const std::uint64_t> block; reader.next(block);) all.insert(block.begin(), block.end());
  return all;
}

std::variant<NgramClassifier, std::string> read(const std::string& bytes) {
  return NgramClassifier::read(std::as_bytes(std::span(bytes)));
}

std::vector<float> probabilities(const std::string& bytes, std::string_view text) {
  const auto model = std::get<NgramClassifier>(read(bytes));
  std::vector<float> probs(model.labels().size());
  model.probabilities(text, probs);
  return probs;
}

NgramTrainer trained(NgramTraining training) {
  NgramTrainer trainer(training, {{{"bad", "good"}, true}, {{"question", "statement"}, false}},
                       {{ngram_unit("lovely", training.options), 3.0F}});
  const std::string_view good[] = {"nice work", "very nice", "good day", "a good one", "lovely day", "nice and good"};
  const std::string_view bad[] = {"bad work", "very bad", "awful day", "a bad one", "awful and bad", "ugly day"};
  for (int round = 0; round < 5; ++round) {
    for (const auto text : good) trainer.add(text, 0, std::vector<float>{0, 1}, 1);
    for (const auto text : bad) trainer.add(text, 0, std::vector<float>{1, 0}, 1);
    trainer.add("is it nice?", 1, std::vector<float>{1, 0}, 0.5F);
    trainer.add("it is", 1, std::vector<float>{0, 1}, 0.5F);
  }
  trainer.fit({});
  return trainer;
}

NgramTraining small_training() {
  NgramTraining training;
  training.hidden = 5;
  training.log2_groups = 8;
  training.epochs = 20;
  training.feature_dropout_prob = 0.1F;
  training.hidden_dropout_prob = 0.1F;
  training.batch = 7;
  return training;
}

std::string small_model(NgramTraining training = small_training()) {
  return pack_ngram_model(trained(training).model(0, 1.5F), training.log2_groups);
}

TEST(NgramReader, FoldsCaseAndAccents) {
  EXPECT_EQ(features("Très BIEN", bit(NgramFamily::kWord)), features("tres bien", bit(NgramFamily::kWord)));
}

TEST(NgramReader, MarksWordsBehindANegationUpToTheEndOfTheClause) {
  EXPECT_EQ(features("not good at all", bit(NgramFamily::kNegatedWord)).size(), 3U);
  EXPECT_EQ(features("not good. nice", bit(NgramFamily::kNegatedWord)).size(), 1U);
  EXPECT_TRUE(features("good", bit(NgramFamily::kNegatedWord)).empty());
}

TEST(NgramReader, SeesNoNamesAndNoAddresses) {
  const auto words = bit(NgramFamily::kWord) | bit(NgramFamily::kCharInWord);
  EXPECT_EQ(features("@ana_b hi https://example.com/x?y=1", words), features("hi", words));
  EXPECT_EQ(features("hi someone@example.com", words), features("hi", words));
}

TEST(NgramReader, JoinsWordsOverApostrophesAndSplitsArticles) {
  const auto words = bit(NgramFamily::kWord);
  EXPECT_EQ(features("don't", words), features("dont", words));
  EXPECT_EQ(features("l'amore", words), features("l amore", words));
}

TEST(NgramReader, TellsEmojiApartAndIgnoresSkinTones) {
  const auto symbols = bit(NgramFamily::kSymbol);
  EXPECT_EQ(features("👍🏽", symbols), features("👍", symbols));
  EXPECT_NE(features("👍", symbols), features("👎", symbols));
  EXPECT_NE(features(":)", symbols), features(":(", symbols));
  EXPECT_EQ(features(":D", symbols).size(), 1U);
}

TEST(NgramReader, ReadsALengthenedWordAsItsShortForm) {
  EXPECT_EQ(features("gooooood", bit(NgramFamily::kWord)), features("good", bit(NgramFamily::kWord)));
}

TEST(NgramReader, ReadsAnyBytesInBlocksOfBoundedSize) {
  Rng rng(5);
  const NgramLexicon none;
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 300; ++i) text += static_cast<char>(rng.integer(0, 255));
    NgramReader reader(text, {}, none);
    std::size_t total = 0;
    for (std::span<const std::uint64_t> block; reader.next(block);) {
      ASSERT_LE(block.size(), NgramReader::kMaxBlock);
      total += block.size();
    }
    ASSERT_LT(total, text.size() * 40);
  }
}

TEST(NgramUnit, IsNothingForSeveralWords) {
  EXPECT_NE(ngram_unit("good", {}), 0U);
  EXPECT_EQ(ngram_unit("Good", {}), ngram_unit("good", {}));
  EXPECT_EQ(ngram_unit("very good", {}), 0U);
  EXPECT_EQ(ngram_unit("", {}), 0U);
}

TEST(NgramClassifier, ReadsWhatWasPacked) {
  const auto model = read(small_model());

  ASSERT_TRUE(std::holds_alternative<NgramClassifier>(model)) << std::get<std::string>(model);
  EXPECT_EQ(std::get<NgramClassifier>(model).labels(), (std::vector<std::string>{"bad", "good"}));
}

TEST(NgramClassifier, RefusesAModelThatIsCutOffAnywhere) {
  const std::string bytes = small_model();
  for (std::size_t size = 0; size < bytes.size(); size += size < 600 ? 1 : 997) {
    EXPECT_TRUE(std::holds_alternative<std::string>(read(bytes.substr(0, size)))) << size;
  }
  EXPECT_TRUE(std::holds_alternative<std::string>(read(bytes + "x")));
}

TEST(NgramClassifier, SurvivesAnyChangedByte) {
  const std::string bytes = small_model();
  Rng rng(7);
  for (int round = 0; round < 2000; ++round) {
    std::string changed = bytes;
    const auto limit = round % 2 == 0 ? std::int64_t{120} : static_cast<std::int64_t>(bytes.size()) - 1;
    changed[static_cast<std::size_t>(rng.integer(0, limit))] = static_cast<char>(rng.integer(0, 255));
    const auto model = read(changed);
    if (const auto* classifier = std::get_if<NgramClassifier>(&model)) {
      std::vector<float> probs(classifier->labels().size());
      classifier->probabilities("a nice but not so good text 👍", probs);
    }
  }
}

TEST(NgramClassifier, KeepsProbabilitiesOfALongTextWithinBounds) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "nice good ";

  const std::vector<float> probs = probabilities(small_model(), text);

  EXPECT_NEAR(probs[0] + probs[1], 1, 1e-5);
  EXPECT_GT(probs[1], 0.5);
}

NgramModel small_regression() {
  NgramTraining training = small_training();
  training.hidden = 0;
  training.hidden_dropout_prob = 0;
  return trained(training).model(0, 1.5F);
}

TEST(NgramClassifier, ReadsASparseModelOfAllWeightsAsTheWholeOne) {
  const NgramModel model = small_regression();
  const std::string whole = pack_ngram_model(model, 8);
  const std::string sparse = pack_sparse_ngram_model(model, 8, model.rows.size());

  for (const std::string_view text : {"good work", "not so nice, awful", "lovely day 👍", ""}) {
    EXPECT_NEAR(probabilities(sparse, text)[1], probabilities(whole, text)[1], 0.01) << text;
  }
}

TEST(NgramClassifier, KeepsTheLargestWeightsOfASparseModel) {
  const NgramModel model = small_regression();
  const std::string all = pack_sparse_ngram_model(model, 8, model.rows.size());
  const std::string some = pack_sparse_ngram_model(model, 8, 100);
  const std::string none = pack_sparse_ngram_model(model, 8, 0);

  EXPECT_EQ(some.size() - none.size(), 200U);
  EXPECT_GT(all.size(), some.size());
  EXPECT_GT(probabilities(some, "good work")[1], 0.6);
  EXPECT_EQ(probabilities(none, "good work"), probabilities(none, "bad work"));
}

TEST(NgramClassifier, RefusesASparseModelThatIsCutOffAnywhere) {
  const std::string bytes = pack_sparse_ngram_model(small_regression(), 8, 100);
  for (std::size_t size = 0; size < bytes.size(); size += size < 600 || size + 300 > bytes.size() ? 1 : 997) {
    EXPECT_TRUE(std::holds_alternative<std::string>(read(bytes.substr(0, size)))) << size;
  }
}

TEST(NgramClassifier, RefusesASparseRowThatNamesALabelTwiceOrOneThatIsNotThere) {
  const std::string bytes = pack_sparse_ngram_model(small_regression(), 8, 100);
  for (const char label : {char{2}, static_cast<char>(255)}) {
    std::string changed = bytes;
    changed[bytes.size() - 2] = label;
    EXPECT_TRUE(std::holds_alternative<std::string>(read(changed)));
  }

  NgramModel three = small_regression();
  three.labels.emplace_back("more");
  three.bias.push_back(0);
  three.wide = 3;
  three.features = {0x123456789ABCULL};
  three.rows = {1, 0, 2};
  std::string twice = pack_sparse_ngram_model(three, 0, 2);
  ASSERT_TRUE(std::holds_alternative<NgramClassifier>(read(twice)));
  twice[twice.size() - 2] = twice[twice.size() - 4];
  EXPECT_TRUE(std::holds_alternative<std::string>(read(twice)));
}

TEST(NgramClassifier, SurvivesAnyChangedByteOfASparseModel) {
  const std::string bytes = pack_sparse_ngram_model(small_regression(), 8, 100);
  Rng rng(7);
  for (int round = 0; round < 2000; ++round) {
    std::string changed = bytes;
    changed[static_cast<std::size_t>(rng.integer(0, std::ssize(bytes) - 1))] = static_cast<char>(rng.integer(0, 255));
    const auto model = read(changed);
    if (const auto* classifier = std::get_if<NgramClassifier>(&model)) {
      std::vector<float> probs(classifier->labels().size());
      classifier->probabilities("a nice but not so good text 👍", probs);
    }
  }
}

TEST(NgramTrainer, LearnsFromAFewTexts) {
  const std::string bytes = small_model();

  EXPECT_GT(probabilities(bytes, "good work")[1], 0.6);
  EXPECT_GT(probabilities(bytes, "awful work")[0], 0.6);
}

TEST(NgramTrainer, GivesTheSameBytesForTheSameSeedWithAnyNumberOfThreads) {
  NgramTraining training = small_training();
  const std::string alone = small_model(training);
  training.threads = 3;
  const std::string together = small_model(training);
  training.seed = 2;
  const std::string other = small_model(training);

  EXPECT_EQ(alone, together);
  EXPECT_NE(alone, other);
}

TEST(NgramTrainer, RefusesToLearnFromNothing) {
  NgramTrainer trainer(small_training(), {{{"a", "b"}, true}});

  EXPECT_THROW(trainer.fit({}), Error);
}

TEST(NgramModel, EightBitWeightsMoveProbabilitiesByLessThanTwoHundredths) {
  const NgramTraining training = small_training();
  const NgramModel model = trained(training).model(0);
  const std::string bytes = pack_ngram_model(model, training.log2_groups);

  // The same in full precision.
  std::vector<float> sums(model.wide + model.hidden);
  std::size_t known = 0;
  const PackedLexicon lexicon(model.lexicon);
  const NgramLexicon view = lexicon.view();
  NgramReader reader("a good day", model.options, view);
  for (std::span<const std::uint64_t> block; reader.next(block);) {
    for (const std::uint64_t feature : block) {
      const auto found = std::find(model.features.begin(), model.features.end(), feature);
      if (found == model.features.end()) continue;
      ++known;
      const auto row = static_cast<std::size_t>(found - model.features.begin()) * sums.size();
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += model.rows[row + i];
    }
  }
  std::vector<double> logits(2);
  for (std::size_t label = 0; label < 2; ++label) {
    logits[label] = model.bias[label] + static_cast<double>(sums[label] * ngram_scale(known));
    for (std::size_t i = 0; i < model.hidden; ++i) {
      const float unit = std::max(0.0F, sums[model.wide + i] * ngram_scale(known) + model.hidden_bias[i]);
      logits[label] += static_cast<double>(model.output[label * model.hidden + i] * unit);
    }
  }
  EXPECT_NEAR(probabilities(bytes, "a good day")[1], 1 / (1 + std::exp(logits[0] - logits[1])), 0.02);
}

double loss(const NgramNetwork& network, const NgramNetwork::Text& text) {
  NgramNetwork::Pass pass;
  return network.forward(text, pass);
}

// Central differences in single precision: good to about a hundredth of the gradient.
void expect_gradient(NgramNetwork& network, const NgramNetwork::Text& text, float& weight, double gradient) {
  constexpr float kStep = 1e-2F;
  const float at = weight;
  weight = at + kStep;
  const double above = loss(network, text);
  weight = at - kStep;
  const double below = loss(network, text);
  weight = at;
  EXPECT_NEAR((above - below) / (2 * kStep), gradient, 2e-3 + 2e-2 * std::abs(gradient));
}

TEST(NgramNetwork, GradientsEqualFiniteDifferences) {
  const std::vector<std::size_t> labels = {3, 2};
  NgramNetwork network(6, 4, labels, {true, false}, 3);
  for (float& bias : network.hidden_bias) bias = 0.5F;
  const std::vector<std::uint32_t> bag = {0, 2, 2, 5};
  const std::vector<float> target = {0.2F, 0.7F, 0.1F};
  const std::vector<float> mask = {1, 2, 0, 1};
  const NgramNetwork::Text text{bag, 0, target, 1.5F, mask};
  NgramNetwork::Pass pass;

  network.forward(text, pass);

  std::vector<float> row(network.width());
  network.row_gradient(text, pass, row);
  for (std::size_t i = 0; i < network.width(); ++i) {
    expect_gradient(network, text, network.row(0)[i], row[i]);
    expect_gradient(network, text, network.row(2)[i], 2 * row[i]);
    expect_gradient(network, text, network.row(1)[i], 0);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    expect_gradient(network, text, network.hidden_bias[i], pass.hidden_grad[i]);
    expect_gradient(network, text, network.heads[0].output[4 + i], pass.logits_grad[1] * pass.hidden[i]);
  }
  expect_gradient(network, text, network.heads[0].bias[2], pass.logits_grad[2]);
}

}  // namespace
}  // namespace rapport::ml
