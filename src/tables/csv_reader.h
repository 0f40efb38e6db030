#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tables/byte_source.h"
#include "tables/record_reader.h"

namespace rapport::tables {

/// Reads comma-separated values as businesses export them.
///
/// The first record is the header: its names may stand in any order, and none may be empty, stand twice or be longer
/// than 256 bytes. The separator is the one of comma, semicolon and tab that the header holds most often outside quotes
/// (comma when it holds none). Lines end with LF or CRLF; a line with nothing in it is skipped; a byte order mark is
/// skipped. A field in double quotes may hold separators, line ends and, doubled, quotes.
///
/// Refused, one record at a time: too few or too many fields, a quote inside a field without quotes, text after a
/// closing quote, a CR without its LF, NUL, bytes that are not UTF-8, a field above `max_field_bytes`. Broken, for
/// good: the header, a quote that is never closed, a record above `max_record_bytes`.
///
/// Throws    as RecordReader.
/// Cost      one pass, no allocation per record; memory bounded by twice the longest record.
/// Source    RFC 4180.
class CsvReader final : public RecordReader {
 public:
  struct Options {
    std::optional<char> separator;  ///< nullopt: found from the header
    std::size_t max_columns = 4096;
    std::size_t max_field_bytes = std::size_t{1} << 20;
    std::size_t max_record_bytes = std::size_t{8} << 20;
    std::size_t window_bytes = ByteWindow::kFirstBytes;  ///< read at once; at least 1
  };

  CsvReader(std::unique_ptr<ByteSource> source, Options options);
  explicit CsvReader(std::unique_ptr<ByteSource> source);

  ReadStatus next() override;
  std::uint64_t line() const override { return record_line_; }
  std::optional<Cell> cell(std::size_t column) const override;
  char separator() const { return separator_; }

 private:
  struct Field {
    char* begin = nullptr;
    char* end = nullptr;
    bool doubled = false;  ///< holds quotes written twice
  };
  enum class Split { kRecord, kNeedsMore, kEnd, kBroken };

  void read_header();
  void detect_separator();
  void take_names();
  void break_header(std::size_t column, std::string message);

  /// Finds the fields of the record at the window's start and moves the window behind it.
  Split split();
  Split split_whole_record();
  void undouble_quotes();
  /// Each takes one field and gives the byte that ends it, or nullptr when the window ends before that is known.
  char* take_plain(char* at, const char* end);
  char* take_quoted(char* at, const char* end);
  char* field_end(char* at, const char* end);
  void add_field(char* begin, char* end, bool doubled);
  void refuse(std::string message);
  bool is_blank() const;

  ByteWindow window_;
  Options options_;
  char separator_ = ',';
  bool broken_ = false;
  std::uint64_t line_ = 1;  ///< where the window starts

  // Of the current record:
  std::uint64_t record_line_ = 1;
  std::uint64_t newlines_ = 0;   ///< met so far, those inside quotes included
  std::vector<Field> fields_;    ///< at most one more than there can be columns
  std::size_t field_count_ = 0;  ///< those that `fields_` does not hold included
  bool has_quotes_ = false;
  bool refused_ = false;  ///< error_ is about this record
  bool high_ = false;     ///< the field being read has bytes above 7F
};

}  // namespace rapport::tables
