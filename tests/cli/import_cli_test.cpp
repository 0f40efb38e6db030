#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"
#include "support/program.h"
#include "support/temporary_folder.h"

namespace rapport::testing {
namespace {

constexpr const char* kContacts = "id,name,timezone_offset\nc1,Ana,-3\nc2,Ravi,5.5\n";

class ImportCli : public ::testing::Test {
 protected:
  ProgramResult import(const std::string& table, const std::string& name, const std::string& bytes,
                       const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"import", table, folder_.write(name, bytes), "--data", folder_ / "data"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments);
  }

  TemporaryFolder folder_;
};

TEST_F(ImportCli, TakesCsvAndJsonLines) {
  const ProgramResult contacts = import("contacts", "contacts.csv", kContacts);
  const ProgramResult messages = import("messages", "messages.jsonl",
                                        R"({"id":"m1","contact_id":"c1","direction":"inbound","sent_at":"2026-01-05T10:00:00Z","text":"hola"})"
                                        "\n"
                                        R"({"id":"m2","contact_id":"c2","direction":"outbound","sent_at":1767607200,"text":"hi"})"
                                        "\n");

  EXPECT_EQ(contacts.exit_status, 0) << contacts.errors;
  EXPECT_NE(contacts.output.find("2 of 2 rows imported"), std::string::npos) << contacts.output;
  EXPECT_EQ(messages.exit_status, 0) << messages.output << messages.errors;
}

TEST_F(ImportCli, NamesFileLineColumnAndReasonOfEveryRefusedRowAndKeepsTheRest) {
  import("contacts", "contacts.csv", kContacts);

  const ProgramResult result = import("messages", "m.csv",
                                      "id,contact_id,direction,sent_at\n"
                                      "m1,c1,inbound,2026-01-05\n"
                                      "m2,c9,inbound,2026-01-05\n"
                                      "m3,c1,sideways,2026-01-05\n"
                                      "m4,c1,inbound,yesterday\n"
                                      ",c1,inbound,2026-01-05\n",
                                      {"--json"});

  EXPECT_EQ(result.exit_status, 1);
  const Json report = parse_json_or_throw(result.output).at("files").at(0);
  EXPECT_EQ(report.at("rows_imported").to_number<int>(), 1);
  EXPECT_EQ(report.at("rows_refused").to_number<int>(), 4);
  const auto& refused = report.at("refused").as_array();
  EXPECT_EQ(refused.at(0).at("line").to_number<int>(), 3);
  EXPECT_EQ(refused.at(0).at("column"), "contact_id");
  EXPECT_EQ(refused.at(1).at("column"), "direction");
  EXPECT_EQ(refused.at(2).at("column"), "sent_at");
  EXPECT_EQ(refused.at(3).at("column"), "id");
}

TEST_F(ImportCli, StrictModeImportsNothingOfAFileWithARefusedRow) {
  const std::string bytes = "id,timezone_offset\nc1,1\nc2,99\n";

  const ProgramResult strict = import("contacts", "contacts.csv", bytes, {"--strict"});

  EXPECT_EQ(strict.exit_status, 1);
  EXPECT_NE(strict.errors.find("nothing of it was imported"), std::string::npos) << strict.errors;
  const ProgramResult orders =
      import("orders", "orders.csv", "id,contact_id,placed_at,amount\no1,c1,2026-01-05,10\n");
  EXPECT_NE(orders.output.find("0 of 1 rows imported"), std::string::npos) << orders.output;
}

TEST_F(ImportCli, ImportingTwiceIsImportingOnce) {
  import("contacts", "contacts.csv", kContacts);
  import("contacts", "contacts.csv", kContacts);

  const ProgramResult doctor = run_program({"doctor", "--data", folder_ / "data"});

  EXPECT_NE(doctor.output.find("2 contacts"), std::string::npos) << doctor.output;
}

TEST_F(ImportCli, SaysWhatIsWrongWithTheFileAsAWhole) {
  EXPECT_EQ(run_program({"import", "contacts", "nowhere.csv", "--data", folder_ / "data"}).exit_status, 1);
  EXPECT_EQ(run_program({"import", "planets", "x.csv", "--data", folder_ / "data"}).exit_status, 2);
  const ProgramResult missing = import("contacts", "a.csv", "name\nAna\n");
  EXPECT_EQ(missing.exit_status, 1);
  EXPECT_NE(missing.errors.find("has no column id"), std::string::npos) << missing.errors;
  const ProgramResult future = import("campaigns", "b.csv", "id,started_at\nx,2150-01-01\n");
  EXPECT_NE(future.output.find("is in the future"), std::string::npos) << future.output;
}

TEST_F(ImportCli, ReportsColumnsThatItDoesNotKnow) {
  const ProgramResult result = import("contacts", "contacts.csv", "id,shoe_size\nc1,43\n");

  EXPECT_EQ(result.exit_status, 0);
  EXPECT_NE(result.output.find("shoe_size"), std::string::npos) << result.output;
}

TEST_F(ImportCli, ReadsStandardInput) {
  const ProgramResult result =
      run_program({"import", "contacts", "-", "--data", folder_ / "data"}, "id,name\nc7,Bo\n");

  EXPECT_EQ(result.exit_status, 0) << result.errors;
}

}  // namespace
}  // namespace rapport::testing
