#include "audio/decoder_process.h"
#include "cli/cli.h"

int main(int argc, char** argv) {
  if (const auto status = rapport::audio::run_as_decoder(argc, argv)) return *status;
  return rapport::cli::run(argc, argv);
}
