#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/error.h"

/// Tables that a business brings as files: CSV and JSON Lines, read record by record behind one interface.
namespace rapport::tables {

/// One value of a record, as the file has it: CSV knows text only, JSON knows more. Valid until the reader moves on.
class Cell {
 public:
  using Value = std::variant<std::string_view, std::int64_t, double, bool>;

  explicit Cell(Value value) : value_(value) {}

  const Value& value() const { return value_; }

  /// Any value as text: 17 is "17", true is "true".
  std::string text() const;
  /// A finite number: one of JSON, or text that is nothing but a decimal number ("-1.5e3"; spaces around it permitted).
  std::optional<double> number() const;
  /// A number without fraction, exactly.
  std::optional<std::int64_t> integer() const;
  /// true and false in any case, or 1 and 0.
  std::optional<bool> boolean() const;

 private:
  Value value_;
};

/// What is wrong in a table, and where. The message never holds a cell's content, which may be private.
struct TableError {
  std::string message;
  std::uint64_t line = 1;   ///< from 1, as an editor counts
  std::size_t column = 0;   ///< from 1; 0: the record as a whole
  std::string column_name;  ///< empty where it is not known
};

/// "FILE:LINE:COLUMN", the column by its name where it has one and left out where the record as a whole is meant.
std::string location(std::string_view file, std::uint64_t line, std::string_view column_name);
FieldError to_field_error(std::string_view file, const TableError& error);

enum class ReadStatus {
  kRecord,   ///< there is a record to look at
  kRefused,  ///< this record cannot be read, error() says why; the next one can be tried
  kEnd,      ///< there is no more
  kBroken,   ///< nothing behind this point can be read, error() says why; every later call says the same
};

/// Reads a table from its first record to its last, holding one record at a time.
///
///     auto reader = open_records("leads.csv");
///     for (ReadStatus status; (status = reader->next()) != ReadStatus::kEnd;) {
///       if (status == ReadStatus::kBroken) throw to_error("leads.csv", reader->error());
///       if (status == ReadStatus::kRefused) { report(reader->error()); continue; }
///       use(reader->line(), reader->cell(*reader->column("email")));
///     }
///
/// Ownership  cells borrow from the reader until the next call of `next`.
/// Threads    one per thread.
/// Throws     nothing for any content of the file; kInternal when the system cannot read it.
class RecordReader {
 public:
  virtual ~RecordReader() = default;

  /// The columns, in the file's order. CSV: the header's, complete from the start (empty when the header is broken).
  /// JSON Lines: the names met so far, so the list may grow with each record; an index keeps its meaning.
  const std::vector<std::string>& columns() const { return columns_; }
  std::optional<std::size_t> column(std::string_view name) const;

  virtual ReadStatus next() = 0;

  /// The line where the current record begins.
  virtual std::uint64_t line() const = 0;
  /// The current record's value in a column; nullopt when it is missing: an empty text, a JSON null, no such name.
  virtual std::optional<Cell> cell(std::size_t column) const = 0;

  /// Of the last kRefused or kBroken.
  const TableError& error() const { return error_; }

 protected:
  /// Why a name cannot be a column's, or nullptr: empty, above 256 bytes, a control character.
  static const char* name_fault(std::string_view name);
  void add_column(std::string name);

  TableError error_;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::vector<std::string> columns_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> index_;
};

enum class TableFormat { kCsv, kTsv, kJsonLines };

/// By the ending of a file's name, in any case: .csv, .tsv, .jsonl, .ndjson. nullopt for any other.
std::optional<TableFormat> format_of(const std::filesystem::path& path);

/// Opens a table; "-" is standard input. Without `format` the ending decides, and standard input is CSV.
///
/// Throws  kNotFound ("no_such_file"), kInvalid ("unknown_format": no format given and the ending is none of the four).
std::unique_ptr<RecordReader> open_records(const std::filesystem::path& path,
                                           std::optional<TableFormat> format = std::nullopt);

/// A table in memory, which must outlive the reader.
std::unique_ptr<RecordReader> read_records(std::string_view bytes, TableFormat format);

/// kMalformed ("malformed_table") with the place as its one field.
Error to_error(std::string_view file, const TableError& error);

}  // namespace rapport::tables
