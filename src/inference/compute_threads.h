#pragma once

#include <cstddef>

namespace rapport::inference {

/// How many threads compute what the calling thread gives to the engine; 0: one per usable core.
void use_threads(std::size_t count);

}  // namespace rapport::inference
