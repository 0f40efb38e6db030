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

/// Writes a safetensors file of random f32 weights, piece by piece.
class WeightWriter {
 public:
  /// `width` is that of the layers' normalisation.
  explicit WeightWriter(std::size_t width) : width_(width) {}

  void add(const std::string& name, std::size_t rows, std::size_t cols) {
    const std::size_t count = rows * std::max<std::size_t>(cols, 1);
    header_ += (header_.empty() ? "{\"" : ",\"") + name + R"(":{"dtype":"F32","shape":[)" + std::to_string(rows) +
               (cols == 0 ? "" : "," + std::to_string(cols)) + "],\"data_offsets\":[" + std::to_string(bytes_) + "," +
               std::to_string(bytes_ + 4 * count) + "]}";
    bytes_ += 4 * count;
    counts_.push_back(count);
    norms_.push_back(name.ends_with("LayerNorm.weight") || name.ends_with("layer_norm.weight"));
  }
  void linear(const std::string& name, std::size_t in, std::size_t out) {
    add(name + ".weight", out, in);
    add(name + ".bias", out, 0);
  }
  void norm(const std::string& name) {
    add(name + ".weight", width_, 0);
    add(name + ".bias", width_, 0);
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
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      for (std::size_t left = counts_[i]; left > 0;) {
        const std::size_t size = std::min(left, piece.size());
        for (std::size_t k = 0; k < size; ++k)
          piece[k] = static_cast<float>(norms_[i] ? 1 : rng.uniform(-0.035, 0.035));
        file.write(reinterpret_cast<const char*>(piece.data()), static_cast<std::streamsize>(size * sizeof(float)));
        left -= size;
      }
    }
  }

 private:
  std::size_t width_;
  std::string header_;
  std::size_t bytes_ = 0;
  std::vector<std::size_t> counts_;
  std::vector<bool> norms_;
};

}  // namespace rapport::bench
