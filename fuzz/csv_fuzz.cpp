// The table readers on hostile bytes. Beside "does not crash": the first byte chooses how much is read at once, and the
// result must not depend on it; what CSV gives must survive being written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tables/csv_reader.h"
#include "tables/csv_writer.h"
#include "tables/jsonl_reader.h"

namespace {

using namespace rapport::tables;

void require(bool holds) {
  if (!holds) std::abort();
}

using Record = std::vector<std::string>;

struct Seen {
  std::vector<std::string> columns;
  std::vector<Record> records;
  std::vector<std::string> errors;

  bool operator==(const Seen&) const = default;
};

Seen read_all(RecordReader& reader) {
  Seen seen;
  for (ReadStatus status; (status = reader.next()) != ReadStatus::kEnd;) {
    if (status != ReadStatus::kRecord)
      seen.errors.push_back(to_field_error("f", reader.error()).pointer + reader.error().message);
    if (status == ReadStatus::kBroken) break;
    if (status == ReadStatus::kRefused) continue;
    Record record;
    for (std::size_t i = 0; i < reader.columns().size(); ++i) {
      const auto cell = reader.cell(i);
      if (cell) {
        cell->number();
        cell->integer();
        cell->boolean();
      }
      record.push_back(cell ? cell->text() : "");
    }
    seen.records.push_back(std::move(record));
  }
  seen.columns = reader.columns();
  return seen;
}

CsvReader::Options small_limits() {
  CsvReader::Options options;
  options.max_columns = 64;
  options.max_field_bytes = 2'000;
  options.max_record_bytes = 4'000;
  return options;
}

void check_csv(std::string_view bytes, std::size_t step) {
  CsvReader whole(memory_source(bytes), small_limits());
  const Seen seen = read_all(whole);
  CsvReader::Options narrow = small_limits();
  narrow.window_bytes = step;
  CsvReader stepwise(memory_source(bytes, 7), narrow);
  require(read_all(stepwise) == seen);
  if (seen.columns.empty()) return;

  std::string written;
  CsvWriter writer(written);
  for (const std::string& name : seen.columns) writer.text(name);
  writer.end_record();
  for (const Record& record : seen.records) {
    for (const std::string& field : record) writer.text(field);
    writer.end_record();
  }
  CsvReader::Options comma;
  comma.separator = ',';
  CsvReader again(memory_source(written), comma);
  const Seen second = read_all(again);
  require(second.columns == seen.columns && second.records == seen.records && second.errors.empty());
}

void check_json_lines(std::string_view bytes, std::size_t step) {
  JsonlReader::Options options;
  options.max_columns = 64;
  options.max_line_bytes = 4'000;
  JsonlReader whole(memory_source(bytes), options);
  options.window_bytes = step;
  JsonlReader stepwise(memory_source(bytes, 7), options);
  require(read_all(whole) == read_all(stepwise));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = 1 + data[0] / 2;
  if (data[0] % 2 == 0) {
    check_csv(bytes, step);
  } else {
    check_json_lines(bytes, step);
  }
  return 0;
}
