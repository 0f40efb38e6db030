#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/rows.h"
#include "store/cell.h"

/// The columns of the tables of rows, and how a row becomes cells and comes back. One place knows their order.
namespace rapport::store {

struct Column {
  const char* name;
  CellType type;
  /// What an existing row gets when it is written again, as SQL; nullptr: the new value, whatever it is.
  const char* on_update = nullptr;
};

struct Table {
  const char* name;
  const char* time;  ///< the column by which a contact's rows are ordered; also what `data_until` looks at
  std::span<const Column> columns;  ///< without tenant_id; the first is id
  const char* on_update = nullptr;  ///< what an update of an existing row sets besides the columns, as SQL
};

/// Of row type R: contacts, conversations, messages, ...
template <class R>
const Table& table_of();

std::vector<const Table*> all_tables();

/// Cells of the table's columns, in their order, with their types.
Cells cells_of(const Table& table);

/// Writes a row into cells that start at the row's id. Cells keep their memory from row to row.
void put_cells(const Contact& row, std::span<Cell> cells);
void put_cells(const Conversation& row, std::span<Cell> cells);
void put_cells(const Message& row, std::span<Cell> cells);
void put_cells(const Campaign& row, std::span<Cell> cells);
void put_cells(const CampaignEvent& row, std::span<Cell> cells);
void put_cells(const Lead& row, std::span<Cell> cells);
void put_cells(const Order& row, std::span<Cell> cells);
void put_cells(const Ticket& row, std::span<Cell> cells);
void put_cells(const ProductEvent& row, std::span<Cell> cells);
void put_cells(const PreferenceEvent& row, std::span<Cell> cells);

/// The row that cells hold, texts moved out of them. Throws kInternal "store_damaged" for a word that no row can have.
void take_cells(std::span<Cell> cells, Contact& row);
void take_cells(std::span<Cell> cells, Conversation& row);
void take_cells(std::span<Cell> cells, Message& row);
void take_cells(std::span<Cell> cells, CampaignEvent& row);
void take_cells(std::span<Cell> cells, Lead& row);
void take_cells(std::span<Cell> cells, Order& row);
void take_cells(std::span<Cell> cells, Ticket& row);
void take_cells(std::span<Cell> cells, ProductEvent& row);
void take_cells(std::span<Cell> cells, PreferenceEvent& row);

/// INSERT of rows, each with its tenant_id first, which replace the rows of the same ids.
std::string upsert_sql(const Table& table, std::size_t rows = 1);

}  // namespace rapport::store
