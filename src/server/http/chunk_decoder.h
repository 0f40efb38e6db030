#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/wire_error.h"

namespace rapport::http {

/// Undoes the chunked transfer coding, byte by byte where it must and chunk by chunk where it can.
///
/// Strict: a chunk's size is 1 to 8 hexadecimal digits and nothing else; extensions (ignored, as the RFC says) hold
/// visible characters, spaces and tabs only, and close what they quote; every line ends in CRLF; a body's extensions and trailers are bounded
/// together. Trailers are checked and dropped: they never become headers.
///
/// Threads   one per body.
/// Cost      linear in the bytes. No memory but the output.
/// Source    RFC 9112, section 7.1.
class ChunkDecoder {
 public:
  /// Takes bytes up to the end of the body and returns how many. Data goes to `take(std::string_view)`, which may
  /// return false to stop (a limit). Look at done() and error() afterwards.
  template <class Take>
  std::size_t feed(std::string_view bytes, Take take) {
    std::size_t used = 0;
    while (used < bytes.size() && !done() && !error_) {
      if (state_ == State::kData) {
        const std::string_view data = bytes.substr(used, static_cast<std::size_t>(
            left_ < bytes.size() - used ? left_ : bytes.size() - used));
        used += data.size();
        left_ -= data.size();
        if (left_ == 0) state_ = State::kDataCr;
        if (!take(data)) return used;
      } else {
        step(static_cast<unsigned char>(bytes[used++]));
      }
    }
    return used;
  }

  bool done() const { return state_ == State::kDone; }
  const std::optional<WireError>& error() const { return error_; }

 private:
  enum class State {
    kSize,          // digits of a size
    kExtension,     // behind ';'
    kQuoted,        // in a quoted value of an extension
    kQuotedEscape,  // behind a backslash there
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailerStart,  // first byte of a trailer line, or CR of the last line
    kTrailerName,
    kTrailerValue,
    kTrailerLf,
    kEndLf,
    kDone,
  };

  void step(unsigned char c);
  void step_size(unsigned char c);
  void step_extension(unsigned char c);
  void step_trailer(unsigned char c);
  void expect(unsigned char c, unsigned char wanted, State next);
  void end_size_line();
  void count_overhead();

  State state_ = State::kSize;
  std::uint64_t left_ = 0;      // the size while it is read, then the bytes of the chunk still to come
  int digits_ = 0;
  std::size_t overhead_ = 0;    // bytes of extensions and trailers
  std::optional<WireError> error_;
};

}  // namespace rapport::http
