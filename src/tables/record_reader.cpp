#include "tables/record_reader.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

#include "tables/byte_source.h"
#include "tables/csv_reader.h"
#include "tables/jsonl_reader.h"

namespace rapport::tables {
namespace {

constexpr std::size_t kMaxNameBytes = 256;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// std::from_chars over the whole of `text`, with one plus sign permitted.
template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  Number number{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string shortest(double number) {
  char digits[32];
  const auto [end, fault] = std::to_chars(std::begin(digits), std::end(digits), number);
  return fault == std::errc{} ? std::string(digits, end) : std::string();
}

std::unique_ptr<RecordReader> make_reader(std::unique_ptr<ByteSource> source, TableFormat format) {
  switch (format) {
    case TableFormat::kCsv:
      return std::make_unique<CsvReader>(std::move(source));
    case TableFormat::kTsv: {
      CsvReader::Options options;
      options.separator = '\t';
      return std::make_unique<CsvReader>(std::move(source), options);
    }
    case TableFormat::kJsonLines:
      return std::make_unique<JsonlReader>(std::move(source));
  }
  throw Error(ErrorKind::kInternal, "internal_error", "No such table format.");
}

}  // namespace

std::string Cell::text() const {
  if (const auto* text = std::get_if<std::string_view>(&value_)) return std::string(*text);
  if (const auto* whole = std::get_if<std::int64_t>(&value_)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value_)) return shortest(*number);
  return std::get<bool>(value_) ? "true" : "false";
}

std::optional<double> Cell::number() const {
  if (const auto* whole = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*whole);
  if (const auto* number = std::get_if<double>(&value_)) return *number;
  if (const auto* text = std::get_if<std::string_view>(&value_)) {
    const auto number = parse_whole<double>(*text);
    // from_chars reads "inf" and "nan" as well, which are no measurements.
    return number && std::isfinite(*number) ? number : std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::int64_t> Cell::integer() const {
  if (const auto* whole = std::get_if<std::int64_t>(&value_)) return *whole;
  if (const auto* text = std::get_if<std::string_view>(&value_)) {
    if (const auto whole = parse_whole<std::int64_t>(*text)) return whole;
  }
  // "3.0" and 3e2 are whole as well, as long as a double holds every whole number of that size.
  constexpr double kExact = 9007199254740992.0;
  const auto value = number();
  if (!value || std::abs(*value) > kExact || std::trunc(*value) != *value) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<bool> Cell::boolean() const {
  if (const auto* flag = std::get_if<bool>(&value_)) return *flag;
  if (const auto* whole = std::get_if<std::int64_t>(&value_)) {
    return *whole == 0 || *whole == 1 ? std::optional(*whole == 1) : std::nullopt;
  }
  if (const auto* text = std::get_if<std::string_view>(&value_)) {
    const std::string word = lower(trimmed(*text));
    if (word == "true" || word == "1") return true;
    if (word == "false" || word == "0") return false;
  }
  return std::nullopt;
}

std::string location(std::string_view file, std::uint64_t line, std::string_view column_name) {
  std::string place(file);
  place += ":" + std::to_string(line);
  if (!column_name.empty()) place.append(":").append(column_name);
  return place;
}

FieldError to_field_error(std::string_view file, const TableError& error) {
  const std::string number = error.column == 0 ? "" : std::to_string(error.column);
  return {location(file, error.line, error.column_name.empty() ? number : error.column_name), error.message};
}

Error to_error(std::string_view file, const TableError& error) {
  FieldError field = to_field_error(file, error);
  const std::string message = field.pointer + ": " + field.message;
  return Error(ErrorKind::kMalformed, "malformed_table", message).with_fields({std::move(field)});
}

std::optional<std::size_t> RecordReader::column(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? std::nullopt : std::optional(found->second);
}

const char* RecordReader::name_fault(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kMaxNameBytes) return "is longer than 256 bytes";
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return std::any_of(name.begin(), name.end(), is_control) ? "holds a control character" : nullptr;
}

void RecordReader::add_column(std::string name) {
  index_.emplace(name, columns_.size());
  columns_.push_back(std::move(name));
}

std::optional<TableFormat> format_of(const std::filesystem::path& path) {
  const std::string ending = lower(path.extension().string());
  if (ending == ".csv") return TableFormat::kCsv;
  if (ending == ".tsv") return TableFormat::kTsv;
  if (ending == ".jsonl" || ending == ".ndjson") return TableFormat::kJsonLines;
  return std::nullopt;
}

std::unique_ptr<RecordReader> open_records(const std::filesystem::path& path, std::optional<TableFormat> format) {
  if (!format) format = path == "-" ? TableFormat::kCsv : format_of(path);
  if (!format) {
    throw Error(ErrorKind::kInvalid, "unknown_format",
                "The ending of " + path.string() + " is none of .csv, .tsv, .jsonl and .ndjson.");
  }
  return make_reader(file_source(path), *format);
}

std::unique_ptr<RecordReader> read_records(std::string_view bytes, TableFormat format) {
  return make_reader(memory_source(bytes), format);
}

}  // namespace rapport::tables
