#include "nn/checkpoint/safetensors.h"

#include <gtest/gtest.h>

#include <string>

#include "support/checkpoint_files.h"

namespace rapport::nn {
namespace {

using testing::little_endian;
using testing::safetensors_bytes;

std::variant<std::vector<StoredTensor>, Refusal> parse(const std::string& file) {
  return parse_safetensors(std::as_bytes(std::span(file)));
}

/// Why `file` is refused; a failure when it is not.
std::string refusal(const std::string& file) {
  const auto parsed = parse(file);
  if (const auto* refused = std::get_if<Refusal>(&parsed)) return refused->reason;
  ADD_FAILURE() << "accepted";
  return "";
}

std::string refusal(const std::string& header, std::size_t data_bytes) {
  return refusal(safetensors_bytes(header, std::string(data_bytes, '\1')));
}

TEST(Safetensors, ReadsTensorsInTheOrderOfTheirBytes) {
  const std::string file = safetensors_bytes(
      R"({"__metadata__":{"format":"pt"},"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]},)"
      R"("a":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]},"none":{"dtype":"F32","shape":[0,7],"data_offsets":[4,4]}}  )",
      std::string("\0\x3c\0\xc0\7\xff", 6));

  const auto parsed = parse(file);

  const auto& tensors = std::get<std::vector<StoredTensor>>(parsed);
  ASSERT_EQ(tensors.size(), 3U);
  EXPECT_EQ(tensors[0].name, "a");
  EXPECT_EQ(tensors[0].shape, (std::vector<std::size_t>{1, 2}));
  float values[2] = {};
  read_f32(tensors[0], 0, values);
  EXPECT_EQ(values[0], 1.0F);
  EXPECT_EQ(values[1], -2.0F);
  EXPECT_EQ(tensors[1].name, "none");
  EXPECT_EQ(tensors[1].count(), 0U);
  read_f32(tensors[2], 0, values);
  EXPECT_EQ(values[0], 7.0F);
  EXPECT_EQ(values[1], 255.0F);
}

TEST(Safetensors, ReadsAFileWithoutTensors) {
  EXPECT_TRUE(std::get<std::vector<StoredTensor>>(parse(safetensors_bytes("{}", ""))).empty());
}

TEST(Safetensors, RefusesFilesThatAreCut) {
  const std::string file = safetensors_bytes(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", "1234");
  for (std::size_t size = 0; size < file.size(); ++size) EXPECT_FALSE(refusal(file.substr(0, size)).empty()) << size;
}

TEST(Safetensors, RefusesHeadersThatAreTooLong) {
  EXPECT_EQ(refusal(little_endian(100, 8) + "{}"), "the header is longer than the file");
  EXPECT_EQ(refusal(little_endian(100'000'001, 8) + "{}"), "the header is longer than 100 MB");
  EXPECT_EQ(refusal(little_endian(~std::uint64_t{0}, 8) + "{}"), "the header is longer than 100 MB");
}

TEST(Safetensors, RefusesHeadersThatAreNoJsonObject) {
  EXPECT_EQ(refusal("", 0), "the header does not begin with {");
  EXPECT_EQ(refusal(" {}", 0), "the header does not begin with {");
  EXPECT_EQ(refusal("[]", 0), "the header does not begin with {");
  EXPECT_NE(refusal("{\"a\":}", 0).find("not JSON"), std::string::npos);
  EXPECT_NE(refusal("{\"\xff\":1}", 0).find("not JSON"), std::string::npos);
  EXPECT_NE(refusal(std::string(50'000, '{'), 0).find("not JSON"), std::string::npos);
  EXPECT_EQ(refusal(R"({"__metadata__":{"a":1}})", 0), "__metadata__ is not a map from text to text");
}

TEST(Safetensors, RefusesANameThatStandsTwice) {
  const std::string tensor = R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]})";
  EXPECT_NE(refusal("{" + tensor + "," + tensor + "}", 1).find("twice"), std::string::npos);
}

TEST(Safetensors, RefusesOverlapAndHoles) {
  const std::string first = R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)";
  EXPECT_EQ(refusal(first + R"("b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}})", 7),
            "tensor \"b\" overlaps another");
  EXPECT_EQ(refusal(first + R"("b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", 4),
            "tensor \"b\" overlaps another");
  EXPECT_NE(refusal(first + R"("b":{"dtype":"U8","shape":[4],"data_offsets":[5,9]}})", 9).find("belong to none"),
            std::string::npos);
  EXPECT_EQ(refusal(first + R"("b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})", 9),
            "there are bytes behind the last tensor");
  EXPECT_EQ(refusal("{}", 1), "there are bytes behind the last tensor");
}

TEST(Safetensors, RefusesShapesThatDoNotGiveTheirBytes) {
  const auto with = [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return refusal(R"({"a":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}", 8);
  };
  EXPECT_NE(with("F32", "[3]", "[0,8]").find("is not what f32 [3] takes"), std::string::npos);
  EXPECT_NE(with("F32", "[4294967296,4294967296]", "[0,8]").find("is not what"), std::string::npos);
  EXPECT_NE(with("F32", "[4611686018427387906]", "[0,8]").find("is not what"),
            std::string::npos);  // 2^62 + 2, times 4 is 8
  EXPECT_NE(with("F32", "[18446744073709551615]", "[0,8]").find("is not what"), std::string::npos);
  EXPECT_NE(with("F32", "[-2]", "[0,8]").find("no shape"), std::string::npos);
  EXPECT_NE(with("F32", "[2.0]", "[0,8]").find("no shape"), std::string::npos);
  EXPECT_NE(with("F32", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2]", "[0,8]").find("no shape"), std::string::npos);
  EXPECT_NE(with("F32", "[2]", "[8,0]").find("outside"), std::string::npos);
  EXPECT_NE(with("F32", "[2]", "[1,9]").find("outside"), std::string::npos);
  EXPECT_NE(with("F32", "[2]", "[0]").find("data_offsets"), std::string::npos);
  EXPECT_NE(with("F32", "[2]", "[0,8,8]").find("data_offsets"), std::string::npos);
  EXPECT_NE(with("F8_E4M3", "[8]", "[0,8]").find("unknown dtype"), std::string::npos);
}

TEST(Safetensors, NamesAHostileTensorWithoutItsControlCharacters) {
  const std::string reason = refusal(R"({"a\u001b[31m\n":{}})", 0);
  EXPECT_NE(reason.find("\"a?[31m?\""), std::string::npos) << reason;
}

}  // namespace
}  // namespace rapport::nn
