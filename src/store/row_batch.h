#pragma once

#include <map>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "domain/ids.h"
#include "store/connection.h"
#include "store/row_cells.h"

namespace rapport::store {

/// Rows on their way to a database server, many in one statement: each statement is a round trip.
///
/// Threads   one, as its connection, which must outlive it.
class RowBatch {
 public:
  RowBatch(Connection& connection, const TenantId& tenant) : connection_(connection), tenant_(tenant.text()) {}

  /// Says which table the next rows are of. Rows of another one are written first, so that later rows can refer to
  /// them.
  void turn_to(const Table& table);
  /// Adds a row of that table.
  template <class R>
  void add(const R& row) {
    const std::size_t at = begin_row(row.id.text());
    put_cells(row, std::span(cells_).subspan(at + 1));
  }
  /// Writes what was added.
  void flush();

 private:
  std::size_t begin_row(const std::string& id);
  Query& statement(std::size_t rows);

  Connection& connection_;
  const std::string tenant_;
  const Table* table_ = nullptr;
  std::size_t rows_ = 0;
  Cells cells_;                          ///< of the rows, one after the other, each with its tenant first
  std::unordered_set<std::string> ids_;  ///< of the rows: one statement must not write a row twice
  std::map<std::pair<const Table*, std::size_t>, Query*> statements_;
};

}  // namespace rapport::store
