#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "base/json.h"
#include "support/program.h"
#include "support/temporary_folder.h"

namespace rapport::testing {
namespace {

TEST(Cli, HelpNamesEveryVerb) {
  const ProgramResult help = run_program({"--help"});

  EXPECT_EQ(help.exit_status, 0);
  for (const char* verb : {"serve", "demo", "import", "analyze", "train", "predict", "evaluate", "sentiment", "detect-language", "translate", "models", "token", "config", "doctor"}) {
    EXPECT_NE(help.output.find(verb), std::string::npos) << verb;
    EXPECT_EQ(run_program({verb, "--help"}).exit_status, 0) << verb;
  }
}

TEST(Cli, WrongUsageIsExitStatusTwo) {
  EXPECT_EQ(run_program(std::vector<std::string>{}).exit_status, 2);
  EXPECT_EQ(run_program({"fly"}).exit_status, 2);
  EXPECT_EQ(run_program({"demo", "--wings", "2"}).exit_status, 2);
  EXPECT_EQ(run_program({"config", "--set", "colour=red"}).exit_status, 2);
  EXPECT_EQ(run_program({"token", "create", "--ttl", "soon"}).exit_status, 2);
  EXPECT_EQ(run_program({"token", "create", "--role", "king"}).exit_status, 2);
  EXPECT_EQ(run_program({"serve", "--listen", "everywhere"}).exit_status, 2);
}

TEST(Cli, ErrorsAreJsonWhenAskedFor) {
  const ProgramResult result = run_program({"config", "--set", "colour=red", "--json"});

  const Json error = parse_json_or_throw(result.output);
  EXPECT_FALSE(error.at("success").as_bool());
  EXPECT_EQ(error.at("error").at("code"), "invalid_setting");
}

TEST(Cli, ConfigHidesTheDatabasePassword) {
  const ProgramResult result = run_program({"config", "--database", "postgresql://me:hunter2@host/db"});

  EXPECT_EQ(result.exit_status, 0);
  EXPECT_EQ(result.output.find("hunter2"), std::string::npos);
}

TEST(Cli, DemoRefusesAWorkspaceThatHoldsContactsAlready) {
  const TemporaryFolder folder;
  const std::vector<std::string> demo = {"demo", "--contacts", "20", "--days", "240", "--data", folder / "data"};

  EXPECT_EQ(run_program(demo).exit_status, 0);
  const ProgramResult again = run_program(demo);

  EXPECT_EQ(again.exit_status, 1);
  EXPECT_NE(again.errors.find("20 contacts already"), std::string::npos) << again.errors;
}

TEST(Cli, TokenSecretIsReadableByItsOwnerAlone) {
  const TemporaryFolder folder;

  const ProgramResult token = run_program({"token", "create", "--data", folder / "data"});

  ASSERT_EQ(token.exit_status, 0) << token.errors;
  EXPECT_EQ(std::count(token.output.begin(), token.output.end(), '.'), 2);
  const auto permissions = std::filesystem::status(std::filesystem::path(folder / "data") / "token.secret").permissions();
  EXPECT_EQ(permissions & std::filesystem::perms::mask, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(Cli, DoctorSaysWhatIsInOrder) {
  const TemporaryFolder folder;

  const ProgramResult doctor = run_program({"doctor", "--data", folder / "data", "--json"});

  EXPECT_EQ(doctor.exit_status, 0) << doctor.output;
  EXPECT_TRUE(parse_json_or_throw(doctor.output).at("ok").as_bool());
  EXPECT_EQ(run_program({"doctor", "--quick", "--listen", "127.0.0.1:1", "--data", folder / "data"}).exit_status, 1);
}

TEST(Cli, RefusesAFileThatIsNoDatabase) {
  const TemporaryFolder folder;
  const std::string file = folder.write("x.db", "this is not a database, but it is long enough to look at");

  const ProgramResult result = run_program({"models", "list", "--data", folder / "data", "--database", "sqlite:" + file});

  EXPECT_EQ(result.exit_status, 1);
  EXPECT_FALSE(result.errors.empty());
}

}  // namespace
}  // namespace rapport::testing
