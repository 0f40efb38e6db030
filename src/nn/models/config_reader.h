#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "nn/model_files.h"
#include "nn/onednn/linear.h"

namespace rapport::nn {

/// Numbers of a model's configuration, bounded so that products of them stay far from overflow.
constexpr std::size_t kMostLayers = 256;
constexpr std::size_t kMostHeads = 1024;
constexpr std::size_t kMostWidth = 1 << 16;
constexpr std::size_t kMostVocabulary = 1 << 24;
constexpr std::size_t kMostPositions = 1 << 20;

/// kUnavailable "model_unsupported": "The model cannot be run: WHY."
Error unsupported_model(const std::string& why);

/// The fields of a model's JSON file; a value that is not what it should be throws kUnavailable "model_damaged" with
/// the file's and the field's name.
class ConfigReader {
 public:
  /// Throws  kUnavailable: "model_not_installed" when there is no such file, "model_damaged" when it is no JSON object.
  ConfigReader(const ModelFiles& files, const std::string& file);
  /// An object without fields where there is no such file.
  static ConfigReader optional(const ModelFiles& files, const std::string& file);

  std::size_t whole(const char* name, std::size_t min, std::size_t max,
                    std::optional<std::size_t> fallback = std::nullopt) const;
  double number(const char* name, double min, double max, double fallback) const;
  std::string text(const char* name, const std::string& fallback) const;
  bool flag(const char* name, bool fallback) const;
  /// gelu, gelu_new, relu, silu and their other names. Throws "model_unsupported" for others.
  Activation activation(const char* name, const std::string& fallback) const;
  /// Nothing when missing or null.
  const Json* find(const char* name) const;

  /// kUnavailable "model_damaged": "The model's FILE cannot be used: WHY."
  Error damaged(const std::string& why) const;

 private:
  ConfigReader() = default;

  std::string file_;
  Json document_ = boost::json::object();
};

}  // namespace rapport::nn
