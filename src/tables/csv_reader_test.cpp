#include "tables/csv_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "tables/csv_writer.h"

namespace rapport::tables {
namespace {

using Record = std::vector<std::string>;

struct Table {
  std::vector<std::string> columns;
  std::vector<Record> records;
  std::vector<TableError> refused;
  std::vector<std::uint64_t> lines;
  std::optional<TableError> broken;

  friend bool operator==(const Table& a, const Table& b) {
    const auto same = [](const TableError& x, const TableError& y) {
      return x.message == y.message && x.line == y.line && x.column == y.column && x.column_name == y.column_name;
    };
    return a.columns == b.columns && a.records == b.records && a.lines == b.lines &&
           a.broken.has_value() == b.broken.has_value() && (!a.broken || same(*a.broken, *b.broken)) &&
           std::equal(a.refused.begin(), a.refused.end(), b.refused.begin(), b.refused.end(), same);
  }
};

Table read_all(CsvReader& reader) {
  Table table;
  table.columns = reader.columns();
  for (ReadStatus status; (status = reader.next()) != ReadStatus::kEnd;) {
    if (status == ReadStatus::kBroken) {
      table.broken = reader.error();
      break;
    }
    if (status == ReadStatus::kRefused) {
      table.refused.push_back(reader.error());
      continue;
    }
    Record record;
    for (std::size_t i = 0; i < reader.columns().size(); ++i) {
      const auto cell = reader.cell(i);
      record.push_back(cell ? cell->text() : "");
    }
    table.records.push_back(std::move(record));
    table.lines.push_back(reader.line());
  }
  return table;
}

Table read(std::string_view bytes, CsvReader::Options options = {}) {
  CsvReader reader(memory_source(bytes), options);
  return read_all(reader);
}

TEST(CsvReader, GivesTheFieldsByTheHeadersNames) {
  CsvReader reader(memory_source("name,age\nAna,31\nBo,45\n"));

  ASSERT_EQ(reader.next(), ReadStatus::kRecord);
  EXPECT_EQ(reader.cell(*reader.column("age"))->text(), "31");
  EXPECT_EQ(reader.cell(*reader.column("name"))->text(), "Ana");
  EXPECT_EQ(reader.column("city"), std::nullopt);
  ASSERT_EQ(reader.next(), ReadStatus::kRecord);
  EXPECT_EQ(reader.next(), ReadStatus::kEnd);
  EXPECT_EQ(reader.next(), ReadStatus::kEnd);
}

TEST(CsvReader, ReadsQuotedFieldsWithSeparatorsQuotesAndLineEnds) {
  const Table table = read("a,b\n\"x, y\",\"say \"\"hi\"\"\nand go\"\n\"\"\"\",\"\"\n");

  EXPECT_EQ(table.records, (std::vector<Record>{{"x, y", "say \"hi\"\nand go"}, {"\"", ""}}));
  EXPECT_EQ(table.lines, (std::vector<std::uint64_t>{2, 4}));
}

TEST(CsvReader, TakesLfCrlfAndNoLineEndAtTheEnd) {
  EXPECT_EQ(read("a,b\r\n1,2\r\n3,4").records, (std::vector<Record>{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(read("a,b\n1,2\r\n3,\"4\"").records, (std::vector<Record>{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(read("a,b\n1,").records, (std::vector<Record>{{"1", ""}}));
}

TEST(CsvReader, SkipsTheByteOrderMarkAndBlankLines) {
  const Table table = read("\xEF\xBB\xBF\n\r\n\"a\",b\n\n1,2\n\r\n\n3,4\n\n");

  EXPECT_EQ(table.columns, (Record{"a", "b"}));
  EXPECT_EQ(table.records, (std::vector<Record>{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(table.lines, (std::vector<std::uint64_t>{5, 8}));
}

TEST(CsvReader, FindsTheSeparatorFromTheHeader) {
  EXPECT_EQ(read("a;b\n1,5;2\n").records, (std::vector<Record>{{"1,5", "2"}}));
  EXPECT_EQ(read("a\tb\n1\t2\n").records, (std::vector<Record>{{"1", "2"}}));
  EXPECT_EQ(read("\"a;b;c\",d\n1,2\n").records, (std::vector<Record>{{"1", "2"}}));
  EXPECT_EQ(read("alone\nx\n").records, (std::vector<Record>{{"x"}}));
}

TEST(CsvReader, ReadsAnEmptyFieldAsMissing) {
  CsvReader reader(memory_source("a,b\n,\"\"\n"));

  ASSERT_EQ(reader.next(), ReadStatus::kRecord);
  EXPECT_EQ(reader.cell(0), std::nullopt);
  EXPECT_EQ(reader.cell(1), std::nullopt);
  EXPECT_EQ(reader.cell(2), std::nullopt);
}

TEST(CsvReader, TrimsTheHeadersNames) {
  EXPECT_EQ(read(" a ,\tb b\n").columns, (Record{"a", "b b"}));
}

struct BrokenHeader {
  std::string_view bytes;
  std::uint64_t line;
  std::size_t column;
};

TEST(CsvReader, RefusesAHeaderThatNamesNoColumns) {
  const std::vector<BrokenHeader> cases = {
      {"", 1, 0},
      {"\n\n", 3, 0},
      {"a,,c\n1,2,3\n", 1, 2},
      {"a,b,a\n", 1, 3},
      {"a, a\n", 1, 2},
      {"a,\"b\nc\"\n", 1, 2},
      {"\"a\n", 1, 0},
      {"a,\xFF\n", 1, 2},
      {"\xFF\xFE"
       "a",
       1, 0},
      {"\na,b\"\n", 2, 2},
      {"a,\"b\"c\n", 1, 2},
  };
  for (const BrokenHeader& it : cases) {
    const Table table = read(it.bytes);

    ASSERT_TRUE(table.broken.has_value()) << it.bytes;
    EXPECT_EQ(table.broken->line, it.line) << it.bytes;
    EXPECT_EQ(table.broken->column, it.column) << it.bytes;
    EXPECT_FALSE(table.broken->message.empty());
  }
  EXPECT_TRUE(read(std::string(300, 'n') + ",b\n").broken.has_value());
}

TEST(CsvReader, SaysTheSameAgainWhenItIsBroken) {
  CsvReader reader(memory_source("a,a\n1,2\n"));

  EXPECT_EQ(reader.next(), ReadStatus::kBroken);
  EXPECT_EQ(reader.next(), ReadStatus::kBroken);
  EXPECT_FALSE(reader.error().message.empty());
}

struct RefusedRow {
  std::string row;
  std::size_t column;
  std::uint64_t line_offset;
};

TEST(CsvReader, RefusesOneRecordAndGoesOnWithTheNext) {
  const std::vector<RefusedRow> cases = {
      {"1", 0, 0},
      {"1,2,3", 0, 0},
      {"1,2,", 0, 0},
      {"1,b\"c", 2, 0},
      {"\"1\"x,2", 1, 0},
      {"\"1\" ,2", 1, 0},
      {" \"1\",2", 1, 0},
      {"1,2\rx", 2, 0},
      {"\"1\"\rx,2", 1, 0},
      {std::string("1,\0", 3), 2, 0},
      {std::string("\"\0\",2", 5), 1, 0},
      {"1,\xC0\xAF", 2, 0},
      {"1,\"caf\xE9\"", 2, 0},
      {"\"two\nlines\",\xFF", 2, 1},
      {"\xED\xA0\x80,1", 1, 0},
      {"\xF4\x90\x80\x80,1", 1, 0},
  };
  for (const RefusedRow& it : cases) {
    const Table table = read("a,b\nfine,1\n" + it.row + "\nfine,2\n");

    ASSERT_EQ(table.refused.size(), 1U) << it.row;
    EXPECT_EQ(table.refused[0].line, 3 + it.line_offset) << it.row;
    EXPECT_EQ(table.refused[0].column, it.column) << it.row;
    EXPECT_EQ(table.refused[0].column_name, it.column == 0 ? "" : it.column == 1 ? "a" : "b") << it.row;
    EXPECT_EQ(table.records, (std::vector<Record>{{"fine", "1"}, {"fine", "2"}})) << it.row;
    EXPECT_FALSE(table.broken.has_value());
  }
}

TEST(CsvReader, NeverRepeatsACellInAMessage) {
  for (const TableError& error : read("a,b\nsecret\nsecret,b\"secret\n\"x\"secret,2\n").refused) {
    EXPECT_EQ(error.message.find("secret"), std::string::npos) << error.message;
  }
}

TEST(CsvReader, StopsAtAQuoteThatIsNeverClosed) {
  const Table table = read("a,b\n1,2\n3,\"4\n5,6\n7,8\n");

  EXPECT_EQ(table.records, (std::vector<Record>{{"1", "2"}}));
  ASSERT_TRUE(table.broken.has_value());
  EXPECT_EQ(table.broken->line, 3U);
}

TEST(CsvReader, HoldsItsLimits) {
  CsvReader::Options options;
  options.max_columns = 2;
  options.max_field_bytes = 8;
  options.max_record_bytes = 32;

  EXPECT_TRUE(read("a,b,c\n", options).broken.has_value());
  const Table long_field = read("a,b\n123456789,1\n12345678,1\n", options);
  EXPECT_EQ(long_field.records, (std::vector<Record>{{"12345678", "1"}}));
  ASSERT_EQ(long_field.refused.size(), 1U);
  EXPECT_EQ(long_field.refused[0].column_name, "a");
  const Table long_record = read("a,b\n1,1\n" + std::string(40, ',') + "\n1,1\n", options);
  EXPECT_EQ(long_record.records.size(), 1U);
  ASSERT_TRUE(long_record.broken.has_value());
  EXPECT_EQ(long_record.broken->line, 3U);
}

TEST(CsvReader, BoundsItsMemoryAgainstAQuoteThatSwallowsTheFile) {
  class Endless final : public ByteSource {
   public:
    std::size_t read(char* out, std::size_t count) override {
      std::fill_n(out, count, 'x');
      if (given_ == 0) std::copy_n("a\n\"", 3, out);
      given_ += count;
      return count;
    }
    std::size_t given_ = 0;
  };
  auto source = std::make_unique<Endless>();
  const Endless& endless = *source;
  CsvReader reader(std::move(source));

  EXPECT_EQ(reader.next(), ReadStatus::kBroken);
  EXPECT_LT(endless.given_, std::size_t{64} << 20);
}

TEST(CsvReader, ReadsTheSameWhereverTheWindowEnds) {
  const std::string bytes =
      "\xEF\xBB\xBFid,text\r\n1,\"a \"\"quoted\"\" text,\r\nof "
      "lines\"\r\n2,\xE0\xA4\xA8\xE0\xA4\xAE\r\n\r\n3\n4,b\"d\n5,"
      "\"x\"\r\n6,\"open";
  const Table whole = read(bytes);

  EXPECT_EQ(whole.records.size(), 3U);
  EXPECT_EQ(whole.refused.size(), 2U);
  EXPECT_TRUE(whole.broken.has_value());
  for (std::size_t step = 1; step < bytes.size(); ++step) {
    CsvReader::Options options;
    options.window_bytes = step;
    CsvReader reader(memory_source(bytes, 3), options);
    EXPECT_TRUE(read_all(reader) == whole) << step;
  }
}

TEST(CsvReader, ReadsRecordsThatCrossTheWindowsEnd) {
  std::string bytes = "id,text\n";
  std::vector<Record> expected;
  Rng rng(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(static_cast<std::size_t>(rng.integer(1, i % 500 == 0 ? 400'000 / 8 : 40)), 'x');
    text[text.size() / 2] = i % 3 == 0 ? '"' : '\n';
    CsvWriter writer(bytes);
    writer.integer(i);
    writer.text(text);
    writer.end_record();
    expected.push_back({std::to_string(i), text});
  }

  EXPECT_TRUE(read(bytes).records == expected);
}

std::string random_text(Rng& rng) {
  static const std::vector<std::string> kParts = {"a",
                                                  "B",
                                                  "7",
                                                  " ",
                                                  ",",
                                                  ";",
                                                  "\t",
                                                  "\"",
                                                  "\n",
                                                  "\r",
                                                  "=",
                                                  "'",
                                                  "\xC3\xA9",
                                                  "\xE2\x82\xAC",
                                                  "\xF0\x9F\x98\x80",
                                                  "\xEF\xBB\xBF"};
  std::string text;
  for (std::int64_t i = rng.integer(0, 12); i > 0; --i) {
    text += kParts[static_cast<std::size_t>(rng.integer(0, static_cast<std::int64_t>(kParts.size()) - 1))];
  }
  return text;
}

TEST(CsvWriter, WritesWhatTheReaderReadsBackTheSame) {
  Rng rng(20261123);
  for (int round = 0; round < 300; ++round) {
    const auto columns = static_cast<std::size_t>(rng.integer(1, 5));
    std::string bytes;
    CsvWriter writer(bytes);
    for (std::size_t c = 0; c < columns; ++c) writer.text("c" + std::to_string(c));
    writer.end_record();
    std::vector<Record> expected;
    for (int r = 0; r < 20; ++r) {
      Record record;
      for (std::size_t c = 0; c < columns; ++c) {
        record.push_back(random_text(rng));
        writer.text(record.back());
      }
      writer.end_record();
      expected.push_back(std::move(record));
    }

    const Table table = read(bytes);

    ASSERT_EQ(table.records, expected) << bytes;
    ASSERT_TRUE(table.refused.empty());
  }
}

TEST(CsvWriter, WritesNumbersInTheirShortestFormAndNoNumberAsMissing) {
  std::string bytes;
  CsvWriter writer(bytes);
  writer.number(0.1);
  writer.number(1e300);
  writer.number(std::numeric_limits<double>::quiet_NaN());
  writer.number(-0.0);
  writer.integer(std::numeric_limits<std::int64_t>::min());
  writer.missing();
  writer.end_record();

  EXPECT_EQ(bytes, "0.1,1e+300,,-0,-9223372036854775808,\n");
}

}  // namespace
}  // namespace rapport::tables
