// Marian and M2M-100 against Hugging Face's own answers (fixtures/README.md).
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "inference/translation_batch.h"
#include "inference/translator_folder.h"
#include "support/shared_fixtures.h"

namespace rapport::inference {
namespace {

constexpr double kScoreTolerance = 1e-4;

boost::json::object expected_of(const std::filesystem::path& folder) {
  return parse_json_or_throw(read_file(folder / "expected.json")).as_object();
}

std::string text_of(const Json& value) {
  return std::string(value.as_string());
}

std::vector<nn::TokenId> ids_of(const Json& value) {
  std::vector<nn::TokenId> ids;
  for (const Json& id : value.as_array()) ids.push_back(static_cast<nn::TokenId>(id.as_int64()));
  return ids;
}

std::string language(const boost::json::object& item, const char* field) {
  const Json* value = item.if_contains(field);
  return value == nullptr ? std::string() : text_of(*value);
}

std::vector<nn::TokenId> source_ids(const TranslatorFolder& folder, const boost::json::object& item) {
  return folder.source_ids(text_of(item.at("text")), language(item, "src_lang"), language(item, "tgt_lang"),
                           nn::SpecialNames::kTokens);
}

struct How {
  std::size_t beams = 1;
  std::size_t max_length = 0;  ///< 0: as the folder says
};

/// The answers of all items: together, or one after the other.
std::vector<nn::FoundSequence> translate(const TranslatorFolder& folder, const boost::json::array& items, How how,
                                         std::size_t at_once) {
  std::vector<nn::FoundSequence> answers(items.size());
  TranslationBatch batch(folder.model());
  std::size_t next = 0;
  std::size_t left = items.size();
  while (left > 0) {
    while (next < items.size() && batch.sentences() < at_once) {
      const auto& item = items[next].as_object();
      const std::vector<nn::TokenId> ids = source_ids(folder, item);
      nn::SearchRules rules = folder.rules(language(item, "tgt_lang"));
      rules.beams = how.beams;
      if (how.max_length > 0) rules.max_length = how.max_length;
      batch.add(std::vector<TranslationBatch::Sentence>{{next++, ids, std::move(rules)}});
    }
    for (TranslationBatch::Finished& finished : batch.step()) {
      answers[finished.key] = std::move(finished.answer);
      --left;
    }
  }
  return answers;
}

class TranslationGolden : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(, TranslationGolden, testing::Values("marian-tiny-random", "m2m100-tiny-random"),
                         [](const auto& of) { return std::string(of.param).substr(0, 6); });

TEST_P(TranslationGolden, ReadsTextsAsTheReferenceDoes) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/" + std::string(GetParam()));
  const TranslatorFolder folder(path, nn::Precision::kF32);
  const auto expected = expected_of(path);
  for (const Json& item : expected.at("items").as_array()) {
    EXPECT_EQ(source_ids(folder, item.as_object()), ids_of(item.at("input_ids"))) << text_of(item.at("text"));
  }
}

TEST_P(TranslationGolden, FindsTheGreedyAnswersTokenForToken) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/" + std::string(GetParam()));
  const TranslatorFolder folder(path, nn::Precision::kF32);
  const auto expected = expected_of(path);
  const auto& items = expected.at("items").as_array();
  for (const std::size_t at_once : {std::size_t{1}, std::size_t{3}, items.size()}) {
    const auto answers = translate(folder, items, {1, 0}, at_once);
    for (std::size_t i = 0; i < items.size(); ++i) {
      EXPECT_EQ(answers[i].tokens, ids_of(items[i].at("greedy_ids"))) << i << ", " << at_once << " at once";
      EXPECT_EQ(folder.tokenizer().decode(answers[i].tokens), text_of(items[i].at("greedy_text")));
    }
  }
}

TEST_P(TranslationGolden, FindsTheBeamSearchsAnswersAndScores) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/" + std::string(GetParam()));
  const TranslatorFolder folder(path, nn::Precision::kF32);
  const auto expected = expected_of(path);
  const auto& items = expected.at("items").as_array();
  const auto beams = static_cast<std::size_t>(expected.at("num_beams").as_int64());
  for (const std::size_t at_once : {std::size_t{1}, std::size_t{5}, items.size()}) {
    const auto answers = translate(folder, items, {beams, 0}, at_once);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto& best = items[i].at("beam").as_array().front();
      EXPECT_EQ(answers[i].tokens, ids_of(best.at("ids"))) << i << ", " << at_once << " at once";
      EXPECT_NEAR(answers[i].score, best.at("score").to_number<double>(), kScoreTolerance) << i;
      EXPECT_EQ(folder.tokenizer().decode(answers[i].tokens), text_of(items[i].at("beam_text")));
    }
  }
}

TEST(MarianGolden, CutsGreedyAnswersAsTheReferenceDoes) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/marian-tiny-random");
  const TranslatorFolder folder(path, nn::Precision::kF32);
  const auto expected = expected_of(path);
  const auto& items = expected.at("items").as_array();
  const auto answers = translate(folder, items, {1, 8}, items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    EXPECT_EQ(answers[i].tokens, ids_of(items[i].at("greedy_max_length_8_ids"))) << i;
  }
}

TEST(MarianGolden, TranslatesChatRightInEveryPrecision) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/micro-marian-en-es");
  const auto expected = expected_of(path);
  const auto& items = expected.at("items").as_array();
  for (const nn::Precision precision : {nn::Precision::kF32, nn::Precision::kBf16, nn::Precision::kInt8}) {
    const TranslatorFolder folder(path, precision);
    for (const std::size_t beams : {1U, 4U}) {
      const auto answers = translate(folder, items, {beams, 0}, 40);
      std::size_t right = 0;
      for (std::size_t i = 0; i < items.size(); ++i) {
        right += folder.tokenizer().decode(answers[i].tokens) == text_of(items[i].at("translation")) ? 1 : 0;
        if (precision == nn::Precision::kF32 && beams == 4) {
          EXPECT_NEAR(answers[i].score, items[i].at("beam_score").to_number<double>(), kScoreTolerance) << i;
        }
      }
      EXPECT_EQ(right, items.size()) << nn::to_string(precision) << ", " << beams << " beams";
    }
  }
}

}  // namespace
}  // namespace rapport::inference
