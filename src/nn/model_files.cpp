#include "nn/model_files.h"

#include <utility>

#include "base/error.h"
#include "base/file.h"

namespace rapport::nn {
namespace {

Error damaged(std::string_view name, const std::string& why) {
  return {ErrorKind::kUnavailable, "model_damaged", std::string(name) + " " + why + "."};
}

std::string too_large(std::size_t limit_bytes) {
  return "is larger than " + std::to_string(limit_bytes >> 20) + " MiB";
}

}  // namespace

ModelFiles::ModelFiles(std::filesystem::path folder)
    : name_((folder.has_filename() ? folder : folder.parent_path()).filename().string()), folder_(std::move(folder)) {}

bool ModelFiles::has(std::string_view name) const {
  if (!folder_) return carried_.contains(name);
  std::error_code ignored;
  return std::filesystem::is_regular_file(*folder_ / name, ignored);
}

std::string ModelFiles::text(std::string_view name, std::size_t limit_bytes) const {
  if (!folder_) {
    const auto bytes = carried(name);
    if (!bytes) throw damaged(name, "cannot be read");
    if (bytes->size() > limit_bytes) throw damaged(name, too_large(limit_bytes));
    return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
  }
  try {
    return read_file(*folder_ / name, limit_bytes);
  } catch (const Error& error) {
    throw damaged(name, error.kind() == ErrorKind::kTooLarge ? too_large(limit_bytes) : "cannot be read");
  }
}

std::optional<std::span<const std::byte>> ModelFiles::carried(std::string_view name) const {
  const auto found = carried_.find(name);
  if (found == carried_.end()) return std::nullopt;
  return found->second;
}

}  // namespace rapport::nn
