#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rapport::tables {

/// Writes records that CsvReader, and every other reader of RFC 4180, reads back the same. Lines end with LF.
///
/// A text that a spreadsheet would take for a formula ("=1+1") is written as it is: the file is data, and a reader that
/// is no spreadsheet must get the text back unchanged.
///
/// Ownership  appends to `out`, which must outlive the writer.
/// Requires   text in UTF-8 without NUL; as many fields in each record as in the first.
/// Source     RFC 4180.
class CsvWriter {
 public:
  explicit CsvWriter(std::string& out) : out_(out) {}

  void text(std::string_view value);
  /// In the shortest form that reads back the same; NaN and infinities are missing.
  void number(double value);
  void integer(std::int64_t value);
  void missing();
  void end_record();

 private:
  void separate();

  std::string& out_;
  std::size_t record_start_ = 0;
  std::size_t fields_ = 0;
};

}  // namespace rapport::tables
