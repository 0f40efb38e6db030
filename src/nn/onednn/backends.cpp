#include "nn/onednn/linear.h"

namespace rapport::nn {
namespace {

bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}
bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}

}  // namespace

bool can_run(LinearBackend backend, Precision precision) {
  switch (backend) {
    case LinearBackend::kPortable:
      return true;
    case LinearBackend::kAvx2:
      return has_avx2();
    case LinearBackend::kOneDnn:
      break;
  }
  switch (precision) {
    case Precision::kF32:
      return true;
    case Precision::kBf16:
      return has_avx512() && __builtin_cpu_supports("avx512bf16");
    case Precision::kInt8:
      return has_avx512() && __builtin_cpu_supports("avx512vnni");
  }
  return false;
}

LinearBackend best_backend(Precision precision) {
  if (can_run(LinearBackend::kOneDnn, precision)) return LinearBackend::kOneDnn;
  return can_run(LinearBackend::kAvx2, precision) ? LinearBackend::kAvx2 : LinearBackend::kPortable;
}

}  // namespace rapport::nn
