#include "flows/promote_model.h"

#include <algorithm>

#include "base/error.h"

namespace rapport::flows {

store::ModelRecord promote_model(const Services& services, const TenantId& tenant, const std::string& version) {
  services.models.load(tenant, version);  // a version that cannot be read never becomes champion
  const store::ModelRecord record = services.store.promote_model(tenant, version);
  services.models.refresh();
  return record;
}

store::ModelRecord roll_back_model(const Services& services, const TenantId& tenant, ModelKind kind) {
  const auto is_previous = [](const store::ModelRecord& record) {
    return std::find(record.aliases.begin(), record.aliases.end(), "previous") != record.aliases.end();
  };
  const std::vector<store::ModelRecord> records = services.store.models(tenant, kind);
  const auto previous = std::find_if(records.begin(), records.end(), is_previous);
  if (previous == records.end()) {
    throw Error(ErrorKind::kConflict, "no_previous_version",
                "The model " + std::string(to_string(kind)) + " has no earlier version to go back to.");
  }
  return promote_model(services, tenant, previous->version);
}

}  // namespace rapport::flows
