// The fixtures' classifiers against the reference implementation: ids exactly, hidden states and logits within 1e-4 in
// f32; bf16 and int8 keep the class wherever the reference's own margin is clear.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <string>

#include "base/file.h"
#include "base/json.h"
#include "nn/models/sequence_classifier.h"
#include "nn/tokenizers/tokenizer.h"
#include "support/shared_fixtures.h"

namespace rapport::nn {
namespace {

constexpr float kF32Tolerance = 1e-4F;
constexpr std::size_t kBatch = 24;
const char* const kFolders[] = {"roberta-sentiment", "distilroberta-emotion", "xlm-roberta-sentiment"};

struct Reference {
  Json document;
  std::vector<std::string> texts;
  std::vector<std::vector<std::int32_t>> ids;
  std::vector<std::vector<float>> logits;
};

template <class T>
std::vector<T> numbers(const Json& array) {
  std::vector<T> values;
  for (const Json& item : array.as_array()) values.push_back(static_cast<T>(item.to_number<double>()));
  return values;
}

Reference read_reference(const std::filesystem::path& folder) {
  Reference reference;
  reference.document = parse_json_or_throw(read_file(folder / "expected.json"));
  for (const Json& item : reference.document.at("items").as_array()) {
    reference.texts.emplace_back(item.at("text").as_string());
    reference.ids.push_back(numbers<std::int32_t>(item.at("ids")));
    reference.logits.push_back(numbers<float>(item.at("logits")));
  }
  return reference;
}

/// The logits of all texts in batches of `batch`.
Matrix compute(const SequenceClassifier& classifier, const Reference& reference, std::size_t batch) {
  const std::vector<TokenSequence> sequences(reference.ids.begin(), reference.ids.end());
  Matrix out(sequences.size(), classifier.labels().size());
  SequenceClassifier::State state;
  for (std::size_t begin = 0; begin < sequences.size(); begin += batch) {
    const std::size_t end = std::min(begin + batch, sequences.size());
    classifier.logits(std::span(sequences).subspan(begin, end - begin), state,
                      MatrixView(out).rows_between(begin, end));
  }
  return out;
}

float worst_error(const Matrix& logits, const Reference& reference) {
  float worst = 0;
  for (std::size_t i = 0; i < logits.rows(); ++i) {
    for (std::size_t j = 0; j < logits.cols(); ++j) {
      worst = std::max(worst, std::abs(logits.row(i)[j] - reference.logits[i][j]));
    }
  }
  return worst;
}

/// How far the largest logit stands above the next.
float margin(std::vector<float> logits) {
  std::sort(logits.rbegin(), logits.rend());
  return logits[0] - logits[1];
}

struct Kept {
  std::size_t clear = 0;
  std::size_t kept = 0;
};

/// A text is clear when the reference's margin is beyond the largest error that the same precision gave the reference
/// itself (`precision_measured`).
Kept count_kept_classes(const std::string& name, const Reference& reference, const Matrix& logits, float error) {
  Kept count;
  std::size_t kept_of_all = 0;
  for (std::size_t i = 0; i < logits.rows(); ++i) {
    const auto& expected = reference.logits[i];
    const bool same = std::max_element(logits.row(i), logits.row(i) + logits.cols()) - logits.row(i) ==
                      std::max_element(expected.begin(), expected.end()) - expected.begin();
    const bool clear = margin(expected) > error;
    kept_of_all += same ? 1 : 0;
    count.clear += clear ? 1 : 0;
    count.kept += clear && same ? 1 : 0;
  }
  std::printf(
      "%s: largest logit error %.4f (the reference's own: %.4f), class kept on %zu of %zu clear cases, %zu of %zu in "
      "all\n",
      name.c_str(), static_cast<double>(worst_error(logits, reference)), static_cast<double>(error), count.kept,
      count.clear, kept_of_all, logits.rows());
  return count;
}

void expect_classes_kept(Precision precision, const char* measured) {
  Kept sum;
  for (const char* name : kFolders) {
    RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + name);
    const Reference reference = read_reference(folder);
    const SequenceClassifier classifier = SequenceClassifier::load(folder, {.precision = precision});
    const auto error =
        reference.document.at("precision_measured").at(measured).at("max_abs_logit_diff").to_number<float>();

    const Matrix logits = compute(classifier, reference, kBatch);

    const Kept count =
        count_kept_classes(std::string(name) + " " + std::string(to_string(precision)), reference, logits, error);
    sum.clear += count.clear;
    sum.kept += count.kept;
    EXPECT_LE(worst_error(logits, reference), 2 * error) << name;
  }
  ASSERT_GT(sum.clear, 100U);
  EXPECT_GE(static_cast<double>(sum.kept), 0.99 * static_cast<double>(sum.clear));
}

TEST(SequenceClassifierGolden, TokenizesAndCutsTextsAsTheReferenceDoes) {
  for (const char* name : kFolders) {
    RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + name);
    const Reference reference = read_reference(folder);
    const auto tokenizer = Tokenizer::load(folder);
    const auto longest = static_cast<std::size_t>(reference.document.at("max_length").as_int64());
    for (std::size_t i = 0; i < reference.texts.size(); ++i) {
      std::vector<std::int32_t> ids;
      tokenizer->encode(reference.texts[i], ids, SpecialNames::kTokens);
      const std::size_t around = tokenizer->wrap({}).size();
      ids.resize(std::min(ids.size(), longest - around));
      ASSERT_EQ(tokenizer->wrap(ids), reference.ids[i]) << name << ": " << reference.texts[i].substr(0, 80);
    }
  }
}

