#include "hub/model_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

#include "base/error.h"
#include "base/file.h"

namespace rapport::hub {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLockName = ".lock";
constexpr std::string_view kPartEnding = ".part";
constexpr std::string_view kConfig = "config.json";

Error not_written(const fs::path& path, const std::string& why) {
  return Error(ErrorKind::kInternal, "file_not_written", "In the models folder, " + path.string() + " " + why + ".");
}

/// Removes a file, not what a link points to; returns how many bytes it had.
std::uint64_t remove_file(const fs::path& path) {
  std::error_code code;
  const bool regular = fs::is_regular_file(fs::symlink_status(path, code));
  const std::uint64_t size = regular ? fs::file_size(path, code) : 0;
  if (::unlink(path.c_str()) == 0) return code ? 0 : size;
  if (errno == ENOENT) return 0;
  throw not_written(path, std::string("cannot be removed: ") + std::strerror(errno));
}

/// Whether `lock` still is the file that stands at `path`: who removed the folder has removed the lock with it.
bool is_current(int lock, const fs::path& path) {
  struct stat held {};
  struct stat there {};
  return ::fstat(lock, &held) == 0 && ::stat(path.c_str(), &there) == 0 && held.st_ino == there.st_ino &&
         held.st_dev == there.st_dev;
}

bool is_part_of(std::string_view entry, const std::vector<std::string>& names) {
  return entry.ends_with(kPartEnding) && std::any_of(names.begin(), names.end(), [&](const std::string& name) {
           return entry.starts_with(name + ".");
         });
}

}  // namespace

ModelFolder::ModelFolder(const fs::path& models_folder, std::string_view name) : folder_(models_folder / name) {
  std::error_code code;
  if (!is_plain_file_name(name)) throw not_written(folder_, "is no name of a model");
  if (fs::is_symlink(fs::symlink_status(folder_, code))) throw not_written(folder_, "is a link: look after it by hand");
  fs::create_directories(folder_, code);
  if (code) throw not_written(folder_, "cannot be made: " + code.message());
  const fs::path lock_file = folder_ / kLockName;
  lock_ = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (lock_ < 0) throw not_written(lock_file, std::string("cannot be made: ") + std::strerror(errno));
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0 || !is_current(lock_, lock_file)) {
    ::close(lock_);
    throw Error(ErrorKind::kConflict, "model_busy",
                "Another process is pulling or removing the model " + std::string(name) + " right now.");
  }
}

ModelFolder::~ModelFolder() {
  ::close(lock_);
}

fs::path ModelFolder::part(std::string_view file, std::string_view digest) const {
  constexpr std::size_t kDigits = 12;
  return folder_ / (std::string(file) + "." + std::string(digest.substr(0, kDigits)) + std::string(kPartEnding));
}

void ModelFolder::publish(const std::vector<Change>& changes, const ModelRecord& record) {
  const std::optional<ModelRecord> before = read_model_record(folder_);
  std::vector<Change> order = changes;
  std::stable_partition(order.begin(), order.end(), [](const Change& change) { return change.name != kConfig; });
  remove_file(file(kRecordName));
  for (Change& change : order) {
    if (change.name != kConfig) continue;
    if (change.part.empty()) {
      change.part = part(kConfig, "held-back");
      publish_rename(file(kConfig), change.part);
    } else {
      remove_file(file(kConfig));
    }
  }
  std::vector<std::string> names;
  for (const Change& change : order) {
    if (!change.part.empty()) publish_rename(change.part, file(change.name));
    names.push_back(change.name);
  }
  if (before) {
    for (const RecordedFile& old : before->files) {
      if (std::find(names.begin(), names.end(), old.name) == names.end()) remove_file(file(old.name));
    }
  }
  remove_parts(names);
  publish_file(file(kRecordName), to_json_text(record));
}

std::uint64_t ModelFolder::remove_parts(const std::vector<std::string>& names) {
  std::vector<fs::path> found;
  std::error_code code;
  for (fs::directory_iterator entry(folder_, code); !code && entry != fs::directory_iterator(); entry.increment(code)) {
    if (is_part_of(entry->path().filename().string(), names)) found.push_back(entry->path());
  }
  std::uint64_t freed = 0;
  for (const fs::path& path : found) freed += remove_file(path);
  return freed;
}

std::uint64_t ModelFolder::remove(const std::vector<std::string>& known_files) {
  const std::optional<ModelRecord> record = read_model_record(folder_);
  std::vector<std::string> names = known_files;
  std::uint64_t freed = remove_file(file(kRecordName));
  if (record) {
    for (const RecordedFile& recorded : record->files) {
      freed += remove_file(file(recorded.name));
      names.push_back(recorded.name);
    }
  }
  freed += remove_parts(names);
  remove_file(folder_ / kLockName);
  ::rmdir(folder_.c_str());  // stays when it holds what is not ours
  return freed;
}

}  // namespace rapport::hub
