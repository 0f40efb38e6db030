#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hub/model_record.h"

namespace rapport::hub {

/// One model's folder while it is changed, locked against every other process that would.
///
/// New content is gathered in part files beside the old one. `publish` then takes the record and config.json away,
/// renames the parts, and puts config.json and the record back last: a folder without config.json loads nowhere, so a
/// crash leaves the old model, the new one, or none and parts to go on from, never a mixture.
///
/// Throws    kConflict "model_busy" when another process holds it; kInternal "file_not_written".
class ModelFolder {
 public:
  /// Makes the folder when it does not exist.
  ModelFolder(const std::filesystem::path& models_folder, std::string_view name);
  ~ModelFolder();
  ModelFolder(const ModelFolder&) = delete;
  ModelFolder& operator=(const ModelFolder&) = delete;

  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path file(std::string_view name) const { return folder_ / name; }
  /// Where content of `file` that is known by `digest` gathers.
  std::filesystem::path part(std::string_view file, std::string_view digest) const;

  /// What becomes of one file of the record: its part takes its place; an empty part: it stays as it is.
  struct Change {
    std::string name;
    std::filesystem::path part;
  };
  /// `changes` names every file of the record. Files of the record before that the new one does not name are removed,
  /// and so are parts that are left over.
  void publish(const std::vector<Change>& changes, const ModelRecord& record);

  /// Takes away what the record names, and leftover parts of `known_files`; the folder too when it is empty then.
  /// Returns how many bytes that freed.
  std::uint64_t remove(const std::vector<std::string>& known_files);

 private:
  std::uint64_t remove_parts(const std::vector<std::string>& names);

  std::filesystem::path folder_;
  int lock_ = -1;
};

}  // namespace rapport::hub
