#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nn/checkpoint/mapped_file.h"
#include "nn/checkpoint/stored_tensor.h"
#include "nn/model_files.h"

namespace rapport::nn {

/// The weights of a model by their names, from the files as they were published: safetensors or PyTorch, in one file
/// or in shards. They stay where they are; only their pages that are touched take memory.
///
/// Ownership  owns the mappings that its tensors borrow.
/// Threads    const is safe to share.
class Checkpoint {
 public:
  /// The weights of a Hugging Face folder: model.safetensors, else model.safetensors.index.json and its shards, else
  /// pytorch_model.bin, else pytorch_model.bin.index.json and its shards. Throws kUnavailable: "model_not_installed"
  /// when there is none of them, "model_damaged" with the reason when one is no such file. Of carried files
  /// model.safetensors only.
  static Checkpoint open(const ModelFiles& folder);
  /// One file, *.safetensors or else PyTorch's; for *.json the shards that it names. Throws kUnavailable
  /// "model_damaged".
  static Checkpoint open_file(const std::filesystem::path& file);
  /// The bytes of a safetensors file, which must outlive it: a model that ships inside the program. Throws kUnavailable
  /// "model_damaged".
  static Checkpoint from_bytes(std::span<const std::byte> safetensors);

  const StoredTensor* find(std::string_view name) const;
  /// Throws kUnavailable "model_damaged" that names the tensor when it is missing or of another shape.
  const StoredTensor& at(std::string_view name, const std::vector<std::size_t>& shape) const;
  /// All of them, by name.
  const std::map<std::string, StoredTensor, std::less<>>& tensors() const { return tensors_; }
  /// Whole numbers that a PyTorch file holds beside its tensors ("dims.n_mels").
  std::optional<std::int64_t> integer(std::string_view name) const;
  /// Gives every tensor the name that `renamed` makes of its own: for models that several publishers name differently.
  /// Throws kUnavailable "model_damaged" when two get the same.
  void rename(const std::function<std::string(std::string_view)>& renamed);
  /// Gives the memory of the pages touched so far back; they come again when they are needed.
  void drop_pages() const;

 private:
  Checkpoint() = default;
  void add_file(const std::filesystem::path& file);
  void add_shards(const std::filesystem::path& index);
  void add_tensors(std::vector<StoredTensor> tensors, const std::filesystem::path& file);

  std::vector<MappedFile> files_;
  std::map<std::string, StoredTensor, std::less<>> tensors_;
  std::map<std::string, std::int64_t, std::less<>> integers_;
};

}  // namespace rapport::nn
