#include "flows/pull_model.h"

namespace rapport::flows {

hub::Installed pull_model(const PullOrder& order, const hub::HubAccess& access, const hub::Installation& installation) {
  const hub::ModelSpec& spec = hub::find_model(order.model);
  if (order.from) return hub::adopt_model(spec, *order.from, installation);
  return hub::pull_model(spec, access, installation);
}

}  // namespace rapport::flows
