#pragma once

// The functions of libav that decoding needs, found when they are first asked for. Rapport is not linked with libav:
// with its more than a hundred libraries that would cost every command 50 ms at its start, and put parsers of hostile
// bytes into the server's memory. Only the decoder's process loads it (ADR 8).

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
}

namespace rapport::audio {

// clang-format off
#define RAPPORT_LIBAVFORMAT(X) \
  X(av_find_input_format) X(av_read_frame) X(avformat_alloc_context) X(avformat_close_input) \
  X(avformat_find_stream_info) X(avformat_open_input) X(avio_alloc_context) X(avio_context_free)
#define RAPPORT_LIBAVCODEC(X) \
  X(av_packet_alloc) X(av_packet_free) X(av_packet_unref) X(avcodec_alloc_context3) X(avcodec_find_decoder_by_name) \
  X(avcodec_free_context) X(avcodec_open2) X(avcodec_parameters_to_context) X(avcodec_receive_frame) X(avcodec_send_packet)
#define RAPPORT_LIBAVUTIL(X) \
  X(av_channel_layout_compare) X(av_channel_layout_copy) X(av_channel_layout_default) X(av_channel_layout_uninit) \
  X(av_frame_alloc) X(av_frame_free) X(av_freep) X(av_log_set_level) X(av_malloc) X(av_max_alloc) X(av_opt_set_double) \
  X(av_strdup)
#define RAPPORT_LIBSWRESAMPLE(X) X(swr_alloc_set_opts2) X(swr_convert) X(swr_free) X(swr_get_out_samples) X(swr_init)
// clang-format on

/// Every function by its own name: `libav().av_read_frame(...)`.
struct Libav {
#define RAPPORT_DECLARE(name) decltype(&::name) name = nullptr;
  RAPPORT_LIBAVFORMAT(RAPPORT_DECLARE)
  RAPPORT_LIBAVCODEC(RAPPORT_DECLARE)
  RAPPORT_LIBAVUTIL(RAPPORT_DECLARE)
  RAPPORT_LIBSWRESAMPLE(RAPPORT_DECLARE)
#undef RAPPORT_DECLARE
};

/// Loads the libraries of the versions that Rapport was built for; false where they are not installed.
///
/// Cost      about 50 ms, the first time.
/// Threads   safe.
bool load_libav();

/// Requires  load_libav() was true.
const Libav& libav();

}  // namespace rapport::audio
