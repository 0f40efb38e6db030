#pragma once

namespace rapport {

/// The program's version, as CMakeLists.txt declares it.
inline constexpr const char* kVersion = RAPPORT_VERSION;

}  // namespace rapport
