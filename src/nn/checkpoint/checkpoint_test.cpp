#include "nn/checkpoint/checkpoint.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "support/checkpoint_files.h"
#include "support/temporary_folder.h"

namespace rapport::nn {
namespace {

using testing::safetensors_of;
using testing::TemporaryFolder;

/// The code and message of the error that opening `folder` gives.
std::pair<std::string, std::string> error_of(const TemporaryFolder& folder) {
  try {
    Checkpoint::open(folder.path());
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
    return {error.code(), error.message()};
  }
  ADD_FAILURE() << "opened";
  return {};
}

TEST(Checkpoint, TakesSafetensorsBeforePytorch) {
  const TemporaryFolder folder;
  folder.write("pytorch_model.bin", "broken");
  folder.write("model.safetensors", safetensors_of({{"w", {2}, {1, 2}}}));

  const Checkpoint checkpoint = Checkpoint::open(folder.path());

  const FloatValues values(checkpoint.at("w", {2}));
  EXPECT_EQ(values.data()[1], 2.0F);
}

TEST(Checkpoint, JoinsShards) {
  const TemporaryFolder folder;
  folder.write("a.safetensors", safetensors_of({{"w", {1}, {1}}}));
  folder.write("b.safetensors", safetensors_of({{"v", {1}, {2}}}));
  folder.write("model.safetensors.index.json", R"({"weight_map":{"w":"a.safetensors","v":"b.safetensors"}})");

  const Checkpoint checkpoint = Checkpoint::open(folder.path());

  EXPECT_EQ(FloatValues(checkpoint.at("w", {1})).data()[0], 1.0F);
  EXPECT_EQ(FloatValues(checkpoint.at("v", {1})).data()[0], 2.0F);
}

TEST(Checkpoint, SaysWhichTensorIsMissingOrOfAnotherShape) {
  const TemporaryFolder folder;
  folder.write("model.safetensors", safetensors_of({{"w", {2}, {1, 2}}}));
  const Checkpoint checkpoint = Checkpoint::open(folder.path());

  EXPECT_EQ(checkpoint.find("v"), nullptr);
  try {
    checkpoint.at("v", {2});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "The model's weights lack the tensor \"v\".");
  }
  try {
    checkpoint.at("w", {2, 3});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "The model's tensor \"w\" is [2], its configuration asks for [2, 3].");
  }
}

TEST(Checkpoint, SaysThatAFolderHoldsNoWeights) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of(folder).first, "model_not_installed");
}

TEST(Checkpoint, RefusesDamagedFilesWithTheReason) {
  const TemporaryFolder folder;
  folder.write("model.safetensors", "");
  EXPECT_EQ(error_of(folder).first, "model_damaged");
  EXPECT_NE(error_of(folder).second.find("shorter than a safetensors header"), std::string::npos);
}

TEST(Checkpoint, RefusesAnIndexThatLeadsOutOfItsFolderOrNowhere) {
  const TemporaryFolder folder;
  const auto with = [&](const std::string& index) {
    folder.write("model.safetensors.index.json", index);
    return error_of(folder).second;
  };
  folder.write("a.safetensors", safetensors_of({{"w", {1}, {1}}}));
  folder.write("b.safetensors", safetensors_of({{"w", {1}, {1}}}));
  EXPECT_NE(with(R"({"weight_map":{"w":"../a.safetensors"}})").find("no plain file name"), std::string::npos);
  EXPECT_NE(with(R"({"weight_map":{"w":"/etc/passwd"}})").find("no plain file name"), std::string::npos);
  EXPECT_NE(with(R"({"weight_map":{"w":7}})").find("no plain file name"), std::string::npos);
  EXPECT_NE(with(R"({"weight_map":{"w":"c.safetensors"}})").find("cannot be opened"), std::string::npos);
  EXPECT_NE(with(R"({"weight_map":{"v":"a.safetensors"}})").find("is not in its file"), std::string::npos);
  EXPECT_NE(with(R"({"weight_map":{"w":"a.safetensors","v":"b.safetensors"}})").find("repeats a tensor"),
            std::string::npos);
  EXPECT_NE(with(R"({"weight_map":[]})").find("no weight_map"), std::string::npos);
  EXPECT_NE(with("{").find("not JSON"), std::string::npos);
}

TEST(Checkpoint, KeepsItsValuesWhenItsPagesAreDropped) {
  const TemporaryFolder folder;
  folder.write("model.safetensors", safetensors_of({{"w", {3}, {1, 2, 3}}}));
  const Checkpoint checkpoint = Checkpoint::open(folder.path());
  const FloatValues values(checkpoint.at("w", {3}));

  checkpoint.drop_pages();

  EXPECT_EQ(values.data()[2], 3.0F);
}

}  // namespace
}  // namespace rapport::nn
