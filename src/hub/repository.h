#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rapport::hub {

/// A file as the hub announces it. At least one digest is needed before its bytes are believed.
struct RemoteFile {
  std::string name;
  std::uint64_t size_bytes = 0;
  std::string sha256;    ///< of large files; empty where the hub gives none
  std::string git_sha1;  ///< of small files; empty where the hub gives none
};

/// What the hub says of one revision of a repository.
struct Repository {
  std::string commit;
  std::vector<RemoteFile> files;  ///< those with plain names; files in subfolders are not ours
};

/// Reads the answer of GET /api/models/REPOSITORY/revision/REVISION?blobs=true. The other alternative says in a few
/// words why it is none. Never throws on bad input.
std::variant<Repository, std::string> parse_repository(std::string_view text);

}  // namespace rapport::hub
