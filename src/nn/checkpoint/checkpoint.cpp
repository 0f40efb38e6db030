#include "nn/checkpoint/checkpoint.h"

#include <boost/json.hpp>
#include <set>
#include <utility>
#include <variant>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "nn/checkpoint/pytorch.h"
#include "nn/checkpoint/safetensors.h"

namespace rapport::nn {
namespace {

constexpr std::size_t kMostIndexBytes = std::size_t{64} << 20;

Error damaged(const std::filesystem::path& file, const std::string& reason) {
  return Error(ErrorKind::kUnavailable, "model_damaged",
               "The model's file " + file.filename().string() + " cannot be used: " + reason +
                   ". Install the model again.")
      .with_log(file.string());
}

/// A file's name within a folder, nothing that leads out of it.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

/// An index's `weight_map`: from the name of a tensor to its file.
std::map<std::string, std::string> read_weight_map(const std::filesystem::path& index) {
  const auto parsed = parse_json(read_file(index, kMostIndexBytes));
  if (const auto* error = std::get_if<JsonError>(&parsed)) throw damaged(index, "it is not JSON: " + error->message);
  const Json& document = std::get<Json>(parsed);
  const Json* map = document.is_object() ? document.get_object().if_contains("weight_map") : nullptr;
  if (map == nullptr || !map->is_object()) throw damaged(index, "it has no weight_map");
  std::map<std::string, std::string> files;
  for (const auto& member : map->get_object()) {
    if (!member.value().is_string() || !is_plain_name(member.value().get_string())) {
      throw damaged(index, "tensor " + in_quotes(member.key()) + " has no plain file name");
    }
    files.emplace(member.key(), member.value().get_string());
  }
  return files;
}

}  // namespace

Checkpoint Checkpoint::open(const ModelFiles& folder) {
  for (const char* name :
       {"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"}) {
    if (const auto bytes = folder.carried(name)) return from_bytes(*bytes);
    if (folder.folder() && std::filesystem::exists(*folder.folder() / name)) return open_file(*folder.folder() / name);
  }
  throw Error(ErrorKind::kUnavailable, "model_not_installed",
              "The model's folder " + folder.name() + " holds neither model.safetensors nor pytorch_model.bin.")
      .with_log(folder.folder().value_or(folder.name()).string());
}

Checkpoint Checkpoint::open_file(const std::filesystem::path& file) {
  Checkpoint checkpoint;
  if (file.extension() == ".json") {
    checkpoint.add_shards(file);
  } else {
    checkpoint.add_file(file);
  }
  return checkpoint;
}

Checkpoint Checkpoint::from_bytes(std::span<const std::byte> safetensors) {
  const char* const name = "model.safetensors";
  auto parsed = parse_safetensors(safetensors);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) throw damaged(name, refusal->reason);
  Checkpoint checkpoint;
  checkpoint.add_tensors(std::get<std::vector<StoredTensor>>(std::move(parsed)), name);
  return checkpoint;
}

void Checkpoint::add_file(const std::filesystem::path& file) {
  const auto bytes = files_.emplace_back(file).bytes();
  std::vector<StoredTensor> tensors;
  if (file.extension() == ".safetensors") {
    auto parsed = parse_safetensors(bytes);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) throw damaged(file, refusal->reason);
    tensors = std::get<std::vector<StoredTensor>>(std::move(parsed));
  } else {
    auto parsed = parse_pytorch(bytes);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) throw damaged(file, refusal->reason);
    auto& read = std::get<PytorchFile>(parsed);
    tensors = std::move(read.tensors);
    for (auto& [name, value] : read.integers) integers_.emplace(std::move(name), value);
  }
  add_tensors(std::move(tensors), file);
}

void Checkpoint::add_tensors(std::vector<StoredTensor> tensors, const std::filesystem::path& file) {
  for (StoredTensor& tensor : tensors) {
    std::string name = tensor.name;
    if (!tensors_.emplace(std::move(name), std::move(tensor)).second)
      throw damaged(file, "it repeats a tensor of another file");
  }
}

void Checkpoint::add_shards(const std::filesystem::path& index) {
  const auto files = read_weight_map(index);
  std::set<std::string> shards;
  for (const auto& [name, file] : files) shards.insert(file);
  for (const std::string& shard : shards) add_file(index.parent_path() / shard);
  for (const auto& [name, file] : files) {
    if (find(name) == nullptr) throw damaged(index, "tensor " + in_quotes(name) + " is not in its file");
  }
}

const StoredTensor* Checkpoint::find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

const StoredTensor& Checkpoint::at(std::string_view name, const std::vector<std::size_t>& shape) const {
  const StoredTensor* tensor = find(name);
  if (tensor == nullptr) {
    throw Error(ErrorKind::kUnavailable, "model_damaged",
                "The model's weights lack the tensor " + in_quotes(name) + ".");
  }
  if (tensor->shape != shape) {
    throw Error(ErrorKind::kUnavailable, "model_damaged",
                "The model's tensor " + in_quotes(name) + " is " + shape_text(tensor->shape) +
                    ", its configuration asks for " + shape_text(shape) + ".");
  }
  return *tensor;
}

std::optional<std::int64_t> Checkpoint::integer(std::string_view name) const {
  const auto found = integers_.find(name);
  if (found == integers_.end()) return std::nullopt;
  return found->second;
}

void Checkpoint::rename(const std::function<std::string(std::string_view)>& renamed) {
  std::map<std::string, StoredTensor, std::less<>> tensors;
  for (auto& [name, tensor] : tensors_) {
    std::string to = renamed(name);
    tensor.name = to;
    if (!tensors.emplace(std::move(to), std::move(tensor)).second) {
      throw Error(ErrorKind::kUnavailable, "model_damaged",
                  "The model's weights hold the tensor " + in_quotes(name) + " under two names.");
    }
  }
  tensors_ = std::move(tensors);
}

void Checkpoint::drop_pages() const {
  for (const MappedFile& file : files_) file.drop_pages();
}

}  // namespace rapport::nn
