#include "hub/installed.h"

#include <algorithm>
#include <fstream>

#include "base/sha256.h"
#include "hub/file_digest.h"
#include "hub/test_hub.h"

namespace rapport::hub {
namespace {

namespace fs = std::filesystem;

std::string changed(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(FileDigest, IsTheOneOfShaAndOfGit) {
  const testing::TemporaryFolder folder;

  const FileDigest digest = digest_of(folder.write("hello", "hello\n"));

  EXPECT_EQ(digest.size_bytes, 6U);
  EXPECT_EQ(digest.sha256, "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");  // sha256sum
  EXPECT_EQ(digest.git_sha1, "ce013625030ba8dba906f756967f9e9ca394464a");                        // git hash-object
}

TEST(ModelRecord, ReadsWhatItWrote) {
  const ModelRecord record{.name = "tiny",
                           .repository = "test/tiny",
                           .commit = std::string(40, 'a'),
                           .source = "https://hub.example",
                           .installed_at = from_epoch_ms(1'780'000'000'000),
                           .files = {{"config.json", 2, std::string(64, '0')}}};

  const auto again = parse_model_record(to_json_text(record));

  ASSERT_TRUE(again);
  EXPECT_EQ(to_json_text(*again), to_json_text(record));
  EXPECT_EQ(again->files, record.files);
}

TEST(ModelRecord, RefusesNamesThatLeaveTheFolder) {
  ModelRecord record{.name = "tiny",
                     .repository = "r",
                     .commit = {},
                     .source = "s",
                     .installed_at = from_epoch_ms(1'780'000'000'000),
                     .files = {{"config.json", 2, std::string(64, '0')}}};
  const std::string good = to_json_text(record);
  ASSERT_TRUE(parse_model_record(good));

  for (const char* name :
       {"../config.json", "/etc/passwd", "a/b", "..", ".", "", ".lock", "rapport-model.json", "a\\u0000b"}) {
    EXPECT_FALSE(parse_model_record(changed(good, "\"config.json\"", "\"" + std::string(name) + "\""))) << name;
  }
  EXPECT_FALSE(parse_model_record(changed(good, "\"tiny\"", "\"../tiny\"")));
  EXPECT_FALSE(parse_model_record(changed(good, "\"size\":2", "\"size\":-2")));
  EXPECT_FALSE(parse_model_record(changed(good, std::string(64, '0'), std::string(63, '0'))));
  EXPECT_FALSE(parse_model_record(good.substr(0, good.size() / 2)));
}

TEST(Manifest, IsFitToBuildAddressesAndPathsFrom) {
  ASSERT_FALSE(manifest().empty());
  for (const ModelSpec& spec : manifest()) {
    EXPECT_TRUE(is_plain_file_name(spec.name));
    EXPECT_EQ(std::count(spec.repository.begin(), spec.repository.end(), '/'), 1) << spec.repository;
    EXPECT_EQ(&find_model(spec.name), &spec) << "names are unique";
    EXPECT_EQ(&find_model(spec.repository), &spec) << "so are repositories";
    EXPECT_TRUE(is_hex(spec.revision, 40)) << spec.name;
    EXPECT_FALSE(spec.licence.empty());
    EXPECT_GT(spec.approximate_bytes, 100'000'000U);
    EXPECT_EQ(spec.files.front(), "config.json");
    for (const auto& names : {spec.files, spec.optional, spec.weights}) {
      for (const std::string_view name : names) EXPECT_TRUE(is_plain_file_name(name)) << name;
    }
  }
  EXPECT_EQ(&find_model(manifest()[0].repository), &find_model(manifest()[0].name));
  EXPECT_THROW(find_model("nobody/nothing"), Error);
}

TEST(Manifest, TranslationModelsMayBeUsedInBusinessAndSayWhatTheyTranslate) {
  for (const ModelSpec& spec : manifest()) {
    if (spec.role != ModelRole::kTranslation) continue;
    const bool free = spec.licence == "Apache-2.0" || spec.licence == "CC BY 4.0" || spec.licence == "MIT";
    EXPECT_TRUE(free) << spec.name << ": " << spec.licence;
    EXPECT_EQ(spec.sources.empty(), spec.targets.empty()) << spec.name;
    const bool is_pair = spec.files.size() == 4;
    EXPECT_EQ(is_pair, !spec.sources.empty()) << spec.name << " (M2M-100 knows its languages itself)";
  }
}

class InstalledModel : public HubTest {
 protected:
  void SetUp() override {
    serve();
    pull();
  }
  fs::path models() const { return folder_.path() / "models"; }
};

TEST_F(InstalledModel, IsFoundByNameAndByRepository) {
  EXPECT_EQ(installed_model(models(), "tiny"), model());
  EXPECT_EQ(installed_model(models(), "test/tiny"), model());
  EXPECT_FALSE(installed_model(models(), "other"));
  EXPECT_FALSE(installed_model(models(), ".."));
  EXPECT_FALSE(installed_model(models(), ""));
  EXPECT_EQ(recorded_models(models()), std::vector<std::string>{"tiny"});
}

TEST_F(InstalledModel, IsNoneWithoutItsRecordOrAFile) {
  fs::rename(model() / "vocab.json", model() / "away");
  EXPECT_FALSE(installed_model(models(), "tiny"));
  fs::rename(model() / "away", model() / "vocab.json");
  EXPECT_TRUE(installed_model(models(), "tiny"));
  fs::remove(model() / kRecordName);
  EXPECT_FALSE(installed_model(models(), "tiny"));
}

TEST_F(InstalledModel, VerifyNamesWhatIsDamagedAndWhatIsMissing) {
  fs::remove(model() / "merges.txt");
  std::fstream(model() / "pytorch_model.bin", std::ios::in | std::ios::out | std::ios::binary).seekp(1000).put('!');
  std::ofstream(model() / "vocab.json") << "longer than before";

  const std::vector<DamagedFile> damaged = verify_model(models(), "tiny", {});

  ASSERT_EQ(damaged.size(), 3U);
  EXPECT_EQ(damaged[0].name, "vocab.json");
  EXPECT_EQ(damaged[0].problem, "has 18 bytes instead of 7");
  EXPECT_EQ(damaged[1].problem, "is missing");
  EXPECT_EQ(damaged[2].name, "pytorch_model.bin");
  EXPECT_THROW(verify_model(models(), "other", {}), Error);
}

TEST_F(InstalledModel, VerifyReportsARecordThatCannotBeRead) {
  std::ofstream(model() / kRecordName) << "{";

  EXPECT_EQ(verify_model(models(), "tiny", {}).size(), 1U);
}

TEST_F(InstalledModel, RemoveTakesItsFilesAndItsFolder) {
  const std::uint64_t freed = remove_model(models(), "tiny");

  EXPECT_GT(freed, kWeightBytes);
  EXPECT_FALSE(fs::exists(model()));
  EXPECT_THROW(remove_model(models(), "tiny"), Error);
}

TEST_F(InstalledModel, RemoveLeavesWhatIsNotIts) {
  std::ofstream(model() / "notes.txt") << "mine";
  std::ofstream(folder_.path() / "outside") << "mine too";
  fs::remove(model() / "merges.txt");
  fs::create_symlink(folder_.path() / "outside", model() / "merges.txt");

  remove_model(models(), "tiny");

  EXPECT_TRUE(fs::exists(model() / "notes.txt"));
  EXPECT_TRUE(fs::exists(folder_.path() / "outside"));
  EXPECT_FALSE(fs::exists(model() / "merges.txt"));
  EXPECT_FALSE(fs::exists(model() / kRecordName));
}

TEST_F(InstalledModel, RemoveGoesIntoNoLinkedFolder) {
  fs::create_directory_symlink(model(), models() / "linked");

  EXPECT_THROW(remove_model(models(), "linked"), Error);
  EXPECT_THROW(remove_model(models(), ".."), Error);
  EXPECT_TRUE(verify_model(models(), "tiny", {}).empty());
}

class AdoptModel : public HubTest {
 protected:
  AdoptModel() : from_(folder_.path() / "stick") {
    serve();
    fs::create_directories(from_);
    for (const char* name : {"config.json", "vocab.json", "merges.txt", "pytorch_model.bin"})
      write(name, hub_->file(name));
  }

  void write(const std::string& name, const std::string& bytes) const {
    fs::create_directories((from_ / name).parent_path());
    std::ofstream(from_ / name, std::ios::binary) << bytes;
  }

  /// The folder as the hub's cache has it: links to blobs that are named by their digests.
  fs::path make_cache() {
    fs::path snapshot = folder_.path() / "cache" / "snapshots" / testing::FakeHub::kCommit;
    const fs::path blobs = folder_.path() / "cache" / "blobs";
    fs::create_directories(snapshot);
    fs::create_directories(blobs);
    for (const auto& entry : fs::directory_iterator(from_)) {
      const FileDigest digest = digest_of(entry.path());
      const std::string blob = digest.size_bytes > 1000 ? digest.sha256 : digest.git_sha1;
      fs::rename(entry.path(), blobs / blob);
      fs::create_symlink(fs::path("../../blobs") / blob, snapshot / entry.path().filename());
    }
    return snapshot;
  }

  std::string failure(const fs::path& from) {
    try {
      adopt_model(kSpec, from, installation());
    } catch (const Error& error) {
      message_ = error.message();
      return error.code();
    }
    return "";
  }

  fs::path from_;
};

TEST_F(AdoptModel, CopiesAPlainFolderWithoutAskingAnybody) {
  const Installed installed = adopt_model(kSpec, from_, installation());

  expect_whole();
  EXPECT_EQ(installed.record.commit, "");
  EXPECT_EQ(installed.record.source, from_.string());
  EXPECT_TRUE(hub_->requests().empty());
}

TEST_F(AdoptModel, SaysWhatTheFolderLacks) {
  fs::remove(from_ / "vocab.json");
  fs::remove(from_ / "pytorch_model.bin");

  EXPECT_EQ(failure(from_), "file_not_found");
  EXPECT_NE(message_.find("vocab.json, model.safetensors or pytorch_model.bin"), std::string::npos) << message_;
  expect_nothing_installed();
}

TEST_F(AdoptModel, ReadsASnapshotOfAHubCacheAndItsCommit) {
  const Installed installed = adopt_model(kSpec, make_cache(), installation());

  expect_whole();
  EXPECT_EQ(installed.record.commit, testing::FakeHub::kCommit);
  EXPECT_FALSE(fs::is_symlink(model() / "config.json"));
}

TEST_F(AdoptModel, RefusesABlobThatIsNotWhatItsNameSays) {
  for (const char* name : {"pytorch_model.bin", "merges.txt"}) {
    fs::remove_all(folder_.path() / "cache");
    for (const char* file : {"config.json", "vocab.json", "merges.txt", "pytorch_model.bin"})
      write(file, hub_->file(file));
    const fs::path snapshot = make_cache();
    std::fstream(snapshot / name, std::ios::in | std::ios::out | std::ios::binary).seekp(3).put('!');

    EXPECT_EQ(failure(snapshot), "damaged_file") << name;
    EXPECT_NE(message_.find(name), std::string::npos) << message_;
    expect_nothing_installed();
  }
}

TEST_F(AdoptModel, ChecksWhatTheHubsOwnToolHasNoted) {
  const std::string meta = ".cache/huggingface/download/pytorch_model.bin.metadata";
  write(meta, std::string(testing::FakeHub::kCommit) + "\n" + sha256_hex(hub_->file("pytorch_model.bin")) +
                  "\n1780000000.0\n");
  EXPECT_EQ(adopt_model(kSpec, from_, installation()).record.commit, testing::FakeHub::kCommit);

  write(meta, std::string(testing::FakeHub::kCommit) + "\n" + std::string(64, '0') + "\n1780000000.0\n");
  EXPECT_EQ(failure(from_), "damaged_file");
}

TEST_F(AdoptModel, ChecksTheRecordOfAnotherWorkspace) {
  pull();
  fs::remove_all(from_);
  fs::rename(model(), from_);
  EXPECT_EQ(adopt_model(kSpec, from_, installation()).record.commit, testing::FakeHub::kCommit);

  std::ofstream(from_ / "vocab.json") << R"({"b":0})";
  EXPECT_EQ(failure(from_), "damaged_file");
}

TEST_F(AdoptModel, RefusesTheFolderOfAnotherModelAndItsOwn) {
  pull();
  EXPECT_EQ(failure(model()), "wrong_model");
  std::string record = read_file(model() / kRecordName);
  write(std::string(kRecordName), changed(record, "\"name\":\"tiny\"", "\"name\":\"huge\""));
  EXPECT_EQ(failure(from_), "wrong_model");
}

TEST_F(AdoptModel, KnowsTheNoteThatStandsForALargeFile) {
  write("pytorch_model.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 501045531\n");

  EXPECT_EQ(failure(from_), "damaged_file");
  EXPECT_NE(message_.find("git lfs pull"), std::string::npos) << message_;
  expect_nothing_installed();
}

}  // namespace
}  // namespace rapport::hub
