#include "tables/jsonl_reader.h"

#include <boost/json.hpp>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace rapport::tables {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// nullopt for null, an empty text and what take_member has refused.
std::optional<Cell> to_cell(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::string: {
      const auto& text = value.get_string();
      if (text.empty()) return std::nullopt;
      return Cell(std::string_view(text.data(), text.size()));
    }
    case boost::json::kind::int64:
      return Cell(value.get_int64());
    case boost::json::kind::double_:
      return Cell(value.get_double());
    case boost::json::kind::bool_:
      return Cell(value.get_bool());
    case boost::json::kind::null:
    case boost::json::kind::uint64:
    case boost::json::kind::array:
    case boost::json::kind::object:
      break;
  }
  return std::nullopt;
}

}  // namespace

struct JsonlReader::Document {
  Json json;
  std::vector<const Json*> values;  ///< by column; null where the record has none
};

JsonlReader::JsonlReader(std::unique_ptr<ByteSource> source) : JsonlReader(std::move(source), Options{}) {}

JsonlReader::JsonlReader(std::unique_ptr<ByteSource> source, Options options)
    : window_(std::move(source), options.window_bytes), options_(options), document_(std::make_unique<Document>()) {
  window_.need(kByteOrderMark.size());
  if (std::string_view(window_.data(), window_.size()).starts_with(kByteOrderMark)) window_.drop(kByteOrderMark.size());
}

JsonlReader::~JsonlReader() = default;

ReadStatus JsonlReader::next() {
  while (!broken_) {
    document_->values.clear();
    const auto line = take_line();
    if (!line) return broken_ ? ReadStatus::kBroken : ReadStatus::kEnd;
    if (!is_blank(*line)) return take_object(*line);
  }
  return ReadStatus::kBroken;
}

std::optional<std::string_view> JsonlReader::take_line() {
  record_line_ = line_;
  for (;;) {
    const char* const begin = window_.data();
    const auto* const end = static_cast<const char*>(std::memchr(begin, '\n', window_.size()));
    const bool whole = end != nullptr || window_.at_end();
    const std::size_t length = end == nullptr ? window_.size() : static_cast<std::size_t>(end - begin);
    if (length > options_.max_line_bytes) {
      broken_ = true;
      error_ = {"The line is longer than " + std::to_string(options_.max_line_bytes) + " bytes.", record_line_, 0, ""};
      return std::nullopt;
    }
    if (whole) {
      if (end == nullptr && length == 0) return std::nullopt;
      window_.drop(length + (end == nullptr ? 0 : 1));
      ++line_;
      return std::string_view(begin, length);
    }
    window_.grow();
  }
}

ReadStatus JsonlReader::take_object(std::string_view line) {
  auto parsed = parse_json(line);
  if (const auto* fault = std::get_if<JsonError>(&parsed)) {
    return refuse("Not JSON, at byte " + std::to_string(fault->column) + ": " + fault->message);
  }
  document_->json = std::move(std::get<Json>(parsed));
  const auto* object = document_->json.if_object();
  if (object == nullptr) return refuse("The line holds no JSON object.");
  document_->values.assign(columns().size(), nullptr);
  for (const auto& member : *object) {
    if (!take_member({member.key().data(), member.key().size()}, member.value())) {
      document_->values.clear();
      return ReadStatus::kRefused;
    }
  }
  return ReadStatus::kRecord;
}

bool JsonlReader::take_member(std::string_view name, const Json& value) {
  if (value.is_array() || value.is_object()) {
    refuse("A value is a list or an object; a table holds texts, numbers, true and false.", name);
    return false;
  }
  if (value.is_uint64()) {
    refuse("A whole number beyond 64 bits: write it as text.", name);
    return false;
  }
  auto index = column(name);
  if (!index) {
    if (const char* fault = name_fault(name)) {
      refuse(std::string("A name ") + fault + ".");
      return false;
    }
    if (columns().size() >= options_.max_columns) {
      refuse("The file has more than " + std::to_string(options_.max_columns) + " different names.");
      return false;
    }
    index = columns().size();
    add_column(std::string(name));
    document_->values.push_back(nullptr);
  }
  document_->values[*index] = &value;
  return true;
}

std::optional<Cell> JsonlReader::cell(std::size_t column) const {
  if (column >= document_->values.size() || document_->values[column] == nullptr) return std::nullopt;
  return to_cell(*document_->values[column]);
}

ReadStatus JsonlReader::refuse(std::string message, std::string_view name) {
  const bool tellable = name_fault(name) == nullptr;
  error_ = {std::move(message), record_line_, 0, std::string(tellable ? name : "")};
  return ReadStatus::kRefused;
}

}  // namespace rapport::tables
