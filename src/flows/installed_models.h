#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/progress.h"
#include "hub/installed.h"
#include "hub/manifest.h"

namespace rapport::flows {

/// A pretrained model of the manifest and what is installed of it.
struct PretrainedModel {
  enum class State { kNotInstalled, kInstalled, kDamaged };

  const hub::ModelSpec& spec;
  State state = State::kNotInstalled;
  std::string commit;  ///< of what is installed; empty where it is not known
  std::uint64_t installed_bytes = 0;
};

std::string_view to_string(PretrainedModel::State state);

/// Every model of the manifest, in its order. Looks at names and sizes of files, not into them.
std::vector<PretrainedModel> pretrained_models(const std::filesystem::path& models_folder);

struct Verification {
  std::string model;
  std::vector<hub::DamagedFile> damaged;
};

/// Reads every file of the named model again, or of all that are installed when `model` is empty. Throws kNotFound
/// "model_not_installed".
std::vector<Verification> verify_models(const std::filesystem::path& models_folder, const std::string& model,
                                        const Progress& progress);

/// Takes a model away, or what an interrupted pull has left of it. Returns the bytes that this freed. Throws kNotFound
/// "model_not_installed"; kConflict "model_busy".
std::uint64_t remove_model(const std::filesystem::path& models_folder, const std::string& model);

}  // namespace rapport::flows
