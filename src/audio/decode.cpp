#include "audio/decode.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audio/audio_reader.h"
#include "audio/libav.h"

namespace rapport::audio {
namespace {

constexpr int kIoBufferBytes = 1 << 15;
constexpr int kProbeBytes = 1 << 20;
constexpr std::size_t kLargestAllocation = std::size_t{64} << 20;
constexpr int kMinRateHz = 4000;
constexpr int kMaxRateHz = 192000;
constexpr int kMaxFrameSamples = 1 << 18;  // FLAC's largest is 65,535

struct Decoder {
  AVCodecID id;
  const char* name;
};

// In the order of Codec.
constexpr std::array<Decoder, kCodecs> kDecoders = {{
    {AV_CODEC_ID_OPUS, "opus"},
    {AV_CODEC_ID_VORBIS, "vorbis"},
    {AV_CODEC_ID_AAC, "aac"},
    {AV_CODEC_ID_MP3, "mp3float"},
    {AV_CODEC_ID_FLAC, "flac"},
    {AV_CODEC_ID_AMR_NB, "amrnb"},
    {AV_CODEC_ID_AMR_WB, "amrwb"},
    {AV_CODEC_ID_PCM_U8, "pcm_u8"},
    {AV_CODEC_ID_PCM_S16LE, "pcm_s16le"},
    {AV_CODEC_ID_PCM_S24LE, "pcm_s24le"},
    {AV_CODEC_ID_PCM_S32LE, "pcm_s32le"},
    {AV_CODEC_ID_PCM_F32LE, "pcm_f32le"},
    {AV_CODEC_ID_PCM_F64LE, "pcm_f64le"},
    {AV_CODEC_ID_PCM_ALAW, "pcm_alaw"},
    {AV_CODEC_ID_PCM_MULAW, "pcm_mulaw"},
}};

// In the order of Container.
constexpr std::array<const char*, kContainers> kDemuxers = {"ogg", "mov",  "mp3",           "aac",
                                                            "wav", "flac", "matroska,webm", "amr"};

std::optional<Codec> permitted_codec(AVCodecID id, Container container) {
  for (std::size_t i = 0; i < kCodecs; ++i) {
    if (kDecoders[i].id == id && may_hold(container, static_cast<Codec>(i))) return static_cast<Codec>(i);
  }
  return std::nullopt;
}

/// The decoders that libav may open for this container, as it wants them named: with commas.
std::string decoders_of(Container container) {
  std::string names;
  for (std::size_t i = 0; i < kCodecs; ++i) {
    if (!may_hold(container, static_cast<Codec>(i))) continue;
    if (!names.empty()) names += ',';
    names += kDecoders[i].name;
  }
  return names;
}

/// A file that is in memory.
struct MemoryFile {
  std::span<const std::byte> bytes;
  std::size_t position = 0;

  static int read(void* self, std::uint8_t* to, int size) {
    auto* file = static_cast<MemoryFile*>(self);
    const std::size_t count =
        std::min(file->bytes.size() - file->position, static_cast<std::size_t>(std::max(size, 0)));
    if (count == 0) return AVERROR_EOF;
    std::memcpy(to, file->bytes.data() + file->position, count);
    file->position += count;
    return static_cast<int>(count);
  }

  static std::int64_t seek(void* self, std::int64_t offset, int whence) {
    auto* file = static_cast<MemoryFile*>(self);
    const auto size = static_cast<std::int64_t>(file->bytes.size());
    if ((whence & AVSEEK_SIZE) != 0) return size;
    const int from = whence & ~AVSEEK_FORCE;
    const auto here = static_cast<std::int64_t>(file->position);
    const std::int64_t base = from == SEEK_SET ? 0 : from == SEEK_CUR ? here : size;
    if (offset < -base || offset > size - base) return AVERROR(EINVAL);
    file->position = static_cast<std::size_t>(base + offset);
    return base + offset;
  }
};

/// No container has a second file opened.
int refuse_to_open(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
  return AVERROR(EPERM);
}

struct Free {
  void operator()(AVFormatContext* p) const { libav().avformat_close_input(&p); }
  void operator()(AVCodecContext* p) const { libav().avcodec_free_context(&p); }
  void operator()(AVPacket* p) const { libav().av_packet_free(&p); }
  void operator()(AVFrame* p) const { libav().av_frame_free(&p); }
  void operator()(SwrContext* p) const { libav().swr_free(&p); }
  void operator()(AVIOContext* p) const {
    libav().av_freep(static_cast<void*>(&p->buffer));
    libav().avio_context_free(&p);
  }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

/// Decoded frames of any format to 16 kHz mono.
class Resampler {
 public:
  Resampler() = default;
  Resampler(const Resampler&) = delete;
  Resampler& operator=(const Resampler&) = delete;
  ~Resampler() {
    if (swr_) libav().av_channel_layout_uninit(&layout_);
  }

  bool fits(const AVFrame& frame) const {
    return swr_ && frame.sample_rate == rate_hz_ && frame.format == format_ &&
           libav().av_channel_layout_compare(&frame.ch_layout, &layout_) == 0;
  }

