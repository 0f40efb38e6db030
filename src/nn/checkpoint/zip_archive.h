#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "nn/checkpoint/stored_tensor.h"

namespace rapport::nn {

/// A file inside a zip archive.
struct ZipEntry {
  std::string_view name;
  std::span<const std::byte> bytes;
};

/// The entries of a zip archive as PyTorch writes it: stored (never compressed or encrypted), zip64 where needed,
/// nothing behind its end record. Refused with a reason: entries that overlap each other or the directory, sizes that
/// contradict each other or the file, a name twice.
///
/// Ownership  the entries borrow `file`.
/// Threads    pure.
/// Throws     nothing on bad input.
/// Source     PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3.
std::variant<std::vector<ZipEntry>, Refusal> parse_zip(std::span<const std::byte> file);

/// True when `file` begins as a zip archive does.
bool looks_like_zip(std::span<const std::byte> file);

}  // namespace rapport::nn
