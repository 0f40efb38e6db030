#pragma once

#include "base/clock.h"
#include "inference/model_registry.h"
#include "store/store.h"

namespace rapport::flows {

/// What every story needs; each flow takes it first, then the tenant on whose behalf it runs.
struct Services {
  store::Store& store;
  inference::ModelRegistry& models;
  const Clock& clock;
};

}  // namespace rapport::flows