  /// For frames like this one from now on; false where libav cannot.
  bool start(const AVFrame& frame) {
    if (swr_) libav().av_channel_layout_uninit(&layout_);
    swr_.reset();
    AVChannelLayout in{};
    if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
      libav().av_channel_layout_default(&in, frame.ch_layout.nb_channels);
    } else if (libav().av_channel_layout_copy(&in, &frame.ch_layout) < 0) {
      return false;
    }
    AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;
    SwrContext* swr = nullptr;
    const int made =
        libav().swr_alloc_set_opts2(&swr, &mono, AV_SAMPLE_FMT_FLT, kSampleRateHz, &in,
                                    static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
    libav().av_channel_layout_uninit(&in);
    Owned<SwrContext> owned(swr);
    // Mixing down is a mean, as for integers, so that loud channels do not clip.
    if (made < 0 || libav().av_opt_set_double(swr, "rematrix_maxval", 1.0, 0) < 0 || libav().swr_init(swr) < 0) {
      return false;
    }
    if (libav().av_channel_layout_copy(&layout_, &frame.ch_layout) < 0) return false;
    rate_hz_ = frame.sample_rate;
    format_ = frame.format;
    swr_ = std::move(owned);
    return true;
  }

  /// What comes out for the frame, or, for none, what is left inside.
  std::span<const float> convert(const AVFrame* frame) {
    if (!swr_) return {};
    const int room = libav().swr_get_out_samples(swr_.get(), frame == nullptr ? 0 : frame->nb_samples);
    if (room <= 0) return {};
    out_.resize(static_cast<std::size_t>(room));
    auto* to = reinterpret_cast<std::uint8_t*>(out_.data());
    const auto** from = frame == nullptr ? nullptr : const_cast<const std::uint8_t**>(frame->extended_data);
    const int count = libav().swr_convert(swr_.get(), &to, room, from, frame == nullptr ? 0 : frame->nb_samples);
    return {out_.data(), static_cast<std::size_t>(std::max(count, 0))};
  }

 private:
  Owned<SwrContext> swr_;
  AVChannelLayout layout_{};
  int rate_hz_ = 0;
  int format_ = -1;
  std::vector<float> out_;
};

class Decoding {
 public:
  Decoding(const DecodeJob& job, SampleSink& sink) : job_(job), sink_(sink), file_{job.bytes} {}

  DecodeEnd run() {
    if (auto end = open_container()) return *end;
    if (auto end = open_codec()) return *end;
    if (auto end = read_packets()) return *end;
    if (auto end = deliver(resampler_.convert(nullptr))) return *end;
    if (delivered_ > 0) return DecodeEnd::kComplete;
    return errors_ > 0 ? DecodeEnd::kDamaged : DecodeEnd::kEmpty;
  }

 private:
  using MaybeEnd = std::optional<DecodeEnd>;

  MaybeEnd open_container() {
    auto* buffer = static_cast<unsigned char*>(libav().av_malloc(kIoBufferBytes));
    if (buffer == nullptr) return DecodeEnd::kDamaged;
    io_.reset(
        libav().avio_alloc_context(buffer, kIoBufferBytes, 0, &file_, MemoryFile::read, nullptr, MemoryFile::seek));
    AVFormatContext* context = libav().avformat_alloc_context();
    if (!io_ || context == nullptr) return DecodeEnd::kDamaged;
    const auto which = static_cast<std::size_t>(job_.container);
    context->pb = io_.get();
    context->io_open = refuse_to_open;
    context->probesize = kProbeBytes;
    context->protocol_whitelist = libav().av_strdup("");
    context->format_whitelist = libav().av_strdup(kDemuxers[which]);
    context->codec_whitelist = libav().av_strdup(decoders_of(job_.container).c_str());
    const AVInputFormat* demuxer = libav().av_find_input_format(kDemuxers[which]);
    if (demuxer == nullptr) return DecodeEnd::kUnsupported;
    if (libav().avformat_open_input(&context, "", demuxer, nullptr) < 0) return DecodeEnd::kDamaged;  // frees `context`
    format_.reset(context);
    if (libav().avformat_find_stream_info(context, nullptr) < 0) ++errors_;
    return std::nullopt;
  }

  MaybeEnd open_codec() {
    if (format_->nb_streams == 0) return DecodeEnd::kDamaged;
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
      AVStream* stream = format_->streams[i];
      const auto codec = permitted_codec(stream->codecpar->codec_id, job_.container);
      if (stream_ == nullptr && codec) {
        stream_ = stream;
        codec_ = *codec;
      } else {
        stream->discard = AVDISCARD_ALL;
      }
    }
    if (stream_ == nullptr) return DecodeEnd::kUnsupported;
    if (auto end = check(stream_->codecpar->sample_rate, stream_->codecpar->ch_layout.nb_channels)) return end;
    if (claims_too_much()) return DecodeEnd::kTooLong;
    const AVCodec* decoder = libav().avcodec_find_decoder_by_name(kDecoders[static_cast<std::size_t>(codec_)].name);
    if (decoder == nullptr) return DecodeEnd::kUnsupported;
    context_.reset(libav().avcodec_alloc_context3(decoder));
    if (!context_ || libav().avcodec_parameters_to_context(context_.get(), stream_->codecpar) < 0) {
      return DecodeEnd::kDamaged;
    }
    context_->thread_count = 1;
    context_->pkt_timebase = stream_->time_base;
    if (libav().avcodec_open2(context_.get(), decoder, nullptr) < 0) return DecodeEnd::kDamaged;
    return std::nullopt;
  }

