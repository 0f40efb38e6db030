#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace rapport {

std::array<std::uint8_t, 32> sha256(std::string_view bytes);

/// SHA-256 of `bytes`, 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// `count` bytes from the system's secure source, as hexadecimal digits. Throws kInternal when there is none.
std::string secure_random_hex(std::size_t count);

}  // namespace rapport
