#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <thread>

#include "base/json.h"
#include "support/program.h"
#include "support/temporary_folder.h"

namespace rapport::testing {
namespace {

Json results_of(const ProgramResult& result) {
  EXPECT_EQ(result.exit_status, 0) << result.errors;
  const Json document = parse_json_or_throw(result.output);
  EXPECT_EQ(document.at("count").to_number<std::size_t>(), document.at("results").as_array().size());
  return document.at("results");
}

TEST(SentimentCli, AnalyzesItsArgumentsInTheirOrder) {
  const Json results = results_of(
      run_program({"sentiment", "I love this!", "This is terrible service", "https://example.com", "--json"}));

  ASSERT_EQ(results.as_array().size(), 3U);
  EXPECT_EQ(results.at(0).at("sentiment"), "positive");
  EXPECT_EQ(results.at(0).at("emotion"), "joy");
  EXPECT_EQ(results.at(0).at("model"), "builtin-sentiment");
  EXPECT_EQ(results.at(1).at("sentiment"), "negative");
  EXPECT_EQ(results.at(1).at("risk_level"), "high");
  EXPECT_EQ(results.at(2).at("reason"), "links_only");
}

TEST(SentimentCli, ReadsOneTextALineFromAFileOrStandardInput) {
  const TemporaryFolder folder;
  const std::string lines = "I love this!\r\n\nThis is terrible service";
  const std::string file = folder.write("texts.txt", lines);

  const Json from_file = results_of(run_program({"sentiment", "--file", file, "--json"}));
  const Json from_input = results_of(run_program({"sentiment", "--json"}, lines));

  ASSERT_EQ(from_file.as_array().size(), 3U);
  EXPECT_EQ(from_file.at(0).at("sentiment"), "positive");
  EXPECT_EQ(from_file.at(1).at("reason"), "blank") << "an empty line keeps its place";
  EXPECT_EQ(from_file.at(2).at("sentiment"), "negative");
  EXPECT_EQ(from_file, from_input);
  EXPECT_EQ(from_file, results_of(run_program({"sentiment", "--file", "-", "--json"}, lines)));
}

TEST(SentimentCli, WritesOneLineATextForPeople) {
  const ProgramResult result = run_program({"sentiment", "I love\nthis!", "{{1}}"});

  EXPECT_EQ(result.exit_status, 0);
  EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 2) << result.output;
  EXPECT_TRUE(result.output.starts_with("positive ")) << result.output;
  EXPECT_NE(result.output.find("I love this!"), std::string::npos);
  EXPECT_NE(result.output.find("placeholders_only\t"), std::string::npos);
}

TEST(SentimentCli, LeavesEmotionsOutAndGivesAllScoresWhenAskedTo) {
  const Json plain = results_of(run_program({"sentiment", "I love this!", "--no-emotions", "--json"}));
  const Json all = results_of(run_program({"sentiment", "I love this!", "--all-scores", "--json"}));

  EXPECT_FALSE(plain.at(0).as_object().contains("emotion"));
  EXPECT_EQ(all.at(0).at("all_scores").at("emotions").as_object().size(), 7U);
}

TEST(SentimentCli, KeepsTheOrderOfManyLines) {
  std::string lines;
  for (int i = 0; i < 2500; ++i) lines += i % 2 == 0 ? "I love this!\n" : "This is terrible service\n";

  const Json results = results_of(run_program({"sentiment", "--json", "--no-emotions"}, lines));

  ASSERT_EQ(results.as_array().size(), 2500U);
  for (std::size_t i = 0; i < 2500; ++i) {
    ASSERT_EQ(results.at(i).at("sentiment"), i % 2 == 0 ? "positive" : "negative") << i;
  }
}

TEST(SentimentCli, SaysWhatIsWrong) {
  EXPECT_EQ(run_program({"sentiment", "--file", "nowhere.txt"}).exit_status, 1);
  EXPECT_EQ(run_program({"sentiment", "x", "--file", "nowhere.txt"}).exit_status, 2);
  EXPECT_EQ(run_program({"sentiment", "x", "--set", "sentiment.model=/nowhere/at/all"}).exit_status, 2);
  EXPECT_EQ(run_program({"sentiment", "--json"}, "").output, "{\"results\":[],\"count\":0}\n");
}

TEST(DetectLanguageCli, NamesLanguages) {
  const Json results = results_of(run_program(
      {"detect-language", "Bonjour, comment allez-vous aujourd'hui?", "¿Cuándo llegará mi pedido?", "👍", "--json"}));

  EXPECT_EQ(results.at(0).at("language"), "fr");
  EXPECT_EQ(results.at(0).at("language_name"), "french");
  EXPECT_GT(results.at(0).at("confidence").to_number<double>(), 0.5);
  EXPECT_EQ(results.at(1).at("language"), "es");
  EXPECT_EQ(results.at(2).at("language"), "und");
  EXPECT_EQ(results.at(2).at("language_name"), "unknown");
}

class AnalyzeCli : public ::testing::Test {
 protected:
  void import(const std::string& table, const std::string& bytes) {
    const ProgramResult result =
        run_program({"import", table, folder_.write(table + ".csv", bytes), "--data", folder_ / "data"});
    ASSERT_EQ(result.exit_status, 0) << result.output << result.errors;
  }

