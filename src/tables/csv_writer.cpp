#include "tables/csv_writer.h"

#include <charconv>
#include <cmath>
#include <iterator>

namespace rapport::tables {

void CsvWriter::separate() {
  if (fields_ == 0) {
    record_start_ = out_.size();
  } else {
    out_ += ',';
  }
  ++fields_;
}

void CsvWriter::text(std::string_view value) {
  separate();
  // Semicolons and tabs are quoted too: in a header they would count as separators for a reader that guesses. So is
  // what begins with a byte order mark, which a reader of the first field would drop, and what readers may trim.
  const bool plain = value.find_first_of(",;\t\"\r\n") == std::string_view::npos && !value.starts_with('\xEF') &&
                     !value.starts_with(' ') && !value.ends_with(' ');
  if (plain) {
    out_ += value;
    return;
  }
  out_ += '"';
  for (const char c : value) {
    if (c == '"') out_ += '"';
    out_ += c;
  }
  out_ += '"';
}

void CsvWriter::number(double value) {
  if (!std::isfinite(value)) {
    missing();
    return;
  }
  separate();
  char digits[32];
  const auto [end, fault] = std::to_chars(std::begin(digits), std::end(digits), value);
  if (fault == std::errc{}) out_.append(std::begin(digits), end);
}

void CsvWriter::integer(std::int64_t value) {
  separate();
  out_ += std::to_string(value);
}

void CsvWriter::missing() {
  separate();
}

void CsvWriter::end_record() {
  // A record that is one empty field would be a blank line, which readers skip.
  if (out_.size() == record_start_ && fields_ == 1) out_ += "\"\"";
  out_ += '\n';
  fields_ = 0;
}

}  // namespace rapport::tables
