#include "nn/models/config_reader.h"

#include <cstdint>
#include <utility>
#include <variant>

#include "nn/checkpoint/stored_tensor.h"

namespace rapport::nn {
namespace {

constexpr std::size_t kMostConfigBytes = std::size_t{16} << 20;

}  // namespace

Error unsupported_model(const std::string& why) {
  return {ErrorKind::kUnavailable, "model_unsupported", "The model cannot be run: " + why + "."};
}

ConfigReader::ConfigReader(const ModelFiles& files, const std::string& file) : file_(file) {
  if (!files.has(file)) {
    throw Error(ErrorKind::kUnavailable, "model_not_installed",
                "The model's folder " + files.name() + " holds no " + file + ".")
        .with_log(files.folder().value_or(files.name()).string());
  }
  auto parsed = parse_json(files.text(file, kMostConfigBytes));
  if (const auto* error = std::get_if<JsonError>(&parsed)) throw damaged("it is not JSON: " + error->message);
  document_ = std::move(std::get<Json>(parsed));
  if (!document_.is_object()) throw damaged("it is no JSON object");
}

ConfigReader ConfigReader::optional(const ModelFiles& files, const std::string& file) {
  return files.has(file) ? ConfigReader(files, file) : ConfigReader();
}

Error ConfigReader::damaged(const std::string& why) const {
  return {ErrorKind::kUnavailable, "model_damaged", "The model's " + file_ + " cannot be used: " + why + "."};
}

std::size_t ConfigReader::whole(const char* name, std::size_t min, std::size_t max,
                                std::optional<std::size_t> fallback) const {
  const Json* value = find(name);
  if (value == nullptr && fallback) return *fallback;
  if (value == nullptr) throw damaged(std::string(name) + " is missing");
  boost::json::error_code failed;
  const auto number = value->is_number() ? value->to_number<std::int64_t>(failed) : -1;
  const bool within =
      !failed && number >= 0 && static_cast<std::size_t>(number) >= min && static_cast<std::size_t>(number) <= max;
  if (!within) {
    throw damaged(std::string(name) + " is no whole number from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return static_cast<std::size_t>(number);
}

double ConfigReader::number(const char* name, double min, double max, double fallback) const {
  const Json* value = find(name);
  if (value == nullptr) return fallback;
  boost::json::error_code failed;
  const double read = value->is_number() ? value->to_number<double>(failed) : min - 1;
  if (failed || !(read >= min && read <= max)) throw damaged(std::string(name) + " is out of bounds");
  return read;
}

std::string ConfigReader::text(const char* name, const std::string& fallback) const {
  const Json* value = find(name);
  if (value == nullptr) return fallback;
  if (!value->is_string()) throw damaged(std::string(name) + " is no text");
  return std::string(value->get_string());
}

bool ConfigReader::flag(const char* name, bool fallback) const {
  const Json* value = find(name);
  if (value == nullptr) return fallback;
  if (!value->is_bool()) throw damaged(std::string(name) + " is neither true nor false");
  return value->get_bool();
}

Activation ConfigReader::activation(const char* field, const std::string& fallback) const {
  const std::string name = text(field, fallback);
  if (name == "gelu") return Activation::kGelu;
  if (name == "gelu_new" || name == "gelu_pytorch_tanh" || name == "gelu_fast") return Activation::kGeluTanh;
  if (name == "relu") return Activation::kRelu;
  if (name == "silu" || name == "swish") return Activation::kSilu;
  throw unsupported_model("its activation is " + in_quotes(name) + ", not gelu, gelu_new, relu or silu");
}

const Json* ConfigReader::find(const char* name) const {
  const Json* value = document_.get_object().if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

}  // namespace rapport::nn
