#pragma once

namespace rapport::cli {

/// The command line: reads the verb, runs it, and returns the exit status (0 done, 1 failed, 2 wrong usage). The one
/// place where the command line catches errors.
int run(int argc, char** argv);

}  // namespace rapport::cli
