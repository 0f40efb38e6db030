#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rapport::nn {

/// The files of a model by their names: a Hugging Face folder, or bytes that the program carries.
///
/// Ownership  carried bytes must outlive it and what is loaded from it.
/// Threads    const is safe to share.
class ModelFiles {
 public:
  using Carried = std::map<std::string, std::span<const std::byte>, std::less<>>;

  ModelFiles(std::filesystem::path folder);  // NOLINT(google-explicit-constructor)
  /// `name` as messages call the model.
  ModelFiles(std::string name, Carried files) : name_(std::move(name)), carried_(std::move(files)) {}

  /// The folder's own name, or the one given.
  const std::string& name() const { return name_; }
  bool has(std::string_view name) const;
  /// A file's bytes. Throws kUnavailable "model_damaged" when it is larger than `limit_bytes` or cannot be read.
  std::string text(std::string_view name, std::size_t limit_bytes = std::size_t{64} << 20) const;
  std::string text_or_empty(std::string_view name) const { return has(name) ? text(name) : std::string(); }

  /// Tells one edition of a model from the next, on any machine: the names and sizes of its files and a digest of pages
  /// all over each. Reads up to 1 MiB of each file.
  std::string edition() const;

  /// Nothing for carried files.
  const std::optional<std::filesystem::path>& folder() const { return folder_; }
  /// Of a carried file; nothing for a folder's.
  std::optional<std::span<const std::byte>> carried(std::string_view name) const;

 private:
  std::string name_;
  std::optional<std::filesystem::path> folder_;
  Carried carried_;
};

}  // namespace rapport::nn
