#include "hub/repository.h"

#include <gtest/gtest.h>

#include "hub/model_record.h"

namespace rapport::hub {
namespace {

const std::string kSha1(40, 'a');
const std::string kSha256(64, 'b');

std::string answer(const std::string& siblings, const std::string& sha = kSha1) {
  return R"({"id":"o/n","sha":")" + sha + R"(","gated":false,"siblings":[)" + siblings + "]}";
}

std::string refusal(const std::string& text) {
  const auto parsed = parse_repository(text);
  const std::string* why = std::get_if<std::string>(&parsed);
  return why == nullptr ? "" : *why;
}

TEST(ParseRepository, ReadsSmallAndLargeFiles) {
  const auto parsed =
      parse_repository(answer(R"({"rfilename":"config.json","size":12,"blobId":")" + kSha1 +
                              R"("},)"
                              R"({"rfilename":"model.bin","size":34,"blobId":")" +
                              kSha1 + R"(","lfs":{"sha256":")" + kSha256 + R"(","size":34,"pointerSize":134}})"));

  const Repository* repository = std::get_if<Repository>(&parsed);
  ASSERT_NE(repository, nullptr);
  EXPECT_EQ(repository->commit, kSha1);
  ASSERT_EQ(repository->files.size(), 2U);
  EXPECT_EQ(repository->files[0].git_sha1, kSha1);
  EXPECT_EQ(repository->files[0].sha256, "");
  EXPECT_EQ(repository->files[1].sha256, kSha256);
  EXPECT_EQ(repository->files[1].git_sha1, "") << "of a large file it is the digest of its note";
  EXPECT_EQ(repository->files[1].size_bytes, 34U);
}

TEST(ParseRepository, PassesOverNamesThatAreNotPlain) {
  std::string siblings;
  for (const char* name :
       {"../config.json", "/etc/passwd", "onnx/model.onnx", ".gitattributes", "", "a b", "a\\u0000b"}) {
    siblings += std::string(siblings.empty() ? "" : ",") + R"({"rfilename":")" + name + R"("})";
  }

  const auto parsed = parse_repository(answer(siblings));

  ASSERT_TRUE(std::holds_alternative<Repository>(parsed));
  EXPECT_TRUE(std::get<Repository>(parsed).files.empty());
}

TEST(ParseRepository, SaysWhatIsWrong) {
  EXPECT_NE(refusal("").find("not JSON"), std::string::npos);
  EXPECT_NE(refusal("[]").find("no object"), std::string::npos);
  EXPECT_NE(refusal("{}").find("no commit"), std::string::npos);
  EXPECT_NE(refusal(answer("", "main")).find("no commit"), std::string::npos);
  EXPECT_NE(refusal(answer("", "../" + kSha1.substr(3))).find("no commit"), std::string::npos);
  EXPECT_NE(refusal(R"({"sha":")" + kSha1 + R"(","siblings":{}})").find("no list"), std::string::npos);
  EXPECT_NE(refusal(answer("7")).find("something else"), std::string::npos);
  for (const char* size : {"-1", "1.5", "\"12\"", "null", "9223372036854775807"}) {
    EXPECT_NE(refusal(answer(R"({"rfilename":"f","blobId":")" + kSha1 + R"(","size":)" + size + "}")).find("no size"),
              std::string::npos)
        << size;
  }
  EXPECT_NE(refusal(answer(R"({"rfilename":"f","size":1,"blobId":"xyz"})")).find("digest"), std::string::npos);
  EXPECT_NE(refusal(answer(R"({"rfilename":"f","size":1,"lfs":{"sha256":"","size":1}})")).find("digest"),
            std::string::npos);
  EXPECT_NE(
      refusal(answer(R"({"rfilename":"f","size":1,"lfs":{"sha256":")" + kSha256 + R"(","size":2}})")).find("two sizes"),
      std::string::npos);
}

}  // namespace
}  // namespace rapport::hub
