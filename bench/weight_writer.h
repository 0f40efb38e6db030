#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/rng.h"

namespace rapport::bench {

/// Writes a safetensors file of random f32 weights, piece by piece: a large model is never whole in memory. Tensors
/// named "...norm.weight" and "...Norm.weight" are ones.
class WeightWriter {
 public:
  void add(const std::string& name, const std::vector<std::size_t>& shape) {
    std::size_t count = 1;
    std::string sizes;
    for (const std::size_t size : shape) {
      count *= size;
      sizes += (sizes.empty() ? "" : ",") + std::to_string(size);
    }
    header_ += (header_.empty() ? "{\"" : ",\"") + name + R"(":{"dtype":"F32","shape":[)" + sizes +
               "],\"data_offsets\":[" + std::to_string(bytes_) + "," + std::to_string(bytes_ + 4 * count) + "]}";
    bytes_ += 4 * count;
    parts_.push_back({count, name.ends_with("norm.weight") || name.ends_with("Norm.weight")});
  }
  void linear(const std::string& name, std::size_t in, std::size_t out) {
    add(name + ".weight", {out, in});
    add(name + ".bias", {out});
  }
  void norm(const std::string& name, std::size_t width) {
    add(name + ".weight", {width});
    add(name + ".bias", {width});
  }
  void write(const std::filesystem::path& path) {
    header_ += "}";
    header_.append((8 - header_.size() % 8) % 8, ' ');
    std::ofstream file(path, std::ios::binary);
    const std::uint64_t length = header_.size();
    file.write(reinterpret_cast<const char*>(&length), sizeof(length));
    file << header_;
    Rng rng(1);
    std::vector<float> piece(1 << 16);
    for (const Part& part : parts_) {
      for (std::size_t left = part.count; left > 0;) {
        const std::size_t size = std::min(left, piece.size());
        for (std::size_t k = 0; k < size; ++k)
          piece[k] = part.ones ? 1.F : static_cast<float>(rng.uniform(-0.035, 0.035));
        file.write(reinterpret_cast<const char*>(piece.data()), static_cast<std::streamsize>(size * sizeof(float)));
        left -= size;
      }
    }
  }

 private:
  struct Part {
    std::size_t count = 0;
    bool ones = false;
  };
  std::string header_;
  std::size_t bytes_ = 0;
  std::vector<Part> parts_;
};

}  // namespace rapport::bench
