#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/rows.h"
#include "flows/import_rows.h"
#include "tables/record_reader.h"

namespace rapport::flows {

/// Reads the cells of one record by column name, each checked; the first thing that is wrong is kept, and from then on
/// the getters return defaults.
class RowReader {
 public:
  /// `latest` is the last moment that a time may name.
  RowReader(const tables::RecordReader& record, Time latest) : record_(record), latest_(latest) {}

  template <class IdType>
  IdType id(std::string_view column) {
    return IdType(required_id(column));
  }
  template <class IdType>
  IdType optional_id(std::string_view column) {
    return IdType(optional_id_text(column));
  }
  std::string text(std::string_view column, std::size_t max_bytes);
  Time time(std::string_view column);
  /// A moment that may be missing, and is not before `earliest` when it is there.
  std::optional<Time> optional_time(std::string_view column, Time earliest = Time());
  double number(std::string_view column, double min, double max);
  std::optional<double> optional_number(std::string_view column, double min, double max);
  template <class Enum>
  std::optional<Enum> optional_word(std::string_view column, std::string_view permitted);
  template <class Enum>
  Enum word(std::string_view column, std::string_view permitted);

  void refuse(std::string_view column, std::string reason);
  const std::optional<RefusedRow>& refusal() const { return refusal_; }

 private:
  std::optional<tables::Cell> cell(std::string_view column) const;
  std::string required_id(std::string_view column);
  std::string optional_id_text(std::string_view column);

  const tables::RecordReader& record_;
  Time latest_;
  std::optional<RefusedRow> refusal_;
};

/// The reader of each table's records, by the table's name in `import_tables()`.
using ReadRow = Row (*)(RowReader&);
ReadRow find_row_reader(std::string_view table);

}  // namespace rapport::flows
