// Every file of the fixtures' bin_formats against what PyTorch itself reads from it, element by element.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstring>
#include <set>
#include <string>

#include "base/file.h"
#include "base/json.h"
#include "nn/checkpoint/checkpoint.h"
#include "support/shared_fixtures.h"

namespace rapport::nn {
namespace {

/// What the reference calls a dtype.
DType dtype_of(std::string_view reference) {
  constexpr std::pair<std::string_view, DType> kNames[] = {
      {"float64", DType::kF64}, {"float32", DType::kF32}, {"float16", DType::kF16}, {"bfloat16", DType::kBf16},
      {"int64", DType::kI64},   {"int32", DType::kI32},   {"int16", DType::kI16},   {"int8", DType::kI8},
      {"uint8", DType::kU8},    {"bool", DType::kBool}};
  for (const auto& [name, dtype] : kNames) {
    if (name == reference) return dtype;
  }
  ADD_FAILURE() << "unknown reference dtype " << reference;
  return DType::kF32;
}

std::vector<std::size_t> sizes_of(const Json& array) {
  std::vector<std::size_t> sizes;
  for (const Json& size : array.as_array()) sizes.push_back(size.to_number<std::size_t>());
  return sizes;
}

void expect_equal(const StoredTensor& tensor, const boost::json::object& reference) {
  EXPECT_EQ(tensor.dtype, dtype_of(reference.at("dtype").as_string())) << tensor.name;
  EXPECT_EQ(tensor.shape, sizes_of(reference.at("shape"))) << tensor.name;
  const auto& values = reference.at("values").as_array();
  ASSERT_EQ(tensor.count(), values.size()) << tensor.name;
  const FloatValues read(tensor);
  ASSERT_EQ(read.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto expected = values[i].to_number<double>();
    ASSERT_EQ(read.data()[i], static_cast<float>(expected)) << tensor.name << " element " << i;
    if (tensor.dtype != DType::kF64) continue;
    double stored = 0;
    std::memcpy(&stored, tensor.bytes.data() + i * sizeof(double), sizeof(double));
    ASSERT_EQ(stored, expected) << tensor.name << " element " << i;
  }
}

/// All tensors of the reference but `absent`, no others, and each exactly.
void expect_all(const Checkpoint& checkpoint, const Json& reference, const std::set<std::string>& absent = {}) {
  const auto& tensors = reference.at("tensors").as_object();
  EXPECT_EQ(checkpoint.tensors().size(), tensors.size() - absent.size());
  for (const auto& member : tensors) {
    const std::string name(member.key());
    const StoredTensor* tensor = checkpoint.find(name);
    ASSERT_EQ(tensor != nullptr, !absent.contains(name)) << name;
    if (tensor != nullptr) expect_equal(*tensor, member.value().as_object());
  }
}

TEST(BinFormats, GiveEveryTensorExactlyAsPyTorchReadsIt) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/bin_formats");
  const Json reference = parse_json_or_throw(read_file(folder / "expected.json"));

  expect_all(Checkpoint::open_file(folder / "zip.bin"), reference);
  expect_all(Checkpoint::open_file(folder / "legacy.bin"), reference);
  expect_all(Checkpoint::open_file(folder / "protocol4.bin"), reference);
  expect_all(Checkpoint::open_file(folder / "plain_dict.bin"), reference, {"bool"});
}

TEST(BinFormats, GiveSafetensorsExactly) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/bin_formats");
  const Json reference = parse_json_or_throw(read_file(folder / "expected.json"));

  expect_all(Checkpoint::open(folder), reference, {"tied_b"});
}

TEST(BinFormats, GiveTheShardsOfAnIndexAsOneCheckpoint) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/bin_formats");
  const Json reference = parse_json_or_throw(read_file(folder / "expected.json"));

  expect_all(Checkpoint::open_file(folder / "pytorch_model.bin.index.json"), reference);
}

TEST(BinFormats, AreReadInPlaceWhereTheyAreStoredInOrder) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/bin_formats");
  const Checkpoint checkpoint = Checkpoint::open_file(folder / "zip.bin");
  const auto in_place = [&](const char* name) {
    const StoredTensor* tensor = checkpoint.find(name);
    return static_cast<const void*>(FloatValues(*tensor).data()) == static_cast<const void*>(tensor->bytes.data());
  };

  EXPECT_TRUE(in_place("f32"));
  EXPECT_TRUE(in_place("slice_with_offset"));
  EXPECT_TRUE(in_place("tied_a"));
  EXPECT_FALSE(in_place("transposed"));
  EXPECT_FALSE(in_place("strided"));
  EXPECT_FALSE(in_place("f16"));
  EXPECT_EQ(checkpoint.find("tied_a")->bytes.data(), checkpoint.find("tied_b")->bytes.data());
}

TEST(ModelFolders, GiveTheSameWeightsFromBothTheirFiles) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/marian-tiny-random");
  const Checkpoint safetensors = Checkpoint::open_file(folder / "model.safetensors");
  const Checkpoint pytorch = Checkpoint::open_file(folder / "pytorch_model.bin");

  std::size_t compared = 0;
  for (const auto& [name, tensor] : safetensors.tensors()) {
    const StoredTensor* other = pytorch.find(name);
    ASSERT_NE(other, nullptr) << name;
    ASSERT_EQ(tensor.shape, other->shape) << name;
    const FloatValues a(tensor);
    const FloatValues b(*other);
    // The one is stored as f16, the other as f32 of the same numbers.
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_EQ(a.data()[i], b.data()[i]) << name;
    compared += a.size();
  }
  EXPECT_GT(compared, 100'000U);
}

TEST(ModelFolders, AreRead) {
  for (const char* name : {"roberta-sentiment", "distilroberta-emotion", "xlm-roberta-sentiment", "whisper-tiny-random",
                           "whisper-tiny-random-fullvocab", "m2m100-tiny-random", "micro-marian-en-es"}) {
    RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + name);
    EXPECT_GT(Checkpoint::open(folder).tensors().size(), 30U) << name;
  }
}

}  // namespace
}  // namespace rapport::nn
