#pragma once

#include "cli/context.h"

namespace rapport::cli {

/// "models run": what a model folder computes, for comparison with other implementations.
void add_models_run(CLI::App& models, Context& context);

}  // namespace rapport::cli
