#include "nn/checkpoint/pytorch.h"

#include <gtest/gtest.h>

#include <string>

#include "nn/checkpoint/pickle.h"
#include "nn/checkpoint/zip_archive.h"
#include "support/checkpoint_files.h"

namespace rapport::nn {
namespace {

namespace made = testing::pickle;
using testing::little_endian;
using testing::MadeZipEntry;
using testing::zip_of;

/// Why `file` is refused; a failure when it is not.
std::string refusal(const std::string& file) {
  const auto parsed = parse_pytorch(std::as_bytes(std::span(file)));
  if (const auto* refused = std::get_if<Refusal>(&parsed)) return refused->reason;
  ADD_FAILURE() << "accepted";
  return "";
}

void expect_refused(const std::string& file, const std::string& part) {
  const std::string reason = refusal(file);
  EXPECT_NE(reason.find(part), std::string::npos) << "refused because " << reason;
}

/// Eight bytes of storage "0", and a pickle.
std::string zip_with(const std::string& pickle) {
  return zip_of({{"m/data.pkl", pickle}, {"m/data/0", std::string(8, '\0')}});
}
std::string zip_with_value(const std::string& value) {
  return zip_with(made::whole(value));
}
std::string zip_with_tensor(const std::string& tensor) {
  return zip_with_value(made::dict({{"w", tensor}}));
}

const std::string kTwoFloats = made::storage("FloatStorage", "0", made::integer(2));
const std::string kZero = made::integer(0);
const std::string kOne = made::integer(1);
const std::string kTwo = made::integer(2);
const std::string kGood = made::tensor(kTwoFloats, kZero, {kTwo}, {kOne});

std::string legacy(const std::string& value, const std::string& keys, const std::string& data,
                   const std::string& endian = "\x88") {
  const std::string magic("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 12);
  return made::whole(magic) + made::whole(made::integer(1001)) + made::whole(made::dict({{"little_endian", endian}})) +
         made::whole(value) + made::whole(keys) + data;
}

TEST(Pytorch, ReadsTensorsAndIntegersOfNestedDictsByDottedNames) {
  const std::string file = zip_with_value(
      made::dict({{"dims", made::dict({{"n_mels", made::integer(80)}, {"n_vocab", made::long_integer(51865)}})},
                  {"note", made::text("ignored")},
                  {"model_state_dict", made::dict({{"encoder.conv1.weight", kGood}})}}));

  const auto parsed = parse_pytorch(std::as_bytes(std::span(file)));

  const auto* read = std::get_if<PytorchFile>(&parsed);
  ASSERT_NE(read, nullptr) << std::get<Refusal>(parsed).reason;
  ASSERT_EQ(read->tensors.size(), 1U);
  EXPECT_EQ(read->tensors[0].name, "model_state_dict.encoder.conv1.weight");
  EXPECT_EQ(read->tensors[0].shape, std::vector<std::size_t>{2});
  const std::vector<std::pair<std::string, std::int64_t>> integers = {{"dims.n_mels", 80}, {"dims.n_vocab", 51865}};
  EXPECT_EQ(read->integers, integers);
}

TEST(Pytorch, ReadsTheOlderFormat) {
  const std::string file =
      legacy(made::dict({{"w", kGood}}), "](" + made::text("0") + "e", little_endian(2, 8) + std::string(8, '\0'));
  const auto parsed = parse_pytorch(std::as_bytes(std::span(file)));
  ASSERT_TRUE(std::holds_alternative<PytorchFile>(parsed)) << std::get<Refusal>(parsed).reason;
  EXPECT_EQ(std::get<PytorchFile>(parsed).tensors.size(), 1U);
}

TEST(Pytorch, RunsNothing) {
  expect_refused(zip_with_value(made::call(made::global("os", "system"), {made::text("touch x")})),
                 "\"os.system\"");
  expect_refused(zip_with_value(made::global("builtins", "eval")), "\"builtins.eval\"");
  expect_refused(
      zip_with_value(made::text("os") + made::text("system") + "\x93" + made::tuple({made::text("id")}) + "R"),
      "\"os.system\"");
  expect_refused(zip_with_value(made::global("torch", "load")), "\"torch.load\"");
  expect_refused(zip_with_value(made::global("torch._utils", "_rebuild_sparse_tensor")), "no tensor needs");
  expect_refused(zip_with_value(made::global("collections.OrderedDict", "update")), "no tensor needs");
  // INST, OBJ, NEWOBJ, NEWOBJ_EX, EXT1, PERSID: other ways to make an object.
  for (const char* bytes : {"(ios\nsystem\n", "(cos\nsystem\no", ")\x81", ")}\x92", "\x82\x01", "P0\n"}) {
    EXPECT_FALSE(refusal(zip_with_value(bytes)).empty());
  }
}

TEST(Pytorch, CallsOnlyWhatItKnowsAndOnlyAsPyTorchDoes) {
  expect_refused(zip_with_value(made::call(made::global("torch", "FloatStorage"), {})), "calls a storage class");
  expect_refused(zip_with_value(made::call(made::text("os.system"), {})), "something to call");
  expect_refused(zip_with_value(made::call(made::global("collections", "OrderedDict"), {kOne})),
                 "fills an OrderedDict");
  expect_refused(zip_with_value(made::call(made::global("torch._utils", "_rebuild_parameter"), {kOne, kOne, kOne})),
                 "parameter");
  expect_refused(zip_with_value(made::call(made::global("torch._utils", "_rebuild_tensor_v2"), {kOne})),
                 "wrong number of parts");
  expect_refused(zip_with_tensor(made::tensor(kOne, kZero, {kTwo}, {kOne})), "wrong kinds");
  expect_refused(zip_with_tensor(made::tensor(kTwoFloats, kZero, {made::text("2")}, {kOne})), "no whole number");
  expect_refused(zip_with_value(kGood + "}b"), "a dict that takes a state");
  expect_refused(zip_with_value("}" + kOne + "b"), "a state that is a dict");
  expect_refused(zip_with_value(made::tuple({kOne}) + "Q"), "describes a storage");
}

TEST(Pytorch, RefusesTensorsBeyondTheirStorage) {
  const std::string huge = made::long_integer(std::int64_t{1} << 62);
  const std::string most = made::long_integer(std::numeric_limits<std::int64_t>::max());
  const auto with = [](const std::string& offset, const std::vector<std::string>& sizes,
                       const std::vector<std::string>& strides) {
    return zip_with_tensor(made::tensor(kTwoFloats, offset, sizes, strides));
  };
  expect_refused(with(kOne, {kTwo}, {kOne}), "reaches beyond");
  expect_refused(with(kZero, {kTwo}, {kTwo}), "reaches beyond");
  expect_refused(with(kZero, {kTwo}, {most}), "reaches beyond");
  expect_refused(with(most, {kOne}, {kOne}), "reaches beyond");
  expect_refused(with(most, {kZero}, {kOne}), "reaches beyond");
  expect_refused(with(kTwo, {}, {}), "reaches beyond");
  expect_refused(with(kZero, {kTwo, kTwo}, {kZero, kOne}), "more elements");  // an expanded tensor: memory from nothing
  expect_refused(with(kZero, {huge, huge}, {kZero, kZero}), "more elements");
  expect_refused(with(kZero, {kTwo}, {made::integer(-1)}), "negative");
  expect_refused(with(made::integer(-1), {kOne}, {kOne}), "negative");
  expect_refused(with(kZero, {made::integer(-1)}, {kOne}), "negative");
  expect_refused(with(kZero, {kTwo}, {}), "strides");
  expect_refused(with(kZero, std::vector<std::string>(17, kOne), std::vector<std::string>(17, kOne)), "16 dimensions");
}

TEST(Pytorch, RefusesStoragesWhoseDeclaredSizeIsNotTheirStoredSize) {
  const auto with = [](const std::string& type, const std::string& key, const std::string& count) {
    return zip_with_tensor(made::tensor(made::storage(type, key, count), kZero, {kOne}, {kOne}));
  };
  expect_refused(with("FloatStorage", "0", made::integer(1)), "declares 1 numbers of f32, but 8 bytes");
  expect_refused(with("FloatStorage", "0", made::integer(3)), "declares 3");
  expect_refused(with("DoubleStorage", "0", made::integer(2)), "declares 2");
  expect_refused(with("FloatStorage", "0", made::long_integer((std::int64_t{1} << 62) + 2)), "declares");
  expect_refused(with("FloatStorage", "0", made::integer(-2)), "describes a storage");
  expect_refused(with("FloatStorage", "1", made::integer(2)), "no stored data");
  expect_refused(with("FloatStorage", "../data/0", made::integer(2)), "no stored data");
  expect_refused(with("QInt8Storage", "0", made::integer(8)), "no tensor needs");
}

TEST(Pytorch, RefusesDamagedOlderFiles) {
  const std::string value = made::dict({{"w", kGood}});
  const std::string keys = "](" + made::text("0") + "e";
  const std::string data = little_endian(2, 8) + std::string(8, '\0');
  const std::string good = legacy(value, keys, data);
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(refusal(good.substr(0, size)).empty()) << size;
  expect_refused(good + "x", "bytes behind");
  expect_refused(legacy(value, keys, data, "\x89"), "little-endian");
  expect_refused(legacy(value, keys, little_endian(3, 8) + std::string(8, '\0')), "larger than the file");
  expect_refused(legacy(value, keys, little_endian((std::uint64_t{1} << 62) + 2, 8) + std::string(8, '\0')),
                 "larger than the file");
  expect_refused(legacy(value, "](" + made::text("0") + made::text("0") + "e", data + data), "stands twice");
  expect_refused(legacy(value, "](" + made::text("1") + "e", data), "no tensor uses");
  expect_refused(legacy(value, "]", ""), "no stored data");
}

TEST(Pytorch, RefusesCyclesAndDeepNesting) {
  const std::string cycle = std::string("}q\0", 3) + made::text("me") + std::string("h\0", 2) + "s";
  expect_refused(zip_with_value(cycle), "8 deep");
  std::string bomb = "}(";  // each dict holds the one before a hundred times: 100^6 names
  for (char level = 0; level < 7; ++level) {
    bomb += made::text("level" + std::to_string(level)) + "}(";
    for (int i = 0; level > 0 && i < 100; ++i)
      bomb += made::text(std::to_string(i)) + "h" + static_cast<char>(level - 1);
    bomb += std::string("uq") + level;
  }
  expect_refused(zip_with_value(bomb + "u"), "million names");
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "}" + made::text("a");
  deep += kOne + std::string(100'000, 's');
  expect_refused(zip_with_value(deep), "8 deep");
  std::string tuples = ")";
  for (int i = 0; i < 100'000; ++i) tuples += "\x85";
  expect_refused(zip_with_value(tuples), "no dict");
}

TEST(Pytorch, RefusesPicklesThatAskForTooMuch) {
  expect_refused(zip_with_value(std::string(2'000'000, ')')), "million values");
  expect_refused(zip_with_value(std::string(2'000'000, '(')), "million");
  expect_refused(zip_with_value("}r" + little_endian(0xffffffff, 4)), "remembers more");
  expect_refused(zip_with_value("}" + std::string("h\x05", 2)), "never remembered");
  expect_refused(zip_with_value("j" + little_endian(0xffffffff, 4)), "never remembered");
  expect_refused(zip_with_value("X" + little_endian(0xffffffff, 4) + "a"), "is cut");
  expect_refused(zip_with_value("\x8d" + little_endian(~std::uint64_t{0}, 8) + "a"), "is cut");
}

TEST(Pytorch, RefusesPicklesWhoseStackDoesNotHold) {
  for (const char* bytes :
       {"", "s", "t", "u", "a", "R", "Q", "b", "\x86", "}(s", "}]a", "}}(u", "](}a", "}q", "cos", "\x93"}) {
    EXPECT_FALSE(refusal(zip_with_value(bytes)).empty());
  }
  expect_refused(zip_with_value("}(" + made::text("a") + "u"), "key without a value");
  expect_refused(zip_with_value("}}"), "more than one value");
  expect_refused(zip_with("\x80\x05}."), "protocol");
  expect_refused(zip_with(made::whole("}") + "x"), "bytes behind the pickle");
  expect_refused(zip_with("}"), "is cut");
}

TEST(Pytorch, RefusesNamesThatAreTwiceOrNoText) {
  expect_refused(zip_with_value(made::dict({{"w", kGood}, {"w", kGood}})), "stands twice");
  expect_refused(zip_with_value("}" + kOne + kGood + "s"), "no text");
  expect_refused(zip_with_value(made::dict({{std::string(5000, 'n'), kGood}})), "longer than");
  expect_refused(zip_with_value(kGood), "no dict");
}

TEST(Zip, RefusesWhatIsCompressedOrEncrypted) {
  expect_refused(zip_of({{"m/data.pkl", "x", 8}}), "is compressed");
  MadeZipEntry encrypted{"m/data.pkl", "x"};
  encrypted.flags = 1;
  expect_refused(zip_of({encrypted}), "is encrypted");
}

TEST(Zip, RefusesSizesThatAreWrong) {
  MadeZipEntry entry{"m/data.pkl", "1234"};
  entry.claimed_more = 1;
  expect_refused(zip_of({entry}), "larger than the file");
  entry.claimed_more = 0xfffffff0;
  expect_refused(zip_of({entry}), "larger than the file");
  entry = {"m/data.pkl", "1234"};
  entry.unpacked_more = 4;
  expect_refused(zip_of({entry}), "two sizes");
  entry = {"m/data.pkl", "1234"};
  entry.claimed_more = 0xffffffff - 4;
  expect_refused(zip_of({entry}), "zip64");
}

TEST(Zip, RefusesEntriesThatOverlapOrAreElsewhere) {
  MadeZipEntry second{"m/b", "1234"};
  second.offset_more = -1;
  expect_refused(zip_of({{"m/a", "1234"}, second}), "is not where");
  const MadeZipEntry inner{"m/b", "1234"};
  MadeZipEntry twin = inner;
  twin.offset_more = -static_cast<std::int64_t>(30 + inner.name.size() + inner.bytes.size());
  expect_refused(zip_of({inner, twin}), "overlap");
  MadeZipEntry renamed{"m/c", "1234"};
  renamed.offset_more = twin.offset_more;
  expect_refused(zip_of({inner, renamed}), "another name");
  MadeZipEntry far{"m/data.pkl", "x"};
  far.offset_more = 0x7fffffff;
  expect_refused(zip_of({far}), "is not where");
}

TEST(Zip, RefusesAnArchiveThatIsCutOrHoldsANameTwice) {
  const std::string good = zip_with_tensor(kGood);
  ASSERT_TRUE(std::holds_alternative<PytorchFile>(parse_pytorch(std::as_bytes(std::span(good)))));
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(refusal(good.substr(0, size)).empty()) << size;
  expect_refused(good + "x", "end record");
  expect_refused(zip_of({{"m/a", "1"}, {"m/a", "2"}}), "twice");
  expect_refused(zip_of({{"m/data.pkl", "1"}, {"n/data.pkl", "2"}}), "two pickles");
  expect_refused(zip_of({{"m/a", "1"}}), "no data.pkl");
  expect_refused(zip_of({{"m/data.pkl", "1"}, {"m/byteorder", "big"}}), "little-endian");
}

TEST(Zip, RefusesADirectoryThatContradictsItself) {
  std::string file = zip_with_tensor(kGood);
  const std::size_t end = file.size() - 22;
  file[end + 10] = 3;
  expect_refused(file, "fewer entries");
  file[end + 10] = 1;
  expect_refused(file, "more entries");
  file[end + 10] = 2;
  file[end + 12] = static_cast<char>(file[end + 12] + 1);
  expect_refused(file, "does not end where");
}

}  // namespace
}  // namespace rapport::nn
