#pragma once

// The whole difference between oneDNN 2 (Debian 12 has 2.6) and oneDNN 3 (Debian 13 has 3.7) for what we use: in
// version 3 a primitive descriptor is made from memory descriptors at once, in version 2 through an operation
// descriptor.

#include <dnnl.hpp>

namespace rapport::nn {

inline dnnl::matmul::primitive_desc matmul_descriptor(const dnnl::engine& engine, const dnnl::memory::desc& inputs,
                                                      const dnnl::memory::desc& weights, const dnnl::memory::desc& sums,
                                                      const dnnl::primitive_attr& attributes) {
#if DNNL_VERSION_MAJOR >= 3
  return {engine, inputs, weights, sums, attributes};
#else
  return {dnnl::matmul::desc(inputs, weights, sums), attributes, engine};
#endif
}

}  // namespace rapport::nn
