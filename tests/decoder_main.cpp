// main() of the test programs that open audio: the decoder is the program itself, started again.
#include <gtest/gtest.h>

#include "audio/decoder_process.h"

int main(int argc, char** argv) {
  if (const auto status = rapport::audio::run_as_decoder(argc, argv)) return *status;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
