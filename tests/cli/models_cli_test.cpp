#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/file.h"
#include "base/json.h"
#include "base/rng.h"
#include "support/fake_hub.h"
#include "support/program.h"
#include "support/temporary_folder.h"

namespace rapport::testing {
namespace {

namespace fs = std::filesystem;
using Scripted = std::optional<HubReply>;

constexpr const char* kModel = "twitter-roberta-base-sentiment-latest";
constexpr const char* kBin = "pytorch_model.bin";

/// The command line against a hub of the test's own.
class ModelsCli : public ::testing::Test {
 protected:
  FakeHub& serve(FakeHub::Script script = {}, std::size_t weight_bytes = 200'000) {
    hub_ = std::make_unique<FakeHub>(std::move(script));
    hub_->set_model(weight_bytes);
    return *hub_;
  }

  Launch launch(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "models");
    arguments.insert(arguments.end(), {"--data", folder_ / "data"});
    return {.arguments = std::move(arguments),
            .input = {},
            .environment = {{"HF_ENDPOINT", hub_ ? hub_->address() : "http://127.0.0.1:1"}, {"HF_TOKEN", "hf_secret"}},
            .folder = {}};
  }
  ProgramResult run(std::vector<std::string> arguments) const { return run_program(launch(std::move(arguments))); }

  /// The entry of kModel in `rapport models list --json`.
  Json listed() const {
    const ProgramResult list = run({"list", "--json"});
    const Json document = parse_json_or_throw(list.output);
    for (const Json& model : document.at("pretrained").as_array()) {
      if (model.at("model") == kModel) return model;
    }
    return {};
  }

  fs::path model() const { return folder_.path() / "data" / "models" / kModel; }

  /// A model that loads is a whole one: config.json is there only when every other file is.
  bool loads_or_is_not_there() const {
    if (!fs::exists(model() / "config.json")) return !fs::exists(model() / "rapport-model.json");
    for (const char* file : {"config.json", "vocab.json", "merges.txt", kBin}) {
      if (!fs::exists(model() / file) || read_file(model() / file) != hub_->file(file)) return false;
    }
    return true;
  }

