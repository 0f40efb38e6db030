// The reference outputs of three model folders, through the command line: as anybody would compare them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "base/file.h"
#include "base/json.h"
#include "support/models_run.h"
#include "support/program.h"
#include "support/shared_fixtures.h"
#include "support/temporary_folder.h"

namespace rapport::testing {
namespace {

constexpr std::size_t kMaxFileBytes = 64 << 20;

struct Reference {
  std::string input;
  boost::json::array items;
  Json measured;  ///< what each precision did to the reference itself
};

Reference reference_of(const std::filesystem::path& folder) {
  Reference reference;
  const Json expected = parse_json_or_throw(read_file((folder / "expected.json").string(), kMaxFileBytes));
  reference.items = expected.at("items").as_array();
  reference.measured = expected.at("precision_measured");
  for (const Json& item : reference.items) {
    reference.input += to_string(boost::json::object{{"text", item.at("text")}}) + "\n";
  }
  return reference;
}

std::size_t largest(const Json& logits) {
  const auto& values = logits.as_array();
  const auto less = [](const Json& a, const Json& b) { return a.to_number<double>() < b.to_number<double>(); };
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end(), less) - values.begin());
}

/// By how much the reference's first class leads: random weights have texts without a winner.
double margin(const Json& item) {
  std::vector<double> values;
  for (const Json& logit : item.at("logits").as_array()) values.push_back(logit.to_number<double>());
  std::sort(values.rbegin(), values.rend());
  return values[0] - values[1];
}

class ModelsRun : public ::testing::TestWithParam<const char*> {};

TEST_P(ModelsRun, GivesTheReferencesIdsAndLogitsInF32) {
  RAPPORT_SHARED_OR_SKIP(folder, std::filesystem::path("fixtures") / GetParam());
  constexpr double kTolerance = 1e-4;
  const Reference reference = reference_of(folder);

  const std::vector<Json> outputs = run_folder(folder, "f32", reference.input);

  ASSERT_EQ(outputs.size(), reference.items.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Json& expected = reference.items[i];
    EXPECT_EQ(outputs[i].at("ids"), expected.at("ids")) << expected.at("text");
    const auto& logits = outputs[i].at("logits").as_array();
    ASSERT_EQ(logits.size(), expected.at("logits").as_array().size());
    for (std::size_t j = 0; j < logits.size(); ++j) {
      EXPECT_NEAR(logits[j].to_number<double>(), expected.at("logits").at(j).to_number<double>(), kTolerance)
          << expected.at("text");
    }
  }
}

constexpr std::array kFolders = {"roberta-sentiment", "distilroberta-emotion", "xlm-roberta-sentiment"};

TEST(ModelsRunCli, KeepsTheClassOfClearCasesInFewerBits) {
  for (const auto& [precision, measured] : {std::pair{"bf16", "bf16_linear(f32 acc)"}, {"int8", "int8_w8a8_dynamic"}}) {
    int clear = 0;
    int kept = 0;
    for (const char* name : kFolders) {
      RAPPORT_SHARED_OR_SKIP(folder, std::filesystem::path("fixtures") / name);
      const Reference reference = reference_of(folder);
      // A text is clear when its margin is beyond the largest error that this precision gave the reference itself.
      const double error = reference.measured.at(measured).at("max_abs_logit_diff").to_number<double>();
      const std::vector<Json> outputs = run_folder(folder, precision, reference.input);

      ASSERT_EQ(outputs.size(), reference.items.size());
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        EXPECT_EQ(outputs[i].at("ids"), reference.items[i].at("ids"));
        if (margin(reference.items[i]) <= error) continue;
        ++clear;
        kept += largest(outputs[i].at("logits")) == largest(reference.items[i].at("logits")) ? 1 : 0;
      }
    }
    EXPECT_GT(clear, 100);
    EXPECT_GE(kept, 0.99 * clear) << precision << ": " << kept << " of " << clear;
  }
}

INSTANTIATE_TEST_SUITE_P(Folders, ModelsRun, ::testing::ValuesIn(kFolders), [](const auto& chosen) {
  std::string name = chosen.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(ModelsRunCli, NamesTheLineThatIsNoInput) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/roberta-sentiment");
  const std::vector<std::string> arguments = {"models", "run", folder.string()};

  for (const char* line : {"{\"text\": 3}", "{\"txt\": \"a\"}", "[1]", "{\"text\": \"a\"", "nonsense"}) {
    const ProgramResult result = run_program(arguments, std::string("{\"text\": \"fine\"}\n") + line + "\n");

    EXPECT_EQ(result.exit_status, 1) << line;
    EXPECT_NE(result.errors.find("Line 2"), std::string::npos) << result.errors;
    EXPECT_EQ(result.output, "");
  }
}

TEST(ModelsRunCli, SaysWhichModelsItRuns) {
  const TemporaryFolder folder;
  folder.write("config.json", R"({"model_type": "gpt2", "architectures": ["GPT2ForSequenceClassification"]})");

  const ProgramResult result = run_program({"models", "run", folder.path().string()}, "");

  EXPECT_EQ(result.exit_status, 1);
  EXPECT_NE(result.errors.find("roberta"), std::string::npos) << result.errors;
}

TEST(ModelsRunCli, RefusesAFolderThatIsNone) {
  EXPECT_EQ(run_program({"models", "run", "/nowhere/at/all"}, "").exit_status, 1);
  EXPECT_EQ(run_program({"models", "run", "/tmp", "--precision", "int3"}, "").exit_status, 2);
}

}  // namespace
}  // namespace rapport::testing
