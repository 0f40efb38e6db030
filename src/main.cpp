#include "cli/cli.h"

int main(int argc, char** argv) { return rapport::cli::run(argc, argv); }
