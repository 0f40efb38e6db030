#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace rapport::store {

enum class CellType { kText, kInteger, kReal };

/// One value that goes into a database or comes out of it. The type never changes; `null` says whether there is a value.
struct Cell {
  CellType type = CellType::kText;
  bool null = true;
  std::string text;
  long long integer = 0;
  double real = 0;

  explicit Cell(CellType t) : type(t) {}
  // Lists of parameters are written as the values that they are. NOLINTBEGIN(google-explicit-constructor)
  Cell(std::string value) : type(CellType::kText), null(false), text(std::move(value)) {}
  Cell(const char* value) : Cell(std::string(value)) {}
  Cell(std::int64_t value) : type(CellType::kInteger), null(false), integer(value) {}
  Cell(int value) : Cell(std::int64_t{value}) {}
  Cell(double value) : type(CellType::kReal), null(false), real(value) {}
  Cell(Time value) : Cell(to_epoch_ms(value)) {}
  // NOLINTEND(google-explicit-constructor)

  Time time() const { return from_epoch_ms(integer); }
};

using Cells = std::vector<Cell>;

}  // namespace rapport::store