TEST(SequenceClassifierGolden, GivesTheReferencesLogitsInF32) {
  for (const char* name : kFolders) {
    RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + name);
    const Reference reference = read_reference(folder);
    const SequenceClassifier classifier = SequenceClassifier::load(folder);
    ASSERT_EQ(classifier.labels().size(), reference.logits[0].size());
    EXPECT_EQ(classifier.max_tokens(), 512U);

    const float error = worst_error(compute(classifier, reference, kBatch), reference);

    std::printf("%s f32: largest logit error %.2g\n", name, static_cast<double>(error));
    EXPECT_LE(error, kF32Tolerance) << name;
  }
}

TEST(SequenceClassifierGolden, GivesTheReferencesLabelsInOrder) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/distilroberta-emotion");
  const SequenceClassifier classifier = SequenceClassifier::load(folder);
  EXPECT_EQ(classifier.labels(),
            (std::vector<std::string>{"anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"}));
  EXPECT_FALSE(classifier.multi_label());
}

TEST(SequenceClassifierGolden, GivesATextTheSameLogitsAloneAndInABatch) {
  for (const char* name : kFolders) {
    for (const Precision precision : {Precision::kF32, Precision::kBf16, Precision::kInt8}) {
      RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + name);
      Reference reference = read_reference(folder);
      reference.ids.resize(kBatch);
      const SequenceClassifier classifier = SequenceClassifier::load(folder, {.precision = precision});

      const Matrix alone = compute(classifier, reference, 1);
      const Matrix batched = compute(classifier, reference, reference.ids.size());

      // Sums in another order differ in the last bits; where such a bit moves a rounding, low precision sees more.
      const float tolerance = precision == Precision::kF32 ? 1e-5F : 2e-2F;
      for (std::size_t i = 0; i < alone.rows(); ++i) {
        for (std::size_t j = 0; j < alone.cols(); ++j)
          ASSERT_NEAR(alone.row(i)[j], batched.row(i)[j], tolerance) << name;
      }
    }
  }
}

TEST(SequenceClassifierGolden, GivesTheReferencesHiddenStates) {
  for (const char* name : kFolders) {
    RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + name);
    const Reference reference = read_reference(folder);
    const Json& debug = reference.document.at("debug");
    const auto item =
        std::find(reference.texts.begin(), reference.texts.end(), std::string(debug.at("text").as_string()));
    ASSERT_NE(item, reference.texts.end()) << name;
    const TokenSequence sequence = reference.ids[static_cast<std::size_t>(item - reference.texts.begin())];
    const SequenceClassifier classifier = SequenceClassifier::load(folder);
    const auto& states = debug.at("hidden_states").as_array();
    ASSERT_EQ(states.size(), classifier.encoder().layers() + 1);
    TransformerEncoder::Workspace work;

    classifier.encoder().embed({&sequence, 1}, work);

    if (const Json* positions = debug.as_object().if_contains("position_ids")) {
      EXPECT_EQ(work.positions, numbers<std::int32_t>(*positions)) << name;
    }
    for (std::size_t state = 0; state < states.size(); ++state) {
      if (state > 0) classifier.encoder().apply_layer(state - 1, work);
      for (std::size_t t = 0; t < states[state].as_array().size(); ++t) {
        const auto expected = numbers<float>(states[state].at(t));
        for (std::size_t d = 0; d < expected.size(); ++d) {
          ASSERT_NEAR(work.hidden.row(t)[d], expected[d], kF32Tolerance)
              << name << " state " << state << " token " << t;
        }
      }
    }
  }
}

TEST(SequenceClassifierGolden, KeepsClearClassesInBf16) {
  expect_classes_kept(Precision::kBf16, "bf16_linear(f32 acc)");
}

TEST(SequenceClassifierGolden, KeepsClearClassesInInt8) {
  expect_classes_kept(Precision::kInt8, "int8_w8a8_dynamic");
}

}  // namespace
}  // namespace rapport::nn
