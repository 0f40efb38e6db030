#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace rapport::hub {

/// What a file's content is: the digests by which the hub names contents.
struct FileDigest {
  std::uint64_t size_bytes = 0;
  std::string sha256;    ///< of the bytes: how the hub names large files (LFS)
  std::string git_sha1;  ///< of "blob SIZE\0" and the bytes: how git names small files
};

/// Reads the file once, in pieces. `on_bytes` hears of every piece; it may be empty. Throws kNotFound.
FileDigest digest_of(const std::filesystem::path& file, const std::function<void(std::uint64_t)>& on_bytes = {});

}  // namespace rapport::hub
