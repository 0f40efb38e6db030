#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "support/markdown.h"
#include "support/program.h"
#include "support/recordings.h"
#include "support/temporary_folder.h"

namespace rapport::testing {
namespace {

class TranscribeCli : public ::testing::Test {
 protected:
  ProgramResult run(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), {"transcribe", "--data", folder_ / "data", "--model", kVoiceModel});
    return run_program(arguments, input);
  }
  std::string write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }

  TemporaryFolder folder_;
  const std::string order_ = clip("where_is_my_order.wav");
  const std::string pedido_ = clip("donde_esta_mi_pedido.ogg");
};

TEST_F(TranscribeCli, PrintsWhatIsSaid) {
  const ProgramResult one = run({order_});
  EXPECT_EQ(one.exit_status, 0) << one.errors;
  EXPECT_EQ(one.output, "Where is my order?\n");

  const ProgramResult two = run({order_, pedido_});
  EXPECT_EQ(two.output, order_ + "\tWhere is my order?\n" + pedido_ + "\t¿Dónde está mi pedido?\n");
}

TEST_F(TranscribeCli, ReadsStandardInputAndTranslates) {
  const ProgramResult result = run({"--task", "translate", "--language", "es", "-"}, file_text(pedido_));

  EXPECT_EQ(result.exit_status, 0) << result.errors;
  EXPECT_EQ(result.output, "Where is my order?\n");
}

TEST_F(TranscribeCli, ABadRecordingDoesNotStopTheOthers) {
  const std::string bad = write("bad.ogg", "this is no sound at all, but a text");

  const ProgramResult result = run({bad, order_, folder_ / "missing.ogg"});

  EXPECT_EQ(result.exit_status, 1);
  EXPECT_EQ(result.output, order_ + "\tWhere is my order?\n");
  EXPECT_NE(result.errors.find("bad.ogg"), std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find("missing.ogg"), std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find("2 of 3 recordings failed"), std::string::npos) << result.errors;
}

TEST_F(TranscribeCli, GivesOneDocumentWithJson) {
  const std::string silent = write("silent.wav", wav_of(2));
  const std::string bad = write("bad.ogg", "this is no sound at all, but a text");

  const ProgramResult result = run({"--json", "--words", order_, silent, bad});

  EXPECT_EQ(result.exit_status, 1);
  const Json document = parse_json_or_throw(result.output);
  EXPECT_EQ(document.at("count").to_number<int>(), 3);
  EXPECT_EQ(document.at("failed").to_number<int>(), 1);
  const Json& results = document.at("results");
  EXPECT_EQ(results.at(0).at("text"), "Where is my order?");
  EXPECT_FALSE(results.at(0).at("words").as_array().empty());
  EXPECT_EQ(results.at(1).at("speech"), false);
  EXPECT_EQ(results.at(2).at("error").at("code"), "audio_unsupported");
}

TEST_F(TranscribeCli, WritesAFileARecording) {
  const ProgramResult result = run({"--format", "srt", "--out", folder_ / "subtitles", order_, pedido_});

  EXPECT_EQ(result.exit_status, 0) << result.errors;
  const std::string srt = file_text(folder_ / "subtitles/where_is_my_order.srt");
  EXPECT_TRUE(srt.starts_with("1\n00:00:0")) << srt;
  EXPECT_NE(srt.find("Where is my order?"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "subtitles/donde_esta_mi_pedido.srt"));
}

TEST_F(TranscribeCli, RefusesWrongUse) {
  EXPECT_EQ(run({}).exit_status, 2);
  EXPECT_EQ(run({"--format", "docx", order_}).exit_status, 2);
  EXPECT_EQ(run({"--format", "srt", order_, pedido_}).exit_status, 2);
  EXPECT_EQ(run({"--out", folder_ / "o", order_, order_}).exit_status, 2);
  EXPECT_EQ(run({"--language", "klingon", order_}).exit_status, 2);
  EXPECT_EQ(run({"--message", "m1", order_, pedido_}).exit_status, 2);
}

TEST_F(TranscribeCli, SaysWhatInstallsAModel) {
  const ProgramResult result = run_program({"transcribe", "--data", folder_ / "data", "--model", "none", order_});

  EXPECT_EQ(result.exit_status, 1);
  EXPECT_NE(result.errors.find("rapport models pull whisper-base"), std::string::npos) << result.errors;
}

TEST_F(TranscribeCli, StoresTheTranscriptWithItsMessage) {
  const std::string contacts = write("contacts.csv", "id,name\nana,Ana\n");
  const std::string messages = write("messages.csv",
                                     "id,contact_id,direction,sent_at,media_type\n"
                                     "n1,ana,inbound,2026-11-01T10:00:00Z,audio\n");
  for (const auto& [table, file] : {std::pair("contacts", contacts), std::pair("messages", messages)}) {
    const ProgramResult imported = run_program({"import", table, file, "--data", folder_ / "data"});
    ASSERT_EQ(imported.exit_status, 0) << imported.errors << imported.output;
  }

  const ProgramResult stored = run({"--message", "n1", "--json", order_});
  const ProgramResult unknown = run({"--message", "n2", order_});

  EXPECT_EQ(stored.exit_status, 0) << stored.errors;
  EXPECT_EQ(parse_json_or_throw(stored.output).at("results").at(0).at("message_id"), "n1");
  EXPECT_TRUE(parse_json_or_throw(stored.output).at("results").at(0).at("sentiment").is_string()) << stored.output;
  EXPECT_EQ(unknown.exit_status, 1);
  EXPECT_NE(unknown.errors.find("There is no message with this id."), std::string::npos) << unknown.errors;
  const ProgramResult rest = run_program({"analyze", "--json", "--data", folder_ / "data"});
  EXPECT_EQ(parse_json_or_throw(rest.output).at("analyzed").to_number<int>(), 0) << "it has its analysis";
}

}  // namespace
}  // namespace rapport::testing
