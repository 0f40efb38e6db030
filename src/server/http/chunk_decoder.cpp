#include "server/http/chunk_decoder.h"

#include "server/http/characters.h"

namespace rapport::http {
namespace {

constexpr int kMaxSizeDigits = 8;
constexpr std::size_t kMaxOverheadBytes = 8 * 1024;

constexpr WireError kOddSize = bad_request("A chunk size is not 1 to 8 hexadecimal digits.");
constexpr WireError kOddExtension = bad_request("A chunk extension holds a character that it must not hold.");
constexpr WireError kOddTrailer = bad_request("A trailer field is malformed.");
constexpr WireError kOddEnd = bad_request("A chunk does not end where its size says.");
constexpr WireError kTooMuch{431, "trailers_too_large", "Chunk extensions and trailers are longer than 8 KiB."};

}  // namespace

void ChunkDecoder::step(unsigned char c) {
  switch (state_) {
    case State::kSize: step_size(c); return;
    case State::kExtension:
    case State::kQuoted:
    case State::kQuotedEscape: step_extension(c); return;
    case State::kSizeLf:
      if (c == '\n') {
        end_size_line();
      } else {
        error_ = kOddSize;
      }
      return;
    case State::kDataCr: expect(c, '\r', State::kDataLf); return;
    case State::kDataLf:
      expect(c, '\n', State::kSize);
      digits_ = 0;
      left_ = 0;
      return;
    case State::kTrailerStart:
    case State::kTrailerName:
    case State::kTrailerValue: step_trailer(c); return;
    case State::kTrailerLf: expect(c, '\n', State::kTrailerStart); return;
    case State::kEndLf: expect(c, '\n', State::kDone); return;
    case State::kData:
    case State::kDone: return;  // feed never comes here with these
  }
}

void ChunkDecoder::step_size(unsigned char c) {
  const int digit = hex_digit(static_cast<char>(c));
  if (digit >= 0) {
    if (++digits_ > kMaxSizeDigits) {
      error_ = kOddSize;
      return;
    }
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
  } else if (digits_ > 0 && c == '\r') {
    state_ = State::kSizeLf;
  } else if (digits_ > 0 && c == ';') {
    state_ = State::kExtension;
  } else {
    error_ = kOddSize;
  }
}

/// A quoted value that did not close would end at the line for one reader and later for another: it is refused.
void ChunkDecoder::step_extension(unsigned char c) {
  count_overhead();
  if (c == '\r' && state_ == State::kExtension) {
    state_ = State::kSizeLf;
  } else if (!is_char(static_cast<char>(c), kValueChar)) {
    error_ = kOddExtension;
  } else if (state_ == State::kQuotedEscape) {
    state_ = State::kQuoted;
  } else if (c == '"') {
    state_ = state_ == State::kQuoted ? State::kExtension : State::kQuoted;
  } else if (c == '\\' && state_ == State::kQuoted) {
    state_ = State::kQuotedEscape;
  }
}

void ChunkDecoder::step_trailer(unsigned char c) {
  count_overhead();
  const char byte = static_cast<char>(c);
  if (state_ == State::kTrailerStart && c == '\r') {
    state_ = State::kEndLf;
  } else if (state_ == State::kTrailerName && c == ':') {
    state_ = State::kTrailerValue;
  } else if (state_ == State::kTrailerValue) {
    if (c == '\r') {
      state_ = State::kTrailerLf;
    } else if (!is_char(byte, kValueChar)) {
      error_ = kOddTrailer;
    }
  } else if (is_char(byte, kTokenChar)) {
    state_ = State::kTrailerName;
  } else {
    error_ = kOddTrailer;
  }
}

void ChunkDecoder::expect(unsigned char c, unsigned char wanted, State next) {
  if (c == wanted) {
    state_ = next;
  } else {
    error_ = kOddEnd;
  }
}

void ChunkDecoder::end_size_line() { state_ = left_ == 0 ? State::kTrailerStart : State::kData; }

void ChunkDecoder::count_overhead() {
  if (++overhead_ > kMaxOverheadBytes) error_ = kTooMuch;
}

}  // namespace rapport::http
