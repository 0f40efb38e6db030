#include "nn/model_files.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/sha256.h"

namespace rapport::nn {
namespace {

Error damaged(std::string_view name, const std::string& why) {
  return {ErrorKind::kUnavailable, "model_damaged", std::string(name) + " " + why + "."};
}

constexpr std::size_t kPages = 64;  // of a carried file that are digested, all over it
constexpr std::size_t kPageBytes = 4096;

std::string pages_of(std::span<const std::byte> bytes) {
  std::string pages;
  const std::size_t step = std::max(bytes.size() / kPages, kPageBytes);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const auto page = bytes.subspan(at, std::min(kPageBytes, bytes.size() - at));
    pages.append(reinterpret_cast<const char*>(page.data()), page.size());
  }
  return pages;
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

std::string ModelFiles::edition() const {
  std::string told;
  for (const auto& [name, bytes] : carried_) {
    told += name + '\n' + std::to_string(bytes.size()) + '\n' + sha256_hex(pages_of(bytes)) + '\n';
  }
  if (folder_) {
    std::vector<std::string> files;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(*folder_, ignored)) {
      if (!entry.is_regular_file(ignored)) continue;
      files.push_back(entry.path().filename().string() + '\n' + std::to_string(entry.file_size(ignored)) + '\n' +
                      std::to_string(entry.last_write_time(ignored).time_since_epoch().count()) + '\n');
    }
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) told += file;
  }
  return sha256_hex(told);
}

std::optional<std::span<const std::byte>> ModelFiles::carried(std::string_view name) const {
  const auto found = carried_.find(name);
  if (found == carried_.end()) return std::nullopt;
  return found->second;
}

}  // namespace rapport::nn
