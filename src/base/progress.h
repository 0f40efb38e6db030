#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace rapport {

/// How far a long piece of work has come: `done` of `total` (0: not known) of the named `stage`. Called from the
/// thread that works, a few times a second at most; an empty function is permitted.
using Progress = std::function<void(std::string_view stage, std::uint64_t done, std::uint64_t total)>;

}  // namespace rapport
