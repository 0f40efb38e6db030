#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/json.h"
#include "tables/byte_source.h"
#include "tables/record_reader.h"

namespace rapport::tables {

/// Reads JSON Lines: one object a line, its members the columns. Blank lines and a byte order mark are skipped.
///
/// Refused, one line at a time: what is no JSON object by the project's strict parser; a value that is a list or an
/// object; a whole number beyond 64 bits (as an identifier it would lose digits: write it as text); a name that no
/// column may have; names beyond `max_columns` different ones. Broken: a line above `max_line_bytes`.
///
/// Throws    as RecordReader.
/// Cost      one JSON document per line; memory bounded by the longest line and the names.
class JsonlReader final : public RecordReader {
 public:
  struct Options {
    std::size_t max_columns = 4096;
    std::size_t max_line_bytes = std::size_t{8} << 20;
    std::size_t window_bytes = ByteWindow::kFirstBytes;  ///< read at once; at least 1
  };

  JsonlReader(std::unique_ptr<ByteSource> source, Options options);
  explicit JsonlReader(std::unique_ptr<ByteSource> source);
  ~JsonlReader() override;

  ReadStatus next() override;
  std::uint64_t line() const override { return record_line_; }
  std::optional<Cell> cell(std::size_t column) const override;

 private:
  struct Document;

  /// The next line without its end; nullopt at the end of the file and when the line is too long (then broken_).
  std::optional<std::string_view> take_line();
  ReadStatus take_object(std::string_view line);
  bool take_member(std::string_view name, const Json& value);
  ReadStatus refuse(std::string message, std::string_view name = {});

  ByteWindow window_;
  Options options_;
  std::unique_ptr<Document> document_;  ///< the current record
  std::uint64_t line_ = 1;              ///< where the window starts
  std::uint64_t record_line_ = 1;
  bool broken_ = false;
};

}  // namespace rapport::tables
