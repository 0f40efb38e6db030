#include "hub/pull.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "base/sha256.h"
#include "hub/test_hub.h"

namespace rapport::hub {
namespace {

namespace fs = std::filesystem;
using testing::FakeHub;
using testing::HubReply;
using testing::HubRequest;
using Scripted = std::optional<HubReply>;

constexpr const char* kBin = "pytorch_model.bin";

class PullModel : public HubTest {};

TEST_F(PullModel, InstallsWhatTheManifestNamesAndNothingElse) {
  serve();

  const Installed installed = pull();

  expect_whole();
  EXPECT_EQ(installed.record.commit, FakeHub::kCommit);
  EXPECT_FALSE(fs::exists(model() / "README.md"));
  EXPECT_FALSE(fs::exists(model() / "tf_model.h5"));
  const auto record = read_model_record(model());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->files, installed.record.files);
  const auto weights = std::find_if(record->files.begin(), record->files.end(),
                                    [](const RecordedFile& file) { return file.name == kBin; });
  ASSERT_NE(weights, record->files.end());
  EXPECT_EQ(weights->sha256, sha256_hex(hub_->file(kBin)));
}

TEST_F(PullModel, PrefersSafetensors) {
  serve().set_file("model.safetensors", "these are safe");

  pull();

  EXPECT_EQ(content("model.safetensors"), "these are safe");
  EXPECT_FALSE(fs::exists(model() / kBin));
}

TEST_F(PullModel, AgainFetchesNothing) {
  serve();
  pull();
  clock_.advance(kHour);

  const Installed again = pull();

  EXPECT_EQ(again.fetched_bytes, 0U);
  EXPECT_EQ(again.record.installed_at, from_epoch_ms(1'780'000'000'000));
  EXPECT_EQ(requests_for(kBin).size(), 1U);
}

TEST_F(PullModel, AgainMendsTheFileThatIsDamagedAndOnlyThat) {
  serve();
  pull();
  std::ofstream(model() / "vocab.json") << "rubbish";

  pull();

  expect_whole();
  EXPECT_EQ(requests_for(kBin).size(), 1U);
  EXPECT_EQ(requests_for("vocab.json").size(), 2U);
}

TEST_F(PullModel, TakesUpANewRevisionAndDropsFilesThatItHasNoMore) {
  serve();
  pull();
  hub_->set_file("config.json", R"({"model_type":"roberta","new":true})");
  hub_->set_file("model.safetensors", "new weights");

  pull();

  EXPECT_EQ(content("config.json"), hub_->file("config.json"));
  EXPECT_FALSE(fs::exists(model() / kBin));
  EXPECT_TRUE(installed_model(folder_.path() / "models", "tiny"));
}

TEST_F(PullModel, GoesOnWhereTheConnectionBroke) {
  serve([&](const HubRequest& request, int nth) -> Scripted {
    if (!request.wants(kBin) || nth > 3) return std::nullopt;
    HubReply reply = hub_->honest(request);
    reply.cut_after = 70'000;
    return reply;
  });

  pull();

  expect_whole();
  const auto requests = requests_for(kBin);
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_EQ(requests[0].header("range"), "");
  EXPECT_EQ(requests[1].header("range"), "bytes=70000-");
  EXPECT_EQ(requests[3].header("range"), "bytes=210000-");
  EXPECT_EQ(requests[3].header("if-range"), "\"" + sha256_hex(hub_->file(kBin)) + "\"");
}

TEST_F(PullModel, GoesOnInALaterCallWithWhatAnEarlierOneGot) {
  bool broken = true;
  serve([&](const HubRequest& request, int nth) -> Scripted {
    if (!broken || !request.wants(kBin)) return std::nullopt;
    HubReply reply = hub_->honest(request);
    reply.cut_after = nth == 1 ? 100'000 : 0;
    return reply;
  });
  EXPECT_EQ(failed_pull(), "hub_unreachable");
  EXPECT_NE(message_.find("goes on from there"), std::string::npos) << message_;
  expect_nothing_installed();
  broken = false;

  const Installed installed = pull();

  expect_whole();
  EXPECT_LE(installed.fetched_bytes, kWeightBytes - 100'000 + 200);
  EXPECT_EQ(requests_for(kBin).back().header("range"), "bytes=100000-");
}

TEST_F(PullModel, StartsAnewWhenTheHubIgnoresTheRange) {
  serve([&](const HubRequest& request, int nth) -> Scripted {
    if (!request.wants(kBin)) return std::nullopt;
    HubReply whole{.body = hub_->file(kBin)};
    if (nth == 1) whole.cut_after = 90'000;
    return whole;
  });

  pull();

  expect_whole();
  EXPECT_EQ(requests_for(kBin).size(), 2U);
}

TEST_F(PullModel, StartsAnewWhenTheContentBehindTheAddressHasChanged) {
  serve([&](const HubRequest& request, int nth) -> Scripted {
    if (!request.wants(kBin) || nth > 1) return std::nullopt;
    return HubReply{.headers = {{"ETag", "\"other\""}}, .body = std::string(kWeightBytes, 'x'), .cut_after = 90'000};
  });

  pull();

  expect_whole();
  EXPECT_EQ(requests_for(kBin).at(1).header("if-range"), "\"other\"");
}

TEST_F(PullModel, NeverGluesPiecesOfTwoContentsTogether) {
  serve([&](const HubRequest& request, int nth) -> Scripted {
    if (!request.wants(kBin)) return std::nullopt;
    if (nth == 1)
      return HubReply{.headers = {{"ETag", "\"other\""}}, .body = std::string(kWeightBytes, 'x'), .cut_after = 9};
    HubRequest unconditional = request;
    unconditional.headers.erase("if-range");  // a hub that does not know If-Range
    return hub_->honest(unconditional);
  });

  pull();

  expect_whole();
}

TEST_F(PullModel, MendsAPartThatWasDamagedOnTheDisk) {
  serve();
  fs::create_directories(model());
  const std::string digest = sha256_hex(hub_->file(kBin)).substr(0, 12);
  std::ofstream(model() / (std::string(kBin) + "." + digest + ".part")) << "these bytes are not the first of the file";

  pull();

  expect_whole();
  EXPECT_EQ(requests_for(kBin).size(), 2U);
}

TEST_F(PullModel, RefusesContentWithAnotherDigest) {
  for (const char* file : {kBin, "vocab.json"}) {
    fs::remove_all(model());
    serve([&, file](const HubRequest& request, int) -> Scripted {
      if (!request.wants(file)) return std::nullopt;
      HubReply reply = hub_->honest(request);
      reply.body[3] ^= 1;
      return reply;
    });

    EXPECT_EQ(failed_pull(), "hub_wrong_content") << file;
    EXPECT_NE(message_.find(file), std::string::npos) << message_;
    expect_nothing_installed();
  }
}

TEST_F(PullModel, RefusesContentOfAnotherSize) {
  for (const int difference : {-1, 1}) {
    serve([&, difference](const HubRequest& request, int) -> Scripted {
      if (!request.wants(kBin)) return std::nullopt;
      HubReply reply = hub_->honest(request);
      reply.body.resize(kWeightBytes + static_cast<std::size_t>(difference));
      return reply;
    });

    EXPECT_EQ(failed_pull(), "hub_wrong_content") << difference;
    expect_nothing_installed();
  }
}

TEST_F(PullModel, SaysThatTheHubDoesNotHaveIt) {
  serve([](const HubRequest&, int) { return HubReply{.status = 404}; });

  EXPECT_EQ(failed_pull(), "not_on_hub");
  EXPECT_NE(message_.find("test/tiny"), std::string::npos) << message_;
  EXPECT_EQ(hub_->requests().size(), 1U);
  EXPECT_FALSE(fs::exists(model()));
}

TEST_F(PullModel, SaysThatATokenIsNeeded) {
  for (const int status : {401, 403}) {
    serve([status](const HubRequest&, int) { return HubReply{.status = status}; });

    EXPECT_EQ(failed_pull(), "hub_refused");
    EXPECT_NE(message_.find("HF_TOKEN"), std::string::npos) << message_;
    EXPECT_EQ(hub_->requests().size(), 1U);
  }
}

TEST_F(PullModel, WaitsAsLongAsTheHubAsksFor) {
  serve([](const HubRequest& request, int nth) -> Scripted {
    if (!request.wants(kBin) || nth > 1) return std::nullopt;
    return HubReply{.status = 429, .headers = {{"Retry-After", "1"}}};
  });
  const auto start = std::chrono::steady_clock::now();

  pull();

  expect_whole();
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(990));
}

TEST_F(PullModel, GivesUpOnAHubThatAsksForTooLongAWait) {
  serve([](const HubRequest&, int) { return HubReply{.status = 429, .headers = {{"Retry-After", "3600"}}}; });

  EXPECT_EQ(failed_pull(), "hub_overloaded");
  EXPECT_EQ(hub_->requests().size(), 1U);
}

TEST_F(PullModel, TriesAgainAfterAFailureOfTheHub) {
  serve([](const HubRequest&, int nth) -> Scripted {
    return nth == 1 ? Scripted(HubReply{.status = 500, .body = std::string(200'000, '!')}) : std::nullopt;
  });

  pull();

  expect_whole();
}

TEST_F(PullModel, GivesUpAfterSoManyFailures) {
  serve([](const HubRequest&, int) { return HubReply{.status = 503}; });

  EXPECT_EQ(failed_pull(), "hub_unavailable");
  EXPECT_EQ(hub_->requests().size(), 3U);
}

TEST_F(PullModel, GoesOnAfterAStall) {
  serve([&](const HubRequest& request, int nth) -> Scripted {
    if (!request.wants(kBin) || nth > 1) return std::nullopt;
    HubReply reply = hub_->honest(request);
    reply.stall_after = 50'000;
    return reply;
  });

  pull();

  expect_whole();
  EXPECT_EQ(requests_for(kBin).at(1).header("range"), "bytes=50000-");
}

TEST_F(PullModel, SaysThatNobodyAnswers) {
  serve();
  const std::string address = hub_->address();
  hub_.reset();

  EXPECT_THROW(pull_model(kSpec, {.endpoint = address, .token = {}}, installation(), {},
                          {.attempts = 2, .first_wait = std::chrono::milliseconds(1)}),
               Error);
  expect_nothing_installed();
}

TEST_F(PullModel, SendsTheTokenToTheHubAndToNobodyElse) {
  token_ = "hf_secret";
  FakeHub elsewhere([&](const HubRequest& request, int) -> Scripted { return hub_->honest(request); });
  serve([&](const HubRequest& request, int) -> Scripted {
    if (!request.wants(kBin)) return std::nullopt;
    return HubReply{.status = 302, .headers = {{"Location", elsewhere.address() + request.target}}};
  });

  pull();

  expect_whole();
  for (const HubRequest& request : hub_->requests()) EXPECT_EQ(request.header("authorization"), "Bearer hf_secret");
  ASSERT_EQ(elsewhere.requests().size(), 1U);
  EXPECT_EQ(elsewhere.requests()[0].header("authorization"), "");
}

TEST_F(PullModel, KeepsTheTokenAndTheRangeOverRedirectsWithinTheHub) {
  token_ = "hf_secret";
  serve([&](const HubRequest& request, int nth) -> Scripted {
    if (!request.wants(kBin)) return std::nullopt;
    if (!request.target.starts_with("/cache/"))
      return HubReply{.status = 307, .headers = {{"Location", "/cache" + request.target}}};
    HubReply reply = hub_->honest(request);
    if (nth == 1) reply.cut_after = 1000;
    return reply;
  });

  pull();

  expect_whole();
  EXPECT_EQ(requests_for(kBin).back().header("authorization"), "Bearer hf_secret");
  EXPECT_EQ(requests_for(kBin).back().header("range"), "bytes=1000-");
}

TEST_F(PullModel, FollowsNoRedirectToPlainHttpElsewhereNorToAFile) {
  for (const char* target : {"http://192.0.2.1/x", "file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x"}) {
    serve([&, target](const HubRequest& request, int) -> Scripted {
      if (!request.wants(kBin)) return std::nullopt;
      return HubReply{.status = 302, .headers = {{"Location", target}}};
    });

    EXPECT_EQ(failed_pull(), "hub_redirect") << target;
    EXPECT_EQ(message_.find("passwd"), std::string::npos);
  }
}

TEST_F(PullModel, FollowsNoRedirectOfTheDescriptionToAnotherHost) {
  FakeHub elsewhere;
  serve([&](const HubRequest& request, int) {
    return HubReply{.status = 302, .headers = {{"Location", elsewhere.address() + request.target}}};
  });

  EXPECT_EQ(failed_pull(), "hub_redirect");
  EXPECT_TRUE(elsewhere.requests().empty());
}

TEST_F(PullModel, FollowsRedirectsInACircleForAWhileOnly) {
  serve([](const HubRequest& request, int) {
    return HubReply{.status = 302, .headers = {{"Location", request.target}}};
  });

  EXPECT_EQ(failed_pull(), "hub_redirect");
  EXPECT_EQ(hub_->requests().size(), 6U);
}

TEST_F(PullModel, WritesNoFileThatTheHubNamesAndTheManifestDoesNot) {
  serve();
  hub_->set_file("../../escaped", "x");
  hub_->set_file("/absolute", "x");
  hub_->set_file(".hidden", "x");
  hub_->set_file("rapport-model.json", "{}");

  pull();

  expect_whole();
  EXPECT_FALSE(fs::exists(folder_.path() / "escaped"));
  EXPECT_FALSE(fs::exists(model() / ".hidden"));
}

TEST_F(PullModel, RefusesADescriptionThatIsTooLongOrNone) {
  for (const std::string& body : {std::string(5 << 20, ' '), std::string("<html>"), std::string("{}")}) {
    serve([&](const HubRequest&, int) { return HubReply{.body = body}; });

    EXPECT_EQ(failed_pull(), "hub_bad_answer") << body.substr(0, 20);
    expect_nothing_installed();
  }
}

TEST_F(PullModel, RefusesTheDescriptionOfAnotherCommitThanTheManifestNames) {
  serve([&](const HubRequest& request, int) -> Scripted {
    HubRequest other = request;
    if (const std::size_t at = other.target.find("/revision/"); at != std::string::npos) {
      other.target = other.target.substr(0, at) + "/revision/main?blobs=true";
    }
    return hub_->honest(other);
  });
  const std::string pinned(40, 'a');
  ModelSpec spec = kSpec;
  spec.revision = pinned;

  EXPECT_THROW(pull_model(spec, {.endpoint = hub_->address(), .token = {}}, installation()), Error);

  EXPECT_EQ(hub_->requests().size(), 1U);
  expect_nothing_installed();
}

TEST_F(PullModel, RefusesARepositoryThatLacksANeededFile) {
  serve();
  hub_ = std::make_unique<FakeHub>();
  hub_->set_file("config.json", "{}");

  EXPECT_EQ(failed_pull(), "hub_bad_answer");
  EXPECT_NE(message_.find("vocab.json"), std::string::npos) << message_;
}

TEST_F(PullModel, RefusesToStartOnADiskThatIsTooFull) {
  serve();
  Installation full = installation();
  full.free_bytes = [](const fs::path&) { return kWeightBytes; };

  try {
    pull(full);
    FAIL() << "it started";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "disk_full");
    EXPECT_NE(error.message().find("only 1 MB free"), std::string::npos) << error.message();
  }
  EXPECT_TRUE(requests_for(kBin).empty());
}

TEST_F(PullModel, IsRefusedWhileAnotherOneRuns) {
  serve();
  fs::create_directories(model());
  const int lock = ::open((model() / ".lock").c_str(), O_RDWR | O_CREAT, 0644);
  ASSERT_EQ(::flock(lock, LOCK_EX), 0);

  EXPECT_EQ(failed_pull(), "model_busy");
  ::close(lock);
  EXPECT_EQ(failed_pull(), "");
}

TEST_F(PullModel, ReportsProgressUpToTheEnd) {
  serve();
  std::uint64_t last = 0;
  std::uint64_t total = 0;
  Installation watched = installation();
  watched.progress = [&](std::string_view, std::uint64_t done, std::uint64_t of) {
    last = done;
    total = of;
  };

  pull(watched);

  EXPECT_GT(total, kWeightBytes);
  EXPECT_EQ(last, total);
}

TEST_F(PullModel, TakesNoAddressButHttpsOrThisMachine) {
  for (const char* address : {"http://huggingface.co", "ftp://127.0.0.1", "huggingface.co", "",
                              "https://me:pw@hub.example", "https://hub.example/?x=", "https://hub.example/\r\nX: y"}) {
    EXPECT_THROW(check_access({.endpoint = address, .token = {}}), Error) << address;
  }
  for (const char* address :
       {"https://huggingface.co", "https://mirror.example:8443/hf", "http://127.0.0.1:80", "http://[::1]:80"}) {
    EXPECT_NO_THROW(check_access({.endpoint = address, .token = {}})) << address;
  }
  EXPECT_THROW(check_access({.endpoint = "https://huggingface.co", .token = PrivateText("a\r\nb")}), Error);
}

}  // namespace
}  // namespace rapport::hub