  TemporaryFolder folder_;
  std::unique_ptr<FakeHub> hub_;
};

TEST_F(ModelsCli, PullsListsVerifiesMendsAndRemoves) {
  serve();
  EXPECT_EQ(listed().at("state"), "not_installed");

  const ProgramResult pull = run({"pull", kModel});
  ASSERT_EQ(pull.exit_status, 0) << pull.errors;
  EXPECT_NE(pull.output.find("licence: CC BY 4.0"), std::string::npos) << pull.output;
  EXPECT_EQ(listed().at("state"), "installed");
  EXPECT_EQ(listed().at("commit"), listed().at("revision"));
  EXPECT_EQ(listed().at("role"), "sentiment");
  EXPECT_EQ(run({"verify"}).exit_status, 0);

  std::fstream(model() / kBin, std::ios::in | std::ios::out | std::ios::binary).seekp(5000).put('!');
  const ProgramResult damaged = run({"verify", "--json"});
  EXPECT_EQ(damaged.exit_status, 1);
  EXPECT_EQ(parse_json_or_throw(damaged.output).at("models").at(0).at("damaged").at(0).at("file"), kBin);
  EXPECT_EQ(run({"pull", kModel}).exit_status, 0);
  EXPECT_EQ(run({"verify", kModel}).exit_status, 0);

  EXPECT_EQ(run({"remove", kModel}).exit_status, 0);
  EXPECT_FALSE(fs::exists(model()));
  EXPECT_EQ(run({"remove", kModel}).exit_status, 1);
  EXPECT_EQ(run({"verify", kModel}).exit_status, 1);
}

TEST_F(ModelsCli, AsksForThePinnedRevisionOfTheRepositoryWithTheToken) {
  serve();

  ASSERT_EQ(run({"pull", "cardiffnlp/twitter-roberta-base-sentiment-latest", "--json"}).exit_status, 0);

  const std::vector<HubRequest> requests = hub_->requests();
  EXPECT_EQ(requests.at(0).target, "/api/models/cardiffnlp/twitter-roberta-base-sentiment-latest/revision/" +
                                       std::string(listed().at("revision").as_string()) + "?blobs=true");
  for (const HubRequest& request : requests) EXPECT_EQ(request.header("authorization"), "Bearer hf_secret");
}

TEST_F(ModelsCli, GoesOnAfterKillMinusNine) {
  serve(
      [&](const HubRequest& request, int nth) -> Scripted {
        if (!request.wants(kBin) || nth > 3) return std::nullopt;
        HubReply reply = hub_->honest(request);
        reply.stall_after = 500'000;
        return reply;
      },
      2'000'000);

  for (std::size_t pulls = 1; pulls <= 3; ++pulls) {
    RunningProgram program(launch({"pull", kModel}));
    ASSERT_TRUE(hub_->wait_for(kBin, pulls, std::chrono::seconds(20)));
    const fs::path part = [&] {
      for (int i = 0; i < 2000; ++i) {
        std::error_code code;
        for (const auto& entry : fs::directory_iterator(model(), code)) {
          const bool grown =
              entry.path().filename().string().starts_with(kBin) && entry.file_size(code) >= pulls * 500'000;
          if (grown) return entry.path();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
      return fs::path();
    }();
    ASSERT_FALSE(part.empty()) << program.errors();
    program.signal(SIGKILL);
    EXPECT_EQ(program.wait(std::chrono::seconds(10)), 128 + SIGKILL);
    EXPECT_EQ(listed().at("state"), "not_installed");
    EXPECT_TRUE(loads_or_is_not_there());
  }
  const ProgramResult last = run({"pull", kModel, "--json"});

  ASSERT_EQ(last.exit_status, 0) << last.errors;
  EXPECT_EQ(listed().at("state"), "installed");
  EXPECT_EQ(run({"verify", kModel}).exit_status, 0);
  std::vector<std::string> ranges;
  for (const HubRequest& request : hub_->requests()) {
    if (request.wants(kBin)) ranges.push_back(request.header("range"));
  }
  EXPECT_EQ(ranges, (std::vector<std::string>{"", "bytes=500000-", "bytes=1000000-", "bytes=1500000-"}));
}

TEST_F(ModelsCli, KilledAtAnyMomentLeavesAWholeModelOrNone) {
  serve({}, 50'000);
  Rng rng(3);

  for (int i = 0; i < 25; ++i) {
    if (i % 5 == 0) run({"remove", kModel});
    if (fs::exists(model() / kBin)) fs::resize_file(model() / "vocab.json", 1);  // there is something to mend
    RunningProgram program(launch({"pull", kModel}));
    std::this_thread::sleep_for(std::chrono::microseconds(rng.integer(5'000, 80'000)));
    program.signal(SIGKILL);
    program.wait(std::chrono::seconds(10));
    const bool untouched = fs::exists(model() / "vocab.json") && fs::file_size(model() / "vocab.json") == 1;
    if (!untouched) {
      EXPECT_TRUE(loads_or_is_not_there()) << i;
    }
  }
  EXPECT_EQ(run({"pull", kModel}).exit_status, 0);
  EXPECT_EQ(run({"verify", kModel}).exit_status, 0);
  EXPECT_TRUE(loads_or_is_not_there());
}

TEST_F(ModelsCli, SecondPullOfTheSameModelIsRefused) {
  serve([&](const HubRequest& request, int) -> Scripted {
    if (!request.wants(kBin)) return std::nullopt;
    HubReply reply = hub_->honest(request);
    reply.stall_after = 1000;
    return reply;
  });
  RunningProgram first(launch({"pull", kModel}));
  ASSERT_TRUE(hub_->wait_for(kBin, 1, std::chrono::seconds(20)));

  const ProgramResult second = run({"pull", kModel});

  EXPECT_EQ(second.exit_status, 1);
  EXPECT_NE(second.errors.find("Another process"), std::string::npos) << second.errors;
  EXPECT_EQ(run({"remove", kModel}).exit_status, 1);
}

TEST_F(ModelsCli, InstallsFromAFolderWithoutANetwork) {
  FakeHub files;
  files.set_model(10'000);
  for (const char* file : {"config.json", "vocab.json", "merges.txt", kBin}) {
    folder_.write("stick/" + std::string(file), files.file(file));
  }

  const ProgramResult pull = run({"pull", kModel, "--from", folder_ / "stick", "--json"});

  ASSERT_EQ(pull.exit_status, 0) << pull.errors;
  EXPECT_TRUE(parse_json_or_throw(pull.output).at("commit").is_null());
  EXPECT_EQ(listed().at("state"), "installed");
  EXPECT_EQ(run({"verify"}).exit_status, 0);
  EXPECT_EQ(run({"pull", kModel, "--from", folder_ / "nowhere"}).exit_status, 2);
}

TEST_F(ModelsCli, SaysWhatIsWrong) {
  serve([](const HubRequest&, int) { return HubReply{.status = 401}; });

  const ProgramResult gated = run({"pull", kModel});
  EXPECT_EQ(gated.exit_status, 1);
  EXPECT_NE(gated.errors.find("HF_TOKEN"), std::string::npos) << gated.errors;
  EXPECT_EQ(gated.errors.find("hf_secret"), std::string::npos) << gated.errors;

  const ProgramResult unknown = run({"pull", "gpt-9"});
  EXPECT_EQ(unknown.exit_status, 2);
  EXPECT_NE(unknown.errors.find(kModel), std::string::npos) << unknown.errors;

  const ProgramResult plain = run({"pull", kModel, "--set", "hub.endpoint=http://hub.example"});
  EXPECT_EQ(plain.exit_status, 2);
  EXPECT_NE(plain.errors.find("https"), std::string::npos) << plain.errors;
}

TEST_F(ModelsCli, OwnNamesOfSettingsWinOverTheHubsAndTheTokenIsNeverShown) {
  Launch config{.arguments = {"config", "--data", folder_ / "data"},
                .input = {},
                .environment = {{"HF_TOKEN", "hf_theirs"},
                                {"RAPPORT_HUB_TOKEN", "hf_ours"},
                                {"HF_ENDPOINT", "https://theirs.example"},
                                {"RAPPORT_HUB_ENDPOINT", "https://ours.example"}},
                .folder = {}};

  const ProgramResult shown = run_program(config);

  EXPECT_NE(shown.output.find("https://ours.example"), std::string::npos) << shown.output;
  EXPECT_EQ(shown.output.find("hf_"), std::string::npos) << shown.output;
}

TEST_F(ModelsCli, ListShowsRolesSizesAndLicencesHonestly) {
  const ProgramResult list = run({"list"});

  EXPECT_EQ(list.exit_status, 0);
  for (const char* text :
       {kModel, "emotion-english-distilroberta-base", "twitter-xlm-roberta-base-sentiment", "CC BY 4.0",
        "not stated by its authors", "multilingual_sentiment", "No model is trained yet"}) {
    EXPECT_NE(list.output.find(text), std::string::npos) << text;
  }
}

TEST_F(ModelsCli, DoctorNamesWhatIsInstalledAndWhatIsDamaged) {
  serve();
  ASSERT_EQ(run({"pull", kModel}).exit_status, 0);
  const std::vector<std::string> doctor = {"doctor", "--data", folder_ / "data"};
  EXPECT_NE(run_program(doctor).output.find("ok    pretrained models: " + std::string(kModel)), std::string::npos);

  fs::remove(model() / "merges.txt");

  const ProgramResult damaged = run_program(doctor);
  EXPECT_EQ(damaged.exit_status, 1);
  EXPECT_NE(damaged.output.find("WRONG pretrained models"), std::string::npos) << damaged.output;
}

TEST_F(ModelsCli, ModelsFolderIsASetting) {
  serve();

  ASSERT_EQ(run({"pull", kModel, "--models", folder_ / "elsewhere"}).exit_status, 0);

  EXPECT_TRUE(fs::exists(folder_.path() / "elsewhere" / kModel / "rapport-model.json"));
  EXPECT_FALSE(fs::exists(model()));
}

}  // namespace
}  // namespace rapport::testing
