#pragma once

#include <cstddef>
#include <span>

namespace rapport::builtin {

/// The bytes of models/builtin/NAME.bin, as the program carries them: aligned to 64, paged in when touched.
std::span<const std::byte> sentiment_file();
std::span<const std::byte> emotion_file();
std::span<const std::byte> language_file();

}  // namespace rapport::builtin
