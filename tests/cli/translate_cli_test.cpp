#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"
#include "support/fake_libretranslate.h"
#include "support/markdown.h"
#include "support/program.h"
#include "support/temporary_folder.h"

namespace rapport::testing {
namespace {

class TranslateCli : public ::testing::Test {
 protected:
  ProgramResult run(const std::vector<std::string>& arguments, const std::string& input = "") {
    std::vector<std::string> all = {"translate", "--data", folder_ / "data", "--set",
                                    "translation.order=libretranslate"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program({.arguments = std::move(all),
                        .input = input,
                        .environment = {{"RAPPORT_TRANSLATION_LIBRETRANSLATE_URL", service_.address()}},
                        .folder = {}});
  }

  void import(const std::string& table, const std::string& bytes) {
    const ProgramResult result =
        run_program({"import", table, folder_.write(table + ".csv", bytes), "--data", folder_ / "data"});
    ASSERT_EQ(result.exit_status, 0) << result.output << result.errors;
  }

  TemporaryFolder folder_;
  FakeLibreTranslate service_;
};

TEST_F(TranslateCli, PrintsOneTranslationALineInTheOrderOfTheTexts) {
  const ProgramResult result = run({"--to", "es", "--from", "en", "Hello", "Bye"});

  EXPECT_EQ(result.exit_status, 0) << result.errors;
  EXPECT_EQ(result.output, "[es] Hello\n[es] Bye\n");
}

TEST_F(TranslateCli, TakesWhatFollowsTheLanguageForAText) {
  EXPECT_EQ(run({"--to", "es", "Your order {{1}} is here"}).output, "[es] Your order {{1}} is here\n");
}

TEST_F(TranslateCli, KeepsTheOrderOfLinesOfAFile) {
  std::string lines;
  std::string expected;
  for (int i = 0; i < 1200; ++i) {
    const std::string text = "The order number " + std::to_string(i % 700) + " is late";
    lines += text + "\n";
    expected += "[hi] " + text + "\n";
  }

  const ProgramResult result = run({"--to", "hi", "--from", "en", "--file", folder_.write("texts.txt", lines)});

  EXPECT_EQ(result.exit_status, 0) << result.errors;
  EXPECT_EQ(result.output, expected);
}

TEST_F(TranslateCli, TranslatesIntoSeveralLanguages) {
  const ProgramResult result = run({"--to", "es,hi", "--from", "en"}, "Hello\nBye\n");

  EXPECT_EQ(result.output, "es\t[es] Hello\nhi\t[hi] Hello\nes\t[es] Bye\nhi\t[hi] Bye\n") << result.errors;
}

TEST_F(TranslateCli, SaysEverythingInJson) {
  const ProgramResult result = run({"--to", "es", "--json", "When will my order arrive?"});

  const Json document = parse_json_or_throw(result.output);
  EXPECT_EQ(document.at("count").to_number<int>(), 1);
  const Json& first = document.at("results").at(0);
  EXPECT_EQ(first.at("translated_text"), "[es] When will my order arrive?");
  EXPECT_EQ(first.at("source_language"), "en");
  EXPECT_EQ(first.at("model"), "libretranslate");
  EXPECT_EQ(first.at("placeholders").at("ok"), true);
}

TEST_F(TranslateCli, ALineThatCannotBeTranslatedStaysEmptyAndIsNamed) {
  const ProgramResult result = run({"--to", "en"}, "¿Dónde está mi pedido?\nHallo mein lieber Freund\n");

  EXPECT_EQ(result.exit_status, 1);
  EXPECT_EQ(result.output, "[en] ¿Dónde está mi pedido?\n\n");
  EXPECT_NE(result.errors.find("text 2 to en"), std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find("rapport models pull opus-mt-de-en"), std::string::npos) << result.errors;
}

TEST_F(TranslateCli, TranslatesTermsAsTheGlossarySays) {
  const std::string terms = folder_.write("terms.csv", "source,target\nRapport,\norder,pedido\n");
  const std::string wrong = folder_.write("wrong.csv", "term,target\nRapport,\n");

  const ProgramResult result = run({"--to", "es", "--from", "en", "--glossary", terms, "The Rapport order"});

  EXPECT_NE(result.output.find("pedido"), std::string::npos) << result.output << result.errors;
  EXPECT_NE(result.output.find("Rapport"), std::string::npos) << result.output;
  EXPECT_EQ(run({"--to", "es", "--glossary", wrong, "x"}).exit_status, 1);
  EXPECT_EQ(run({"--to", "es", "--glossary", folder_ / "none.csv", "x"}).exit_status, 1);
}

TEST_F(TranslateCli, WrongUsageIsExitStatusTwo) {
  EXPECT_EQ(run({"Hello"}).exit_status, 2);
  EXPECT_EQ(run({"--campaign", "--to", "es", "Hello"}).exit_status, 2);
  EXPECT_EQ(run({"--campaign"}).exit_status, 2);
  EXPECT_EQ(run({"--to", "es", "Hello", "--set", "translation.order=nobody"}).exit_status, 2);
}

class CampaignCli : public TranslateCli {
 protected:
  void SetUp() override {
    import("contacts", "id,language\na,es\nb,hi\nc,es-MX\nd,en\ne,\nf,ja\nout,es\n");
    import("preference-events", "id,contact_id,type,at\np1,out,opt_out,2026-01-05\n");
  }
};

TEST_F(CampaignCli, ShowsForHowManyContactsWhichTextIs) {
  const ProgramResult result =
      run({"--campaign", "--from", "en", "--json", "The sale {{1}} is here: https://x.example"});

  EXPECT_EQ(result.exit_status, 1) << "nobody translates Japanese";
  const Json document = parse_json_or_throw(result.output);
  EXPECT_EQ(document.at("contacts").to_number<int>(), 6);
  EXPECT_EQ(document.at("opted_out").to_number<int>(), 1);
  EXPECT_EQ(document.at("left_out").to_number<int>(), 1);
  EXPECT_EQ(document.at("language_from").at("fallback").to_number<int>(), 1);
  const Json& english = document.at("languages").at(0);
  EXPECT_EQ(english.at("language"), "en");
  EXPECT_EQ(english.at("contacts").to_number<int>(), 2);
  EXPECT_EQ(english.at("unchanged"), true);
  const Json& spanish = document.at("languages").at(1);
  EXPECT_EQ(spanish.at("contacts").to_number<int>(), 2);
  EXPECT_EQ(spanish.at("placeholders").at("in").to_number<int>(), 2);
  EXPECT_EQ(spanish.at("placeholders").at("ok"), true);
}

TEST_F(CampaignCli, ShowsItToPeople) {
  const ProgramResult result = run({"--campaign", "--from", "en", "--fallback", "pt", "The sale {{1}} is here"});

  EXPECT_NE(result.output.find("es (spanish): 2 contacts, by libretranslate, placeholders 1 of 1\n[es] The sale {{1}}"),
            std::string::npos)
      << result.output;
  EXPECT_NE(result.output.find("pt (portuguese): 1 contacts"), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("ja (japanese): 1 contacts, LEFT OUT: "), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("1 opted out"), std::string::npos) << result.output;
}

TEST_F(CampaignCli, WritesEachContactsText) {
  const std::string out = folder_ / "messages.csv";

  const ProgramResult result = run({"--campaign", "--from", "en", "--out", out}, "Hello,\nmy friend\n");

  EXPECT_EQ(result.exit_status, 1) << "one is left out";
  EXPECT_EQ(file_text(out),
            "contact_id,language,text\n"
            "a,es,\"[es] Hello,\n[es] my friend\"\n"
            "b,hi,\"[hi] Hello,\n[hi] my friend\"\n"
            "c,es,\"[es] Hello,\n[es] my friend\"\n"
            "d,en,\"Hello,\nmy friend\"\n"
            "e,en,\"Hello,\nmy friend\"\n");
}

TEST_F(CampaignCli, RemembersWhatItTranslated) {
  run({"--campaign", "--from", "en", "The sale is here"});
  const int texts = service_.texts();
  EXPECT_GT(texts, 0);

  run({"--campaign", "--from", "en", "The sale is here"});

  EXPECT_EQ(service_.texts(), texts);
}

}  // namespace
}  // namespace rapport::testing
