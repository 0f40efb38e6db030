#pragma once

#include <string>
#include <string_view>

namespace rapport {

/// SHA-256 of `bytes`, 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// `count` bytes from the system's secure source, as hexadecimal digits. Throws kInternal when there is none.
std::string secure_random_hex(std::size_t count);

}  // namespace rapport
