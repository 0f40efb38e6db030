#include <cpuid.h>

#include "nn/onednn/linear.h"

namespace rapport::nn {
namespace {

/// clang 14's __builtin_cpu_supports does not know the name.
bool has_f16c() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}
bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c();
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
