#include "flows/import_rows.h"

#include <algorithm>
#include <utility>

#include "flows/row_reader.h"
#include "tables/record_reader.h"

namespace rapport::flows {
namespace {

using tables::ReadStatus;

constexpr std::uint64_t kProgressEvery = 20'000;
constexpr Duration kClockSlack = kDay;  // a row may be this far ahead of our clock

const ImportTable& find_table(const std::string& name) {
  const auto& all = import_tables();
  const auto found = std::find_if(all.begin(), all.end(), [&](const ImportTable& table) { return table.name == name; });
  if (found != all.end()) return *found;
  std::string names;
  for (const ImportTable& table : all) names += (names.empty() ? "" : ", ") + table.name;
  throw Error(ErrorKind::kInvalid, "unknown_table", "There is no table " + name + ". The tables are " + names + ".");
}

/// One run over a file: reads, checks, writes and reports.
class Import {
 public:
  Import(const ImportTable& table, const ImportOptions& options, Time now)
      : table_(table), options_(options), latest_(now + kClockSlack), read_row_(find_row_reader(table.name)) {}

  void take(const tables::RecordReader& reader, store::BulkWriter& writer) {
    ++report_.rows_read;
    RowReader fields(reader, latest_);
    const Row row = read_row_(fields);
    if (fields.refusal()) return refuse(*fields.refusal());
    try {
      writer.write(row);
      ++report_.rows_imported;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalid) throw;
      refuse({reader.line(), error.fields().empty() ? "" : error.fields().front().pointer, error.message()});
    }
  }

  void refuse_record(const tables::TableError& error) {
    ++report_.rows_read;
    refuse({error.line, error.column_name, error.message});
  }

  /// Columns that the file has and the table does not, and the other way round.
  void check_columns(const std::string& path, const tables::RecordReader& reader) {
    for (const std::string& column : reader.columns()) {
      const bool known = std::any_of(table_.columns.begin(), table_.columns.end(),
                                     [&](const ImportColumn& c) { return c.name == column; });
      if (!known) report_.unknown_columns.push_back(column);
    }
    for (const ImportColumn& column : table_.columns) {
      if (!column.required || reader.column(column.name)) continue;
      throw Error(ErrorKind::kInvalid, "missing_column",
                  "The file " + path + " has no column " + column.name + ", which " + table_.name + " needs.");
    }
  }

  ImportReport report() && { return std::move(report_); }
  const ImportReport& report() const& { return report_; }

 private:
  void refuse(RefusedRow row) {
    ++report_.rows_refused;
    if (report_.refused.size() < options_.max_refused) report_.refused.push_back(std::move(row));
  }

  const ImportTable& table_;
  const ImportOptions& options_;
  Time latest_;
  ReadRow read_row_;
  ImportReport report_;
};

void refuse_file(const std::string& path, const ImportReport& report) {
  std::vector<FieldError> fields;
  for (const RefusedRow& row : report.refused) {
    fields.push_back({tables::location(path, row.line, row.column), row.reason});
  }
  throw Error(ErrorKind::kInvalid, "import_refused",
              std::to_string(report.rows_refused) + " of " + std::to_string(report.rows_read) + " rows of " + path +
                  " cannot be taken, so nothing of it was imported.")
      .with_fields(std::move(fields));
}

}  // namespace

ImportReport import_rows(const Services& services, const TenantId& tenant, const ImportSource& source,
                         const ImportOptions& options, const Progress& progress) {
  const std::string& path = source.path;
  Import import(find_table(source.table), options, services.clock.now());
  const std::unique_ptr<tables::RecordReader> reader = tables::open_records(path);
  const std::unique_ptr<store::BulkWriter> writer = services.store.bulk_writer(tenant);
  for (ReadStatus status = reader->next(); status != ReadStatus::kEnd; status = reader->next()) {
    if (status == ReadStatus::kBroken) throw tables::to_error(path, reader->error());
    if (import.report().rows_read == 0 && status == ReadStatus::kRecord) import.check_columns(path, *reader);
    if (status == ReadStatus::kRefused) {
      import.refuse_record(reader->error());
    } else {
      import.take(*reader, *writer);
    }
    if (progress && import.report().rows_read % kProgressEvery == 0) progress("rows", import.report().rows_read, 0);
  }
  if (options.strict && import.report().rows_refused > 0) refuse_file(path, import.report());
  writer->commit();
  return std::move(import).report();
}

}  // namespace rapport::flows
