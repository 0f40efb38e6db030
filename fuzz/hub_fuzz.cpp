// The hub's description of a repository, and the record of an installed model: whatever the bytes are, what is accepted
// can neither leave a folder nor stand in an address as anything but itself, and a record survives being written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "hub/model_record.h"
#include "hub/repository.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rapport::hub;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = parse_repository(text);
  if (const Repository* repository = std::get_if<Repository>(&parsed)) {
    require(is_hex(repository->commit, 40));
    for (const RemoteFile& file : repository->files) {
      require(is_plain_file_name(file.name));
      require(file.sha256.empty() || is_hex(file.sha256, 64));
      require(file.git_sha1.empty() || is_hex(file.git_sha1, 40));
    }
  } else {
    require(!std::get<std::string>(parsed).empty());
  }
  if (const auto record = parse_model_record(text)) {
    for (const RecordedFile& file : record->files) require(is_plain_file_name(file.name));
    const auto again = parse_model_record(to_json_text(*record));
    require(again && again->files == record->files && again->name == record->name);
  }
  return 0;
}
