#pragma once

#include <chrono>
#include <cstddef>

namespace rapport::audio {

struct Confinement {
  std::size_t memory_bytes = 0;  ///< of address space, all in all
  std::chrono::seconds cpu{0};
};

/// From here on this process can compute, allocate memory, write to its standard output and end itself; anything else
/// kills it: files, sockets, processes, signals to others, new code. Cannot be undone. Limits of memory and CPU, no
/// core dump.
///
/// Requires  one thread.
/// Returns   false where the kernel cannot do it; the process must then not touch hostile bytes.
bool confine(const Confinement& confinement);

}  // namespace rapport::audio
