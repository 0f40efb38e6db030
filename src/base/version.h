#pragma once

namespace rapport {

/// The program's version, as CMakeLists.txt declares it: "0.1.0".
const char* version();

}  // namespace rapport
