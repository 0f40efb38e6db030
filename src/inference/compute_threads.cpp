#include "inference/compute_threads.h"

#include <omp.h>

#include "base/thread_pool.h"

namespace rapport::inference {

void use_threads(std::size_t count) {
  omp_set_num_threads(static_cast<int>(count > 0 ? count : usable_cores()));
}

}  // namespace rapport::inference