  /// 0 stands for unknown as yet.
  MaybeEnd check(int rate_hz, int channels) const {
    if (rate_hz != 0 && (rate_hz < kMinRateHz || rate_hz > kMaxRateHz)) return DecodeEnd::kUnsupportedRate;
    if (channels > job_.max_channels) return DecodeEnd::kTooManyChannels;
    return std::nullopt;
  }

  /// Whether the file's own duration is over the limit. Uncompressed streams of unknown length claim hours; they are
  /// taken at what their bytes can hold.
  bool claims_too_much() const {
    if (format_->duration <= 0) return false;
    double seconds = static_cast<double>(format_->duration) / AV_TIME_BASE;
    if (job_.container == Container::kWav && stream_->codecpar->bit_rate > 0) {
      const double bits = static_cast<double>(job_.bytes.size()) * 8;
      seconds = std::min(seconds, bits / static_cast<double>(stream_->codecpar->bit_rate));
    }
    return seconds * kSampleRateHz > static_cast<double>(job_.max_samples) + kSampleRateHz;
  }

  MaybeEnd read_packets() {
    const Owned<AVPacket> packet(libav().av_packet_alloc());
    const Owned<AVFrame> frame(libav().av_frame_alloc());
    if (!packet || !frame) return DecodeEnd::kDamaged;
    while (true) {
      const int got = libav().av_read_frame(format_.get(), packet.get());
      if (got < 0) {
        if (got != AVERROR_EOF) ++errors_;
        break;
      }
      const bool ours = packet->stream_index == stream_->index;
      const int sent = ours ? libav().avcodec_send_packet(context_.get(), packet.get()) : 0;
      libav().av_packet_unref(packet.get());
      if (sent < 0) ++errors_;  // a damaged packet; the next may be sound
      if (auto end = ours ? receive_frames(*frame) : std::nullopt) return end;
    }
    libav().avcodec_send_packet(context_.get(), nullptr);
    return receive_frames(*frame);
  }

  MaybeEnd receive_frames(AVFrame& frame) {
    int got = 0;
    while ((got = libav().avcodec_receive_frame(context_.get(), &frame)) >= 0) {
      if (auto end = take(frame)) return end;
    }
    if (got != AVERROR(EAGAIN) && got != AVERROR_EOF) ++errors_;
    return std::nullopt;
  }

  MaybeEnd take(const AVFrame& frame) {
    if (frame.nb_samples <= 0 || frame.nb_samples > kMaxFrameSamples || frame.ch_layout.nb_channels <= 0 ||
        frame.sample_rate <= 0) {
      ++errors_;
      return std::nullopt;
    }
    if (auto end = check(frame.sample_rate, frame.ch_layout.nb_channels)) return end;
    if (!resampler_.fits(frame)) {
      if (auto end = deliver(resampler_.convert(nullptr))) return end;
      if (!resampler_.start(frame)) return DecodeEnd::kDamaged;
    }
    if (!announced_) {
      announced_ = true;
      if (!sink_.format({codec_, frame.sample_rate, frame.ch_layout.nb_channels})) return DecodeEnd::kStopped;
    }
    return deliver(resampler_.convert(&frame));
  }

  MaybeEnd deliver(std::span<const float> samples) {
    if (samples.empty()) return std::nullopt;
    const std::uint64_t room = job_.max_samples - delivered_;
    const std::span<const float> allowed = samples.first(std::min<std::uint64_t>(room, samples.size()));
    delivered_ += allowed.size();
    if (!allowed.empty() && !sink_.samples(allowed)) return DecodeEnd::kStopped;
    return allowed.size() < samples.size() ? MaybeEnd(DecodeEnd::kTooLong) : std::nullopt;
  }

  const DecodeJob& job_;
  SampleSink& sink_;
  MemoryFile file_;
  Owned<AVIOContext> io_;  // outlives format_
  Owned<AVFormatContext> format_;
  AVStream* stream_ = nullptr;
  Codec codec_ = Codec::kOpus;
  Owned<AVCodecContext> context_;
  Resampler resampler_;
  bool announced_ = false;
  std::uint64_t delivered_ = 0;
  std::uint64_t errors_ = 0;
};

}  // namespace

DecodeEnd decode(const DecodeJob& job, SampleSink& sink) {
  libav().av_log_set_level(AV_LOG_QUIET);
  libav().av_max_alloc(kLargestAllocation);
  return Decoding(job, sink).run();
}

}  // namespace rapport::audio
