#include "app/hub_access.h"

namespace rapport::app {

std::filesystem::path models_folder(const Settings& settings) {
  const std::string& folder = settings.text("models");
  return folder.empty() ? std::filesystem::path(settings.text("data")) / "models" : std::filesystem::path(folder);
}

hub::HubAccess hub_access(const Settings& settings) {
  std::string endpoint = settings.text("hub.endpoint");
  while (endpoint.ends_with('/')) endpoint.pop_back();
  return {.endpoint = endpoint, .token = PrivateText(settings.text("hub.token"))};
}

}  // namespace rapport::app
