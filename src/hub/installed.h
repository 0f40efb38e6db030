#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "hub/model_record.h"

namespace rapport::hub {

/// The folder of the pretrained model `name` (or repository) when it is installed below `models_folder`: its record is
/// there and every recorded file has its size. Contents are not read; `verify_model` does that.
std::optional<std::filesystem::path> installed_model(const std::filesystem::path& models_folder, std::string_view name);

/// The names of all folders that hold a record, readable or not, in order.
std::vector<std::string> recorded_models(const std::filesystem::path& models_folder);

/// What is wrong with one file of a model.
struct DamagedFile {
  std::string name;
  std::string problem;  ///< "is missing", "has 12 bytes instead of 20", "has another content", ...
};

/// Reads every file of the model again and compares it with the record. Empty: all is as it was installed.
/// Throws kNotFound "model_not_installed".
std::vector<DamagedFile> verify_model(const std::filesystem::path& models_folder, std::string_view name,
                                      const Progress& progress);

/// Takes away what the model's record names, what an interrupted pull has left, and the folder when it is empty then.
/// Returns the bytes that this freed. Throws kNotFound "model_not_installed"; kConflict "model_busy".
std::uint64_t remove_model(const std::filesystem::path& models_folder, std::string_view name);

}  // namespace rapport::hub
