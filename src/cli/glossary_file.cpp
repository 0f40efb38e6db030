#include "cli/glossary_file.h"

#include "base/error.h"
#include "tables/record_reader.h"

namespace rapport::cli {

GlossaryFile::GlossaryFile(const std::string& file) {
  if (file.empty()) return;
  const auto reader = tables::open_records(file);
  for (tables::ReadStatus status; (status = reader->next()) != tables::ReadStatus::kEnd;) {
    if (status != tables::ReadStatus::kRecord) throw tables::to_error(file, reader->error());
    const auto text = [&](const char* column) {
      const auto place = reader->column(column);
      const auto cell = place ? reader->cell(*place) : std::nullopt;
      return cell ? cell->text() : std::string();
    };
    texts_.emplace_back(text("source"), text("target"));
    if (texts_.back().first.empty()) {
      throw Error(ErrorKind::kInvalid, "invalid_glossary",
                  tables::location(file, reader->line(), "source") +
                      " names no term: a glossary has the columns source " + "and target.");
    }
  }
  for (const auto& [source, target] : texts_) terms_.push_back({.source = source, .target = target});
}

}  // namespace rapport::cli
