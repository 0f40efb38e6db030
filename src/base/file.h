#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace rapport {

/// The whole file. Throws kNotFound when it cannot be read, kTooLarge when it is longer than `limit_bytes`.
std::string read_file(const std::filesystem::path& path, std::size_t limit_bytes = std::size_t{1} << 30);

/// Puts `bytes` at `path` so that a crash leaves the old file or the new one, never a mixture: temporary file beside
/// it, fsync, rename, fsync of the folder. Throws kInternal.
void publish_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0644);

/// Gives the file at `from` the name `to` on the same file system so that a crash leaves it under one of the two: fsync,
/// rename, fsync of the folder. Throws kInternal.
void publish_rename(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace rapport
