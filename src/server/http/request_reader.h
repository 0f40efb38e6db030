#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/http/chunk_decoder.h"
#include "server/http/wire_error.h"

namespace rapport::http {

/// Everything before the body of one request, checked.
struct RequestHead {
  std::string method;
  std::string target;  ///< as it was sent, except that the absolute form is reduced to the origin form
  bool http_1_0 = false;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case, values trimmed
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;

  const std::string* find(std::string_view lower_case_name) const;
  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

/// Makes requests out of the bytes of one connection, however they are cut into pieces. It stops behind each head, so
/// that the caller decides about the request before a byte of its body is taken, and behind each body.
///
/// Every head passes two readers: our own grammar, which permits nothing that another server could understand
/// otherwise (see head_check.cpp), and Boost.Beast's parser, which takes it apart. Both must agree.
///
/// Threads   one per connection.
/// Cost      linear in the bytes, whatever their pieces; memory is at most the header limit plus, without a
///           sink, the body so far.
/// Source    RFC 9112.
class RequestReader {
 public:
  enum class State {
    kHead,      ///< wants bytes of a head
    kHeadDone,  ///< head() is there: call read_body or discard_body
    kBody,      ///< wants bytes of the body
    kDone,      ///< body() is there: call next
    kRefused,   ///< error() says why; nothing more can be read from this connection
  };

  explicit RequestReader(std::size_t max_header_bytes) : max_header_bytes_(max_header_bytes) {}

  /// Takes bytes up to the next stop and returns how many: all of them in the states that want more.
  std::size_t feed(std::string_view bytes);

  State state() const { return state_; }
  /// No byte of the next request has come.
  bool idle() const { return state_ == State::kHead && head_bytes_.empty() && !skipped_empty_line_; }

  RequestHead& head() { return head_; }
  std::string& body() { return body_; }
  const WireError& error() const { return *error_; }

  /// Takes the bytes of a body as they come, in pieces of any size.
  using Sink = std::function<void(std::string_view)>;

  /// Reads the body, or refuses it (413) when it is, or becomes, longer than `limit`. With a sink its bytes go there,
  /// and body() stays empty.
  void read_body(std::size_t limit, Sink sink = {});
  /// The same, but throws its bytes away.
  void discard_body(std::size_t limit) {
    read_body(limit, [](std::string_view) {});
  }
  /// Bytes of the body so far, wherever they went.
  std::uint64_t body_bytes() const { return body_bytes_; }

  /// Forgets the request, ready for the next one.
  void next();

 private:
  std::size_t feed_head(std::string_view bytes);
  std::size_t feed_body(std::string_view bytes);
  std::size_t feed_counted(std::string_view bytes);
  std::size_t feed_chunked(std::string_view bytes);
  void take_body(std::string_view data);
  bool scan_for_end(std::string_view text);
  void read_head(std::string_view text);
  void refuse(WireError error);

  const std::size_t max_header_bytes_;
  State state_ = State::kHead;
  std::string head_bytes_;          // a head that came in pieces
  std::size_t scanned_ = 0;         // bytes of it that were looked at
  std::size_t line_start_ = 0;      // where its last line starts
  bool skipped_empty_line_ = false;
  RequestHead head_;
  std::string body_;
  std::size_t body_limit_ = 0;
  std::uint64_t body_bytes_ = 0;
  Sink sink_;  // of this body; empty: body_
  ChunkDecoder chunks_;
  std::optional<WireError> error_;
};

}  // namespace rapport::http
