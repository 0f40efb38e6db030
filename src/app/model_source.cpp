#include "app/model_source.h"

#include <filesystem>
#include <string>

#include "app/hub_access.h"
#include "base/error.h"
#include "hub/installed.h"

namespace rapport::app {
namespace {

namespace fs = std::filesystem;

std::optional<inference::ModelSource> installed(const Settings& settings, const hub::ModelSpec& spec) {
  const std::optional<fs::path> folder = hub::installed_model(models_folder(settings), spec.name);
  if (!folder) return std::nullopt;
  return inference::ModelSource{std::string(spec.name), *folder};
}

std::optional<inference::ModelSource> first_installed(const Settings& settings, hub::ModelRole role) {
  for (const hub::ModelSpec& spec : hub::manifest()) {
    if (spec.role != role) continue;
    if (auto source = installed(settings, spec)) return source;
  }
  return std::nullopt;
}

}  // namespace

std::optional<inference::ModelSource> model_source(const Settings& settings, const ModelSetting& setting) {
  const std::string& value = settings.text(setting.name);
  if (value == setting.absent) return std::nullopt;
  if (value == "auto") return first_installed(settings, setting.role);
  for (const hub::ModelSpec& spec : hub::manifest()) {
    if (value != spec.name && value != spec.repository) continue;
    if (auto source = installed(settings, spec)) return source;
    throw Error(ErrorKind::kUnavailable, "model_not_installed",
                "The setting " + std::string(setting.name) +
                    " names a model that is not installed: rapport models pull " + std::string(spec.name) + ".");
  }
  const fs::path path = value;
  if (fs::is_directory(path)) {
    const fs::path name = path.has_filename() ? path.filename() : path.parent_path().filename();
    return inference::ModelSource{name.string(), path};
  }
  if (path.extension() == ".pt" && fs::is_regular_file(path)) return inference::ModelSource{path.stem().string(), path};
  throw Error(ErrorKind::kInvalid, "invalid_setting",
              "The setting " + std::string(setting.name) + " must be auto, " + std::string(setting.absent) +
                  ", a model of `rapport models list` or a folder, and is: " + value + ".");
}

}  // namespace rapport::app
