#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace rapport::hub {

/// The file in a model's folder that says what is installed there. It is written last: a folder without it holds no
/// installed model.
inline constexpr std::string_view kRecordName = "rapport-model.json";

struct RecordedFile {
  std::string name;
  std::uint64_t size_bytes = 0;
  std::string sha256;

  friend bool operator==(const RecordedFile&, const RecordedFile&) = default;
};

/// What was installed, from where, and what its files were then.
struct ModelRecord {
  std::string name;
  std::string repository;
  std::string commit;  ///< empty where it is not known (copied from a folder without it)
  std::string source;  ///< the hub's address, or the folder it was copied from
  Time installed_at{};
  std::vector<RecordedFile> files;
};

/// Whether a name is a plain file name: letters, digits, ".", "_" and "-", not starting with a dot. So it can neither
/// leave its folder nor hide in it.
bool is_plain_file_name(std::string_view name);

/// Whether `text` is `digits` lower-case hexadecimal digits.
bool is_hex(std::string_view text, std::size_t digits);

std::string to_json_text(const ModelRecord& record);

/// nullopt for what `to_json_text` does not write: other bytes, names that are not plain, digests that are none.
std::optional<ModelRecord> parse_model_record(std::string_view text);

/// The record of the model in `folder`; nullopt when there is none that can be read.
std::optional<ModelRecord> read_model_record(const std::filesystem::path& folder);

}  // namespace rapport::hub
