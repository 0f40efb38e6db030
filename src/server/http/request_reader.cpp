#include "server/http/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstring>
#include <limits>

#include "server/http/characters.h"
#include "server/http/head_check.h"

namespace rapport::http {
namespace {

namespace beast = boost::beast;

/// What is reserved for a body before any of it has come: more is allocated only for bytes that are there.
constexpr std::size_t kReservedBodyBytes = 64 * 1024;

constexpr WireError kHeadTooLarge{431, "headers_too_large", "The request line and headers are too long."};
constexpr WireError kTargetTooLong{414, "target_too_long", "The request line is too long."};
constexpr WireError kBodyTooLarge{413, "body_too_large", "The body is longer than this address permits."};
constexpr WireError kBareLf = bad_request("A line ends in a bare line feed.");
constexpr WireError kNotHttp = bad_request("This is not an HTTP request.");
constexpr WireError kNotRead = bad_request("The head of the request is malformed.");

/// Beast's parser, writing into a RequestHead. It sees whole heads only, and never a body.
class HeadParser final : public beast::http::basic_parser<true> {
 public:
  explicit HeadParser(RequestHead& head) : head_(head) {
    skip(true);
    header_limit(std::numeric_limits<std::uint32_t>::max());
  }

 private:
  using Code = beast::error_code;

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                       Code& code) override {
    head_.method.assign(method.data(), method.size());
    head_.target.assign(target.data(), target.size());
    head_.http_1_0 = version == 10;
    code = {};
  }
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, Code& code) override {
    auto& [own_name, own_value] = head_.headers.emplace_back(std::string(name.size(), '\0'),
                                                             std::string(value.data(), value.size()));
    std::transform(name.begin(), name.end(), own_name.begin(), lower_case);
    code = {};
  }
  void on_response_impl(int, beast::string_view, int, Code& code) override { code = {}; }
  void on_header_impl(Code& code) override { code = {}; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Code& code) override { code = {}; }
  std::size_t on_body_impl(beast::string_view body, Code& code) override {
    code = {};
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, Code& code) override { code = {}; }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, Code& code) override {
    code = {};
    return body.size();
  }
  void on_finish_impl(Code& code) override { code = {}; }

  RequestHead& head_;
};

}  // namespace

const std::string* RequestHead::find(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return &value;
  }
  return nullptr;
}

std::size_t RequestReader::feed(std::string_view bytes) {
  switch (state_) {
    case State::kHead: return feed_head(bytes);
    case State::kBody: return feed_body(bytes);
    case State::kHeadDone:
    case State::kDone:
    case State::kRefused: return 0;
  }
  return 0;
}

void RequestReader::next() {
  state_ = State::kHead;
  head_bytes_.clear();
  scanned_ = 0;
  line_start_ = 0;
  skipped_empty_line_ = false;
  head_ = RequestHead();
  body_ = std::string();
  body_bytes_ = 0;
  sink_ = Sink();
  chunks_ = ChunkDecoder();
}

void RequestReader::refuse(WireError error) {
  error_ = error;
  state_ = State::kRefused;
}

/// Looks for the empty line that ends the head, from where the last look ended. On true `scanned_` is its end.
bool RequestReader::scan_for_end(std::string_view text) {
  while (scanned_ < text.size()) {
    const void* found = std::memchr(text.data() + scanned_, '\n', text.size() - scanned_);
    if (found == nullptr) {
      scanned_ = text.size();
      return false;
    }
    const auto lf = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    if (lf == 0 || text[lf - 1] != '\r') {
      refuse(kBareLf);
      return false;
    }
    const bool empty_line = lf - 1 == line_start_;
    scanned_ = lf + 1;
    line_start_ = scanned_;
    if (empty_line) return true;
  }
  return false;
}

std::size_t RequestReader::feed_head(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const std::size_t before = head_bytes_.size();
  if (before == 0 && bytes.front() != '\r' && !is_char(bytes.front(), kTokenChar)) {
    refuse(kNotHttp);
    return 0;
  }
  // A head that is there in one piece is read where it lies.
  const std::string_view window = bytes.substr(0, max_header_bytes_ + 1 - std::min(before, max_header_bytes_));
  if (before > 0) head_bytes_.append(window);
  const std::string_view text = before > 0 ? std::string_view(head_bytes_) : window;

  if (scan_for_end(text)) {
    const std::size_t used = scanned_ - before;
    if (scanned_ > max_header_bytes_) {
      refuse(kHeadTooLarge);
    } else if (scanned_ == 2 && !skipped_empty_line_) {
      next();  // RFC 9112, section 2.2: one empty line before the request line is passed over
      skipped_empty_line_ = true;
    } else {
      read_head(text.substr(0, scanned_));
    }
    return used;
  }
  if (state_ == State::kRefused) return window.size();
  if (text.size() > max_header_bytes_) {
    refuse(line_start_ == 0 ? kTargetTooLong : kHeadTooLarge);
  } else if (before == 0) {
    head_bytes_.assign(window);
  }
  return window.size();
}

void RequestReader::read_head(std::string_view text) {
  if (auto error = check_head_bytes(text)) return refuse(*error);
  HeadParser parser(head_);
  beast::error_code code;
  const std::size_t consumed = parser.put(boost::asio::const_buffer(text.data(), text.size()), code);
  if (code || !parser.is_header_done() || consumed != text.size()) return refuse(kNotRead);
  if (auto error = check_framing(head_)) return refuse(*error);
  state_ = State::kHeadDone;
}

void RequestReader::read_body(std::size_t limit, Sink sink) {
  body_limit_ = limit;
  sink_ = std::move(sink);
  if (head_.content_length.value_or(0) > limit) return refuse(kBodyTooLarge);
  if (!head_.has_body()) {
    state_ = State::kDone;
    return;
  }
  if (!sink_) {
    body_.reserve(std::min<std::size_t>(kReservedBodyBytes, static_cast<std::size_t>(head_.content_length.value_or(0))));
  }
  state_ = State::kBody;
}

void RequestReader::take_body(std::string_view data) {
  if (sink_) {
    sink_(data);
  } else {
    body_.append(data);
  }
}

std::size_t RequestReader::feed_body(std::string_view bytes) {
  return head_.chunked ? feed_chunked(bytes) : feed_counted(bytes);
}

std::size_t RequestReader::feed_counted(std::string_view bytes) {
  const std::uint64_t left = *head_.content_length - body_bytes_;
  const std::string_view part = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size())));
  take_body(part);
  body_bytes_ += part.size();
  if (body_bytes_ == *head_.content_length) state_ = State::kDone;
  return part.size();
}

std::size_t RequestReader::feed_chunked(std::string_view bytes) {
  const std::size_t used = chunks_.feed(bytes, [this](std::string_view data) {
    body_bytes_ += data.size();
    if (body_bytes_ > body_limit_) {
      refuse(kBodyTooLarge);
      return false;
    }
    take_body(data);
    return true;
  });
  if (chunks_.error()) {
    refuse(*chunks_.error());
  } else if (chunks_.done()) {
    state_ = State::kDone;
  }
  return used;
}

}  // namespace rapport::http
