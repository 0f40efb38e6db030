#include "nn/model_files.h"

#include <algorithm>
#include <fstream>
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

constexpr std::size_t kPages = 256;  // of a file that are digested, all over it
constexpr std::size_t kPageBytes = 4096;

/// A digest of pages all over a file; `read(at, bytes)` appends the bytes there.
template <class Read>
std::string digest_of_pages(std::size_t size, Read&& read) {
  std::string pages;
  const std::size_t step = std::max(size / kPages, kPageBytes);
  for (std::size_t at = 0; at < size; at += step) read(at, std::min(kPageBytes, size - at), pages);
  return sha256_hex(pages);
}

std::string digest_of(std::span<const std::byte> carried) {
  return digest_of_pages(carried.size(), [&](std::size_t at, std::size_t bytes, std::string& pages) {
    pages.append(reinterpret_cast<const char*>(carried.data()) + at, bytes);
  });
}

std::string digest_of(const std::filesystem::path& file, std::size_t size) {
  std::ifstream in(file, std::ios::binary);
  std::string page(kPageBytes, '\0');
  return digest_of_pages(size, [&](std::size_t at, std::size_t bytes, std::string& pages) {
    in.seekg(static_cast<std::streamoff>(at)).read(page.data(), static_cast<std::streamsize>(bytes));
    pages.append(page, 0, bytes);
  });
}

std::string line_of(const std::string& name, std::size_t size, const std::string& digest) {
  return name + '\n' + std::to_string(size) + '\n' + digest + '\n';
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
  std::vector<std::string> files;
  for (const auto& [name, bytes] : carried_) files.push_back(line_of(name, bytes.size(), digest_of(bytes)));
  if (folder_) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(*folder_, ignored)) {
      const auto size = static_cast<std::size_t>(entry.file_size(ignored));
      if (ignored || !entry.is_regular_file(ignored)) continue;
      files.push_back(line_of(entry.path().filename().string(), size, digest_of(entry.path(), size)));
    }
  }
  std::sort(files.begin(), files.end());
  std::string told;
  for (const std::string& file : files) told += file;
  return sha256_hex(told);
}

std::optional<std::span<const std::byte>> ModelFiles::carried(std::string_view name) const {
  const auto found = carried_.find(name);
  if (found == carried_.end()) return std::nullopt;
  return found->second;
}

}  // namespace rapport::nn
