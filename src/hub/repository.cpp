#include "hub/repository.h"

#include <boost/json.hpp>
#include <optional>

#include "base/json.h"
#include "hub/model_record.h"

namespace rapport::hub {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxFiles = 10'000;
constexpr std::int64_t kMaxFileBytes = std::int64_t{1} << 50;

/// A text member, empty when it is missing or no text.
std::string_view text_of(const json::object& object, std::string_view name) {
  const Json* value = object.if_contains(name);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

std::optional<std::uint64_t> size_of(const json::object& object) {
  const Json* value = object.if_contains("size");
  const std::int64_t* size = value == nullptr ? nullptr : value->if_int64();
  if (size == nullptr || *size < 0 || *size > kMaxFileBytes) return std::nullopt;
  return static_cast<std::uint64_t>(*size);
}

/// One entry of "siblings"; the other alternative is what is wrong with it.
std::variant<RemoteFile, std::string> read_file_entry(const json::object& entry, std::string_view name) {
  RemoteFile file{.name = std::string(name), .size_bytes = 0, .sha256 = {}, .git_sha1 = {}};
  std::optional<std::uint64_t> size = size_of(entry);
  const Json* lfs = entry.if_contains("lfs");
  if (const json::object* large = lfs == nullptr ? nullptr : lfs->if_object()) {
    file.sha256 = text_of(*large, "sha256");
    if (!is_hex(file.sha256, 64)) return file.name + " has a digest that is none";
    const std::optional<std::uint64_t> large_size = size_of(*large);
    if (size && large_size && *size != *large_size) return file.name + " has two sizes";
    if (!size) size = large_size;
  } else {
    file.git_sha1 = text_of(entry, "blobId");
    if (!file.git_sha1.empty() && !is_hex(file.git_sha1, 40)) return file.name + " has a digest that is none";
  }
  if (!size) return file.name + " has no size";
  file.size_bytes = *size;
  return file;
}

}  // namespace

std::variant<Repository, std::string> parse_repository(std::string_view text) {
  const auto parsed = parse_json(text);
  if (const JsonError* error = std::get_if<JsonError>(&parsed)) return "it is not JSON: " + error->message;
  const json::object* document = std::get<Json>(parsed).if_object();
  if (document == nullptr) return "it is no object";
  Repository repository;
  repository.commit = text_of(*document, "sha");
  if (!is_hex(repository.commit, 40)) return "it names no commit";
  const Json* siblings = document->if_contains("siblings");
  const json::array* entries = siblings == nullptr ? nullptr : siblings->if_array();
  if (entries == nullptr || entries->size() > kMaxFiles) return "it has no list of files, or one that is too long";
  for (const Json& value : *entries) {
    const json::object* entry = value.if_object();
    if (entry == nullptr) return "its list of files holds something else";
    const std::string_view name = text_of(*entry, "rfilename");
    if (!is_plain_file_name(name)) continue;
    auto file = read_file_entry(*entry, name);
    if (std::string* mistake = std::get_if<std::string>(&file)) return std::move(*mistake);
    repository.files.push_back(std::get<RemoteFile>(std::move(file)));
  }
  return repository;
}

}  // namespace rapport::hub
