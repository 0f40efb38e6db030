#include "hub/model_record.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/json_reader.h"

namespace rapport::hub {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxRecordBytes = 1 << 20;
constexpr std::size_t kMaxFiles = 1000;
constexpr std::int64_t kFormatVersion = 1;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

RecordedFile read_file_entry(JsonReader& entry) {
  RecordedFile file;
  file.name = entry.string("name", {.min_bytes = 1, .max_bytes = 255});
  if (!is_plain_file_name(file.name) || file.name == kRecordName) entry.fail("name", "is no plain file name");
  file.size_bytes = static_cast<std::uint64_t>(entry.integer("size", 0, std::int64_t{1} << 50));
  file.sha256 = entry.string("sha256");
  if (!is_hex(file.sha256, 64)) entry.fail("sha256", "is no digest");
  return file;
}

}  // namespace

bool is_plain_file_name(std::string_view name) {
  constexpr std::size_t kMaxNameBytes = 200;
  return !name.empty() && name.size() <= kMaxNameBytes && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' || c == '_' || c == '-';
         });
}

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

std::string to_json_text(const ModelRecord& record) {
  json::array files;
  for (const RecordedFile& file : record.files) {
    files.push_back(json::object{{"name", file.name}, {"size", file.size_bytes}, {"sha256", file.sha256}});
  }
  return to_string(json::object{{"format_version", kFormatVersion},
                                {"name", record.name},
                                {"repository", record.repository},
                                {"commit", record.commit.empty() ? Json() : Json(record.commit)},
                                {"source", record.source},
                                {"installed_at", format_rfc3339(record.installed_at)},
                                {"files", std::move(files)}}) +
         "\n";
}

std::optional<ModelRecord> parse_model_record(std::string_view text) {
  const auto parsed = parse_json(text);
  const Json* document = std::get_if<Json>(&parsed);
  if (document == nullptr) return std::nullopt;
  JsonReader reader(*document, "");
  ModelRecord record;
  reader.integer("format_version", kFormatVersion, kFormatVersion);
  record.name = reader.string("name");
  record.repository = reader.string("repository");
  record.commit = reader.optional_string("commit").value_or("");
  record.source = reader.string("source");
  const std::optional<Time> installed_at = parse_time(reader.string("installed_at"));
  if (!is_plain_file_name(record.name) || !installed_at) reader.fail("", "no record");
  record.installed_at = installed_at.value_or(Time());
  if (!record.commit.empty() && !is_hex(record.commit, 40)) reader.fail("commit", "is no commit");
  if (const Json* files = reader.array("files", 1, kMaxFiles)) {
    for (const Json& file : files->as_array()) {
      JsonReader entry(file, "/files");
      record.files.push_back(read_file_entry(entry));
      reader.absorb(entry);
    }
  }
  if (!reader.take_errors().empty()) return std::nullopt;
  return record;
}

std::optional<ModelRecord> read_model_record(const std::filesystem::path& folder) {
  try {
    return parse_model_record(read_file(folder / kRecordName, kMaxRecordBytes));
  } catch (const Error&) {
    return std::nullopt;  // not there, or not to be read: nothing is installed
  }
}

}  // namespace rapport::hub
