#pragma once

#include <string>

#include "base/json.h"
#include "cli/context.h"

namespace rapport::cli {

/// The pretrained models for `rapport models list`: one JSON object a model, and a table to read.
struct PretrainedList {
  Json json;
  std::string text;
};
PretrainedList list_pretrained(const app::Settings& settings);

/// "models pull", "verify" and "remove".
void add_pretrained(CLI::App& models, Context& context);

}  // namespace rapport::cli