  static std::string messages(int count, const std::string& text = "I love this!") {
    std::string csv = "id,contact_id,direction,sent_at,text\n";
    for (int i = 0; i < count; ++i) csv += "m" + std::to_string(i) + ",c1,inbound,2026-01-05," + text + "\n";
    return csv;
  }

  Json analyze(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"analyze", "--data", folder_ / "data", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramResult result = run_program(arguments);
    EXPECT_EQ(result.exit_status, 0) << result.errors;
    return parse_json_or_throw(result.output);
  }

  static int count(const Json& report) { return report.at("analyzed").to_number<int>(); }

  TemporaryFolder folder_;
};

TEST_F(AnalyzeCli, GivesStoredMessagesTheirAnalysisOnce) {
  import("contacts", "id\nc1\n");
  import("messages",
         "id,contact_id,direction,sent_at,text,sentiment,valence\n"
         "m1,c1,inbound,2026-01-05,I love this!,,\n"
         "m2,c1,inbound,2026-01-06,https://example.com,,\n"
         "m3,c1,outbound,2026-01-07,Buy now,,\n"
         "m4,c1,inbound,2026-01-08,bad,positive,0.9\n");

  const Json first = analyze();
  EXPECT_EQ(count(first), 1);
  EXPECT_EQ(first.at("by_model").at("builtin-sentiment").to_number<int>(), 1);
  EXPECT_EQ(first.at("without_words").at("links_only").to_number<int>(), 1);
  EXPECT_EQ(count(analyze()), 0);
  EXPECT_EQ(count(analyze({"--again"})), 1) << "never the business's own";
  EXPECT_EQ(count(analyze({"--tenant", "nobody"})), 0);
}

TEST_F(AnalyzeCli, SurvivesKillMinusNineAndGoesOn) {
  constexpr int kMessages = 30'000;
  import("contacts", "id\nc1\n");
  import("messages", messages(kMessages));
  {
    RunningProgram running({.arguments = {"analyze", "--data", folder_ / "data", "--batch", "100"}});
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    running.signal(SIGKILL);
    running.wait(std::chrono::seconds(10));
  }

  const int rest = count(analyze());

  EXPECT_GT(rest, 0) << "it was through before it was killed: more messages are needed for this test";
  EXPECT_LT(rest, kMessages) << "what was done before is kept";
  EXPECT_EQ(count(analyze()), 0);
  EXPECT_EQ(run_program({"doctor", "--data", folder_ / "data"}).exit_status, 0);
}

TEST(DemoCli, AnalyzesTheMessagesItMakes) {
  const TemporaryFolder folder;

  const ProgramResult demo =
      run_program({"demo", "--contacts", "20", "--days", "240", "--data", folder / "data", "--json"});

  ASSERT_EQ(demo.exit_status, 0) << demo.errors;
  EXPECT_GT(parse_json_or_throw(demo.output).at("analysis").at("analyzed").to_number<int>(), 50);
  const ProgramResult again = run_program({"analyze", "--data", folder / "data", "--json"});
  EXPECT_EQ(parse_json_or_throw(again.output).at("analyzed").to_number<int>(), 0);
}

}  // namespace
}  // namespace rapport::testing
