#include "nn/models/weight_loader.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace rapport::nn {
namespace {

bool is_floating(DType dtype) {
  return dtype == DType::kF64 || dtype == DType::kF32 || dtype == DType::kF16 || dtype == DType::kBf16;
}

Error damaged(const std::string& name, const std::string& why) {
  return Error(ErrorKind::kUnavailable, "model_damaged", "The model's tensor " + in_quotes(name) + " " + why + ".");
}

}  // namespace

const StoredTensor& WeightLoader::tensor(const std::string& name, const std::vector<std::size_t>& shape) const {
  const StoredTensor& tensor = checkpoint_.at(name, shape);
  if (!is_floating(tensor.dtype)) throw damaged(name, "holds whole numbers where weights are expected");
  return tensor;
}

std::vector<float> WeightLoader::vector(const std::string& name, std::size_t size) const {
  std::vector<float> values(size);
  read_f32(tensor(name, {size}), 0, values);
  if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
    throw damaged(name, "holds a number that is not finite");
  }
  return values;
}

Linear WeightLoader::linear(const std::vector<Part>& parts, std::size_t in, std::size_t out,
                            Precision precision) const {
  std::vector<float> bias;
  for (const Part& part : parts) {
    const std::vector<float> own = part.bias ? vector(part.name + ".bias", out) : std::vector<float>(out, 0.F);
    bias.insert(bias.end(), own.begin(), own.end());
  }
  const auto pack = [&](const float* weights) {
    try {
      return Linear({weights, parts.size() * out, in, in}, bias, precision);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalid) throw;
      throw damaged(parts.front().name + ".weight", "cannot be used: " + error.message());
    }
  };
  if (parts.size() == 1) return pack(FloatValues(tensor(parts.front().name + ".weight", {out, in})).data());
  Scratch<float> joined(parts.size() * out * in);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    read_f32(tensor(parts[i].name + ".weight", {out, in}), 0, {joined.data() + i * out * in, out * in});
  }
  return pack(joined.data());
}

WeightLoader::Norm WeightLoader::norm(const std::string& name, std::size_t width) const {
  const bool older = checkpoint_.find(name + ".weight") == nullptr && checkpoint_.find(name + ".gamma") != nullptr;
  return {vector(name + (older ? ".gamma" : ".weight"), width), vector(name + (older ? ".beta" : ".bias"), width)};
}

}  // namespace rapport::nn
