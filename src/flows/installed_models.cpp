#include "flows/installed_models.h"

namespace rapport::flows {

std::string_view to_string(PretrainedModel::State state) {
  switch (state) {
    case PretrainedModel::State::kNotInstalled:
      return "not_installed";
    case PretrainedModel::State::kInstalled:
      return "installed";
    case PretrainedModel::State::kDamaged:
      return "damaged";
  }
  return "";
}

std::vector<PretrainedModel> pretrained_models(const std::filesystem::path& models_folder) {
  std::vector<PretrainedModel> models;
  for (const hub::ModelSpec& spec : hub::manifest()) {
    PretrainedModel model{.spec = spec, .commit = {}};
    const std::filesystem::path folder = models_folder / spec.name;
    if (const auto record = hub::read_model_record(folder)) {
      model.state = hub::installed_model(models_folder, spec.name) ? PretrainedModel::State::kInstalled
                                                                   : PretrainedModel::State::kDamaged;
      model.commit = record->commit;
      for (const hub::RecordedFile& file : record->files) model.installed_bytes += file.size_bytes;
    } else if (std::filesystem::exists(folder / hub::kRecordName)) {
      model.state = PretrainedModel::State::kDamaged;
    }
    models.push_back(std::move(model));
  }
  return models;
}

std::vector<Verification> verify_models(const std::filesystem::path& models_folder, const std::string& model,
                                        const Progress& progress) {
  const std::vector<std::string> names =
      model.empty() ? hub::recorded_models(models_folder) : std::vector<std::string>{model};
  std::vector<Verification> results;
  results.reserve(names.size());
  for (const std::string& name : names) results.push_back({name, hub::verify_model(models_folder, name, progress)});
  return results;
}

std::uint64_t remove_model(const std::filesystem::path& models_folder, const std::string& model) {
  return hub::remove_model(models_folder, model);
}

}  // namespace rapport::flows
