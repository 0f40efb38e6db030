#pragma once

#include <optional>

namespace rapport::audio {

/// Audio is decoded by another process: this program, started again. The first thing that main() does in every program
/// that opens audio, before there are threads:
///
///     if (const auto status = rapport::audio::run_as_decoder(argc, argv)) return *status;
///
/// Returns   the exit status where this process was started to decode and is done; nullopt in every other process.
std::optional<int> run_as_decoder(int argc, char** argv);

/// Whether main() has done so. Without it the program started again would do its own work a second time.
bool can_run_as_decoder();

/// The word that a decoder process is started with.
inline constexpr const char* kDecoderArgument = "--audio-decoder";
/// Where it finds its socket.
inline constexpr int kDecoderSocket = 3;

}  // namespace rapport::audio
