#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/progress.h"
#include "flows/services.h"

namespace rapport::flows {

/// A row of a file that was not taken, and why.
struct RefusedRow {
  std::uint64_t line = 0;  ///< counts from 1; where the record starts
  std::string column;      ///< empty: the whole record
  std::string reason;
};

struct ImportReport {
  std::uint64_t rows_read = 0;
  std::uint64_t rows_imported = 0;
  std::uint64_t rows_refused = 0;
  std::vector<RefusedRow> refused;  ///< the first `max_refused` of them
  std::vector<std::string> unknown_columns;  ///< were ignored
};

struct ImportOptions {
  bool strict = false;  ///< one refused row refuses the file
  std::size_t max_refused = 1000;
};

/// The tables that files can be imported into, and the columns of each (required first).
struct ImportColumn {
  std::string name;
  bool required = false;
  std::string description;
};
struct ImportTable {
  std::string name;  ///< "contacts", "campaign-events", ...
  std::vector<ImportColumn> columns;
};
const std::vector<ImportTable>& import_tables();

/// Which file goes into which table.
struct ImportSource {
  std::string table;  ///< a name of `import_tables()`
  std::string path;   ///< "-" is standard input, CSV
};

/// Reads a CSV, TSV or JSON Lines file into a table, in one transaction: what is good goes in, what
/// is not is reported, and a crash leaves nothing of the file. A row whose id is known replaces it, so that importing a
/// file twice is importing it once. Throws kNotFound for the file, kInvalid "unknown_table", "missing_column", kInvalid
/// "import_refused" in strict mode (nothing was imported).
ImportReport import_rows(const Services& services, const TenantId& tenant, const ImportSource& source,
                         const ImportOptions& options, const Progress& progress = {});

}  // namespace rapport::flows
