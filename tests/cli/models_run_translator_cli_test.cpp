// The reference's translations, through the command line: as anybody would compare them.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "support/models_run.h"
#include "support/program.h"
#include "support/shared_fixtures.h"
#include "support/temporary_folder.h"

namespace rapport::testing {
namespace {

constexpr double kScoreTolerance = 1e-4;

boost::json::object expected_of(const std::filesystem::path& folder) {
  return parse_json_or_throw(read_file(folder / "expected.json")).as_object();
}

/// A line for each item, with `beams` hypotheses; 0: as the folder says.
std::string input_of(const boost::json::array& items, int beams) {
  std::string input;
  for (const Json& item : items) {
    boost::json::object line{{"text", item.at("text")}};
    if (const Json* source = item.as_object().if_contains("src_lang")) line["source"] = *source;
    if (const Json* target = item.as_object().if_contains("tgt_lang")) line["target"] = *target;
    if (beams > 0) line["beams"] = beams;
    input += to_string(Json(line)) + "\n";
  }
  return input;
}

class ModelsRunTranslator : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(, ModelsRunTranslator, ::testing::Values("marian-tiny-random", "m2m100-tiny-random"),
                         [](const auto& of) { return std::string(of.param).substr(0, 6); });

TEST_P(ModelsRunTranslator, GivesTheReferencesTokensScoresAndTexts) {
  RAPPORT_SHARED_OR_SKIP(folder, std::filesystem::path("fixtures") / GetParam());
  const auto expected = expected_of(folder);
  const auto& items = expected.at("items").as_array();

  const std::vector<Json> greedy = run_folder(folder, "f32", input_of(items, 1));
  const std::vector<Json> beams = run_folder(folder, "f32", input_of(items, 0));

  ASSERT_EQ(greedy.size(), items.size());
  ASSERT_EQ(beams.size(), items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    EXPECT_EQ(greedy[i].at("tokens"), items[i].at("greedy_ids"));
    EXPECT_EQ(greedy[i].at("text"), items[i].at("greedy_text"));
    const auto& best = items[i].at("beam").as_array().front();
    EXPECT_EQ(beams[i].at("tokens"), best.at("ids"));
    EXPECT_EQ(beams[i].at("text"), items[i].at("beam_text"));
    EXPECT_NEAR(beams[i].at("score").to_number<double>(), best.at("score").to_number<double>(), kScoreTolerance);
  }
}

TEST(ModelsRunMarian, TranslatesTheChatModelsSentencesInInt8) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/micro-marian-en-es");
  const auto expected = expected_of(folder);
  const auto& items = expected.at("items").as_array();

  const std::vector<Json> lines = run_folder(folder, "int8", input_of(items, 1));

  ASSERT_EQ(lines.size(), items.size());
  for (std::size_t i = 0; i < items.size(); ++i) EXPECT_EQ(lines[i].at("text"), items[i].at("translation"));
}

TEST(ModelsRunMarian, CutsAnswersToMaxTokens) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/marian-tiny-random");
  const auto expected = expected_of(folder);
  const Json& item = expected.at("items").at(0);
  const boost::json::object line{{"text", item.at("text")}, {"beams", 1}, {"max_tokens", 8}};

  const std::vector<Json> lines = run_folder(folder, "f32", to_string(Json(line)) + "\n");

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("tokens"), item.at("greedy_max_length_8_ids"));
}

TEST(ModelsRunMarian, NamesALanguageThatTheModelDoesNotKnow) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/m2m100-tiny-random");

  const ProgramResult result =
      run_program({"models", "run", folder.string()}, R"({"text":"hello","source":"en","target":"tlh"})"
                                                      "\n");

  EXPECT_EQ(result.exit_status, 1);
  EXPECT_NE(result.errors.find("tlh"), std::string::npos) << result.errors;
}

}  // namespace
}  // namespace rapport::testing
