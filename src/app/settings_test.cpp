#include "app/settings.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "app/listen_address.h"
#include "base/error.h"
#include "base/file.h"
#include "base/sha256.h"

namespace rapport::app {
namespace {

class SettingsTest : public testing::Test {
 protected:
  SettingsTest() : folder_(std::filesystem::temp_directory_path() / ("rapport-settings-test-" + secure_random_hex(6))) {
    std::filesystem::create_directories(folder_);
  }
  ~SettingsTest() override {
    ::unsetenv("RAPPORT_SERVER_THREADS");
    std::filesystem::remove_all(folder_);
  }

  std::map<std::string, std::string> with_data(std::map<std::string, std::string> flags = {}) const {
    flags["data"] = folder_.string();
    return flags;
  }
  void write_file(const std::string& text) const { publish_file(folder_ / "rapport.toml", text); }

  static std::string mistake(const std::map<std::string, std::string>& flags) {
    try {
      Settings::load(flags);
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }

  std::filesystem::path folder_;
};

TEST_F(SettingsTest, FlagWinsOverEnvironmentOverFileOverDefault) {
  EXPECT_EQ(Settings::load(with_data()).integer("server.threads"), 0);
  write_file("[server]\nthreads = 2\n");
  EXPECT_EQ(Settings::load(with_data()).integer("server.threads"), 2);
  ::setenv("RAPPORT_SERVER_THREADS", "3", 1);
  EXPECT_EQ(Settings::load(with_data()).integer("server.threads"), 3);
  EXPECT_EQ(Settings::load(with_data({{"server.threads", "4"}})).integer("server.threads"), 4);
}

TEST_F(SettingsTest, UnknownSettingStopsTheStart) {
  EXPECT_NE(mistake(with_data({{"server.treads", "4"}})).find("server.treads is not a known setting"), std::string::npos);
  write_file("colour = \"red\"\n");
  EXPECT_NE(mistake(with_data()).find("colour is not a known setting"), std::string::npos);
}

TEST_F(SettingsTest, ValueOutsideItsRangeIsRefusedWithTheRange) {
  EXPECT_NE(mistake(with_data({{"server.threads", "many"}})).find("0 to 256"), std::string::npos);
  EXPECT_NE(mistake(with_data({{"server.threads", "257"}})).find("0 to 256"), std::string::npos);
  EXPECT_NE(mistake(with_data({{"log.level", "loud"}})).find("debug|info"), std::string::npos);
}

TEST_F(SettingsTest, FileThatIsNoTomlIsRefusedWithThePlace) {
  write_file("[server\n");

  EXPECT_NE(mistake(with_data()).find("line 1"), std::string::npos);
}

TEST_F(SettingsTest, NamedFileMustExist) {
  EXPECT_NE(mistake(with_data({{"config", (folder_ / "none.toml").string()}})).find("cannot be read"), std::string::npos);
}

TEST_F(SettingsTest, DumpHidesSecrets) {
  const Settings settings = Settings::load(with_data({{"database", "postgresql://me:secret@host/db"}}));

  for (const std::string& line : settings.dump()) EXPECT_EQ(line.find("secret@"), std::string::npos);
}

TEST(SettingsTable, StandsInTheDocumentation) {
  const std::string document = read_file(std::string(RAPPORT_SOURCE_DIR) + "/docs/configuration.md");

  EXPECT_NE(document.find(settings_table()), std::string::npos)
      << "Put the output of `rapport config --describe` into docs/configuration.md.";
}

TEST(ListenAddress, ReadsHostAndPort) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:8000").port, 8000);
  EXPECT_EQ(parse_listen_address("[::1]:80").host, "::1");
  EXPECT_EQ(parse_listen_address("[::1]:80").url_host(), "[::1]");
  EXPECT_EQ(parse_listen_address("0.0.0.0:80").dial_host(), "127.0.0.1");
}

TEST(ListenAddress, RefusesWhatIsNone) {
  for (const char* text : {"", "8000", ":8000", "host:", "host:port", "host:65536", "::1:80", "host:80x"}) {
    EXPECT_THROW(parse_listen_address(text), Error) << text;
  }
}

}  // namespace
}  // namespace rapport::app
