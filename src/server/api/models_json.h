#pragma once

#include "base/json.h"
#include "store/store.h"

namespace rapport::api {

/// A model version as the API shows it: the schema "ModelVersion".
Json model_json(const store::ModelRecord& record);

}  // namespace rapport::api
