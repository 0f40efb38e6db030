#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "nn/checkpoint/stored_tensor.h"

namespace rapport::nn {

/// The values that one pickle of a checkpoint builds. Values refer to each other by index, as pickles may form graphs
/// with cycles; nothing is ever executed.
///
/// Ownership  texts borrow the pickle's bytes.
class PickleValues {
 public:
  using Index = std::uint32_t;

  enum class Kind : std::uint8_t {
    kNone,
    kBool,     ///< `integer` is 0 or 1
    kInteger,  ///< `integer`
    kLong,     ///< an integer beyond 64 bits: `text` is its little-endian bytes
    kFloat,
    kText,     ///< `text`
    kTuple,    ///< `items`
    kList,     ///< `items`
    kDict,     ///< `items`: key, value, key, value, ...
    kGlobal,   ///< `global`, and `dtype` for a storage class
    kStorage,  ///< `dtype`, `text` its key, `integer` its element count
    kTensor,   ///< `items`: its storage, offset, sizes (a tuple of integers) and strides (the same)
  };
  enum class Global : std::uint8_t { kOrderedDict, kRebuildTensor, kRebuildParameter, kStorageClass };

  struct Value {
    Kind kind = Kind::kNone;
    Global global = Global::kOrderedDict;
    DType dtype = DType::kF32;
    std::int64_t integer = 0;
    std::string_view text;
    std::vector<Index> items;
  };

  const Value& operator[](Index i) const { return values_[i]; }
  const Value& root() const { return values_[root_]; }
  std::size_t size() const { return values_.size(); }
  /// How many bytes of the input the pickle took: up to and with its STOP.
  std::size_t pickle_bytes() const { return pickle_bytes_; }

 private:
  friend class Unpickler;
  std::vector<Value> values_;
  Index root_ = 0;
  std::size_t pickle_bytes_ = 0;
};

/// Reads the pickle at the begin of `bytes` (protocols 2 to 4), restricted to what tensors need: numbers, texts,
/// tuples, lists, dicts, and of all globals only collections.OrderedDict, torch._utils._rebuild_tensor_v2,
/// torch._utils._rebuild_parameter and torch's storage classes. Any other global, call or instruction is a refusal
/// that names it.
///
/// Threads  pure.
/// Throws   nothing on bad input.
/// Cost     linear; at most 2^20 values.
/// Source   Python's pickletools.py; torch/serialization.py.
std::variant<PickleValues, Refusal> parse_pickle(std::span<const std::byte> bytes);

}  // namespace rapport::nn
