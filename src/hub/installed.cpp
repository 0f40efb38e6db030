#include "hub/installed.h"

#include <algorithm>

#include "base/error.h"
#include "hub/file_digest.h"
#include "hub/manifest.h"
#include "hub/model_folder.h"

namespace rapport::hub {
namespace {

namespace fs = std::filesystem;

/// The part of "OWNER/NAME" that names the folder.
std::string_view folder_name(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

Error not_installed(std::string_view name, const fs::path& models_folder) {
  return Error(ErrorKind::kNotFound, "model_not_installed",
               "The model " + std::string(name) + " is not installed in " + models_folder.string() + ".");
}

std::optional<std::uint64_t> size_of(const fs::path& file) {
  std::error_code code;
  if (!fs::is_regular_file(file, code)) return std::nullopt;
  const std::uint64_t size = fs::file_size(file, code);
  return code ? std::nullopt : std::optional(size);
}

std::string problem_of(const fs::path& path, const RecordedFile& file,
                       const std::function<void(std::uint64_t)>& on_bytes) {
  const std::optional<std::uint64_t> size = size_of(path);
  if (!size) return "is missing";
  if (*size != file.size_bytes) {
    return "has " + std::to_string(*size) + " bytes instead of " + std::to_string(file.size_bytes);
  }
  try {
    return digest_of(path, on_bytes).sha256 == file.sha256 ? "" : "has another content than when it was installed";
  } catch (const Error&) {
    return "cannot be read";
  }
}

}  // namespace

std::optional<fs::path> installed_model(const fs::path& models_folder, std::string_view name) {
  const std::string_view plain = folder_name(name);
  if (!is_plain_file_name(plain)) return std::nullopt;
  const fs::path folder = models_folder / plain;
  const std::optional<ModelRecord> record = read_model_record(folder);
  if (!record) return std::nullopt;
  const bool whole = std::all_of(record->files.begin(), record->files.end(), [&](const RecordedFile& file) {
    return size_of(folder / file.name) == file.size_bytes;
  });
  return whole ? std::optional(folder) : std::nullopt;
}

std::vector<std::string> recorded_models(const fs::path& models_folder) {
  std::vector<std::string> names;
  std::error_code code;
  for (fs::directory_iterator entry(models_folder, code); !code && entry != fs::directory_iterator();
       entry.increment(code)) {
    const std::string name = entry->path().filename().string();
    if (is_plain_file_name(name) && fs::exists(entry->path() / kRecordName)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<DamagedFile> verify_model(const fs::path& models_folder, std::string_view name, const Progress& progress) {
  const std::string_view plain = folder_name(name);
  const fs::path folder = models_folder / plain;
  if (!is_plain_file_name(plain) || !fs::exists(folder / kRecordName)) throw not_installed(name, models_folder);
  const std::optional<ModelRecord> record = read_model_record(folder);
  if (!record) return {{std::string(kRecordName), "cannot be read: pull the model again"}};
  std::uint64_t total = 0;
  for (const RecordedFile& file : record->files) total += file.size_bytes;
  std::uint64_t done = 0;
  std::vector<DamagedFile> damaged;
  for (const RecordedFile& file : record->files) {
    const std::string problem = problem_of(folder / file.name, file, [&](std::uint64_t bytes) {
      done += bytes;
      if (progress) progress("verifying " + record->name, done, total);
    });
    if (!problem.empty()) damaged.push_back({file.name, problem});
  }
  return damaged;
}

std::uint64_t remove_model(const fs::path& models_folder, std::string_view name) {
  const std::string_view plain = folder_name(name);
  const auto spec = std::find_if(manifest().begin(), manifest().end(),
                                 [&](const ModelSpec& candidate) { return candidate.name == plain; });
  const bool known = spec != manifest().end();
  std::error_code code;
  const fs::path needed = known ? models_folder / plain : models_folder / plain / kRecordName;
  if (!is_plain_file_name(plain) || !fs::exists(fs::symlink_status(needed, code))) {
    throw not_installed(name, models_folder);
  }
  std::vector<std::string> known_files;
  if (known) {
    for (const auto& names : {spec->files, spec->optional, spec->weights}) {
      known_files.insert(known_files.end(), names.begin(), names.end());
    }
  }
  return ModelFolder(models_folder, plain).remove(known_files);
}

}  // namespace rapport::hub
