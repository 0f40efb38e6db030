#include "tables/record_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include "tables/jsonl_reader.h"

namespace rapport::tables {
namespace {

Cell text_cell(std::string_view text) {
  return Cell(text);
}

TEST(Cell, ReadsNumbersOfTextStrictly) {
  EXPECT_EQ(text_cell("1.5").number(), 1.5);
  EXPECT_EQ(text_cell(" -2e3 ").number(), -2000.0);
  EXPECT_EQ(text_cell("+7").number(), 7.0);
  EXPECT_EQ(text_cell(".5").number(), 0.5);
  for (const char* no :
       {"", " ", "x", "1,5", "1 2", "0x10", "nan", "inf", "-inf", "1e400", "+-1", "--1", "1.2.3", "5%"}) {
    EXPECT_EQ(text_cell(no).number(), std::nullopt) << no;
  }
}

TEST(Cell, ReadsWholeNumbersExactly) {
  EXPECT_EQ(text_cell("9223372036854775807").integer(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(text_cell("3.0").integer(), 3);
  EXPECT_EQ(Cell(4.0).integer(), 4);
  EXPECT_EQ(Cell(std::int64_t{-5}).integer(), -5);
  EXPECT_EQ(text_cell("3.5").integer(), std::nullopt);
  EXPECT_EQ(text_cell("9223372036854775808").integer(), std::nullopt);
  EXPECT_EQ(Cell(true).integer(), std::nullopt);
}

TEST(Cell, ReadsTrueAndFalse) {
  EXPECT_EQ(text_cell("TRUE").boolean(), true);
  EXPECT_EQ(text_cell(" 0 ").boolean(), false);
  EXPECT_EQ(Cell(std::int64_t{1}).boolean(), true);
  EXPECT_EQ(Cell(false).boolean(), false);
  EXPECT_EQ(text_cell("yes").boolean(), std::nullopt);
  EXPECT_EQ(Cell(std::int64_t{2}).boolean(), std::nullopt);
}

TEST(Cell, TellsAnyValueAsText) {
  EXPECT_EQ(Cell(std::int64_t{9007199254740993}).text(), "9007199254740993");
  EXPECT_EQ(Cell(0.1).text(), "0.1");
  EXPECT_EQ(Cell(true).text(), "true");
  EXPECT_EQ(text_cell("x").text(), "x");
}

TEST(JsonlReader, GivesMembersByNameAndLearnsNewColumns) {
  const auto reader = read_records(
      "\xEF\xBB\xBF{\"id\":\"a\",\"n\":1}\n\n{\"late\":true,\"id\":7,\"n\":2.5}\r\n{\"n\":null,\"id\":\"\"}",
      TableFormat::kJsonLines);

  ASSERT_EQ(reader->next(), ReadStatus::kRecord);
  EXPECT_EQ(reader->cell(*reader->column("id"))->text(), "a");
  EXPECT_EQ(reader->column("late"), std::nullopt);
  ASSERT_EQ(reader->next(), ReadStatus::kRecord);
  EXPECT_EQ(reader->line(), 3U);
  EXPECT_EQ(reader->cell(*reader->column("late"))->boolean(), true);
  EXPECT_EQ(reader->cell(*reader->column("id"))->text(), "7");
  EXPECT_EQ(reader->cell(*reader->column("n"))->number(), 2.5);
  ASSERT_EQ(reader->next(), ReadStatus::kRecord);
  EXPECT_EQ(reader->cell(*reader->column("id")), std::nullopt);
  EXPECT_EQ(reader->cell(*reader->column("n")), std::nullopt);
  EXPECT_EQ(reader->cell(*reader->column("late")), std::nullopt);
  EXPECT_EQ(reader->next(), ReadStatus::kEnd);
  EXPECT_EQ(reader->next(), ReadStatus::kEnd);
}

TEST(JsonlReader, RefusesOneLineAndGoesOnWithTheNext) {
  for (const char* line : {"{", "[1]", "1", "{\"a\":1,\"a\":2}", "{\"a\":[1]}", "{\"a\":{}}",
                           "{\"a\":18446744073709551615}", "{\"a\":1e400}", "{\"\":1}", "{\"a\\u0000\":1}",
                           "{\"a\":NaN}", "{\"a\":1} x", "{\"a\":\"\xFF\"}", "{\"a\":\"\\ud800\"}"}) {
    const std::string bytes = "{\"a\":1}\n" + std::string(line) + "\n{\"a\":3}\n";
    const auto reader = read_records(bytes, TableFormat::kJsonLines);

    ASSERT_EQ(reader->next(), ReadStatus::kRecord) << line;
    ASSERT_EQ(reader->next(), ReadStatus::kRefused) << line;
    EXPECT_EQ(reader->error().line, 2U) << line;
    EXPECT_EQ(reader->cell(0), std::nullopt) << line;
    ASSERT_EQ(reader->next(), ReadStatus::kRecord) << line;
    EXPECT_EQ(reader->cell(0)->integer(), 3) << line;
  }
}

TEST(JsonlReader, NamesTheColumnOfAValueThatNoTableHolds) {
  const auto reader = read_records("{\"amount\":[1]}\n", TableFormat::kJsonLines);

  ASSERT_EQ(reader->next(), ReadStatus::kRefused);
  EXPECT_EQ(to_field_error("orders.jsonl", reader->error()).pointer, "orders.jsonl:1:amount");
}

TEST(JsonlReader, HoldsItsLimits) {
  JsonlReader::Options options;
  options.max_columns = 2;
  options.max_line_bytes = 40;
  JsonlReader reader(
      memory_source("{\"a\":1,\"b\":2}\n{\"c\":1}\n{\"b\":3}\n{\"a\":\"" + std::string(50, 'x') + "\"}\n"), options);

  EXPECT_EQ(reader.next(), ReadStatus::kRecord);
  EXPECT_EQ(reader.next(), ReadStatus::kRefused);
  EXPECT_EQ(reader.next(), ReadStatus::kRecord);
  EXPECT_EQ(reader.next(), ReadStatus::kBroken);
  EXPECT_EQ(reader.error().line, 4U);
  EXPECT_EQ(reader.next(), ReadStatus::kBroken);
}

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("rapport_tables_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path file(const std::string& name, std::string_view bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

TEST(OpenRecords, ChoosesTheReaderByTheEnding) {
  const Folder folder;

  for (const char* name : {"t.csv", "t.CSV"}) {
    const auto reader = open_records(folder.file(name, "a,b\n1,2\n"));
    EXPECT_EQ(reader->columns().size(), 2U);
  }
  EXPECT_EQ(open_records(folder.file("t.tsv", "a,b\tc\n1\t2\n"))->columns().front(), "a,b");
  for (const char* name : {"t.jsonl", "t.ndjson"}) {
    const auto reader = open_records(folder.file(name, "{\"a\":1}\n"));
    EXPECT_EQ(reader->next(), ReadStatus::kRecord);
  }
  EXPECT_EQ(open_records(folder.file("t.txt", "a\n"), TableFormat::kCsv)->columns().size(), 1U);
}

TEST(OpenRecords, SaysWhatItCannotOpen) {
  const Folder folder;
  const auto kind_of = [](const std::filesystem::path& path) -> std::optional<ErrorKind> {
    try {
      open_records(path);
    } catch (const Error& error) {
      return error.kind();
    }
    return std::nullopt;
  };

  EXPECT_EQ(kind_of(folder.file("t.xlsx", "")), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of(folder.file("t.csv", "a\n").parent_path() / "missing.csv"), ErrorKind::kNotFound);
  std::filesystem::create_directory(folder.file("x", "").parent_path() / "folder.csv");
  EXPECT_EQ(kind_of(folder.file("x", "").parent_path() / "folder.csv"), ErrorKind::kNotFound);
}

TEST(Location, LeavesOutTheColumnOfAWholeRecord) {
  EXPECT_EQ(location("a.csv", 3, "age"), "a.csv:3:age");
  EXPECT_EQ(location("a.csv", 3, ""), "a.csv:3");
  EXPECT_EQ(to_field_error("a.csv", {"m", 4, 2, ""}).pointer, "a.csv:4:2");
  EXPECT_EQ(to_error("a.csv", {"Bad.", 4, 0, ""}).kind(), ErrorKind::kMalformed);
}

}  // namespace
}  // namespace rapport::tables
