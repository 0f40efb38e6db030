#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "nn/checkpoint/checkpoint.h"
#include "nn/onednn/linear.h"

namespace rapport::nn {

/// Takes a model's parts out of its checkpoint, each checked against the shape that its configuration asks for.
///
/// Ownership  the checkpoint must outlive it.
/// Threads    const is safe to share: layers may be packed at the same time.
/// Throws     kUnavailable "model_damaged" that names the tensor.
class WeightLoader {
 public:
  WeightLoader(const Checkpoint& checkpoint, Precision precision) : checkpoint_(checkpoint), precision_(precision) {}

  /// A tensor of that shape, of floating point numbers.
  const StoredTensor& tensor(const std::string& name, const std::vector<std::size_t>& shape) const;
  std::vector<float> vector(const std::string& name, std::size_t size) const;

  /// A layer by its name in the checkpoint: NAME.weight [out, in] and NAME.bias [out].
  struct Part {
    Part(std::string n, bool b = true) : name(std::move(n)), bias(b) {}  // NOLINT(google-explicit-constructor)
    Part(const char* n) : name(n) {}                                     // NOLINT(google-explicit-constructor)
    std::string name;
    bool bias = true;  ///< false: the model has none
  };
  /// One layer out of several, their outputs side by side.
  Linear linear(const std::vector<Part>& parts, std::size_t in, std::size_t out, Precision precision) const;
  Linear linear(const std::string& name, std::size_t in, std::size_t out) const {
    return linear({Part(name)}, in, out, precision_);
  }

  struct Norm {
    std::vector<float> gamma;
    std::vector<float> beta;
  };
  /// NAME.weight and NAME.bias, or NAME.gamma and NAME.beta as older files call them.
  Norm norm(const std::string& name, std::size_t width) const;

  const Checkpoint& checkpoint() const { return checkpoint_; }
  Precision precision() const { return precision_; }

 private:
  const Checkpoint& checkpoint_;
  Precision precision_;
};

}  // namespace rapport::nn
