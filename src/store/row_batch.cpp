#include "store/row_batch.h"

#include <algorithm>
#include <array>

namespace rapport::store {
namespace {

/// Rows of one statement, each prepared once a table; a batch is written with the largest that fit.
constexpr std::array<std::size_t, 3> kRowsPerStatement = {128, 16, 1};

std::size_t width_of(const Table& table) {
  return table.columns.size() + 1;
}

}  // namespace

void RowBatch::turn_to(const Table& table) {
  if (table_ == &table) return;
  flush();
  table_ = &table;
  cells_.clear();
}

std::size_t RowBatch::begin_row(const std::string& id) {
  if (rows_ == kRowsPerStatement.front() || ids_.contains(id)) flush();
  ids_.insert(id);
  const std::size_t at = rows_++ * width_of(*table_);
  if (at == cells_.size()) {
    cells_.emplace_back(tenant_);
    for (Cell& cell : cells_of(*table_)) cells_.push_back(std::move(cell));
  }
  return at;
}

void RowBatch::flush() {
  for (std::size_t done = 0; done < rows_;) {
    const std::size_t rows = *std::find_if(kRowsPerStatement.begin(), kRowsPerStatement.end(),
                                           [&](std::size_t each) { return each <= rows_ - done; });
    Query& query = statement(rows);
    const std::size_t width = width_of(*table_);
    std::swap_ranges(query.parameters().begin(), query.parameters().end(),
                     cells_.begin() + static_cast<std::ptrdiff_t>(done * width));
    query.execute();
    std::swap_ranges(query.parameters().begin(), query.parameters().end(),
                     cells_.begin() + static_cast<std::ptrdiff_t>(done * width));
    done += rows;
  }
  rows_ = 0;
  ids_.clear();
}

Query& RowBatch::statement(std::size_t rows) {
  Query*& query = statements_[{table_, rows}];
  if (query == nullptr) {
    std::vector<CellType> types;
    for (std::size_t i = 0; i < rows; ++i) {
      types.push_back(CellType::kText);
      for (const Column& column : table_->columns) types.push_back(column.type);
    }
    query = &connection_.prepared(upsert_sql(*table_, rows), types, {});
  }
  return *query;
}

}  // namespace rapport::store
