// The bytes of a connection. Three promises are checked: the result does not depend on how the bytes are cut into
// pieces; what our reader takes, Boost.Beast's takes too and reads the same; and routing whatever was read is safe.
#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server/http/request_reader.h"
#include "server/http/router.h"
#include "server/http/target.h"

namespace {

namespace beast = boost::beast;
using rapport::http::RequestHead;
using rapport::http::RequestReader;
using State = RequestReader::State;

constexpr std::size_t kHeaderLimit = 4096;
constexpr std::size_t kBodyLimit = 2048;

void require(bool condition) {
  if (!condition) std::abort();
}

struct Reading {
  State state = State::kHead;
  RequestHead head;
  std::string body;
  int status = 0;
  std::size_t used = 0;
};

/// The first request of `bytes`, fed in pieces of `piece`.
Reading read_request(std::string_view bytes, std::size_t piece) {
  RequestReader reader(kHeaderLimit);
  Reading reading;
  while (reader.state() != State::kDone && reader.state() != State::kRefused) {
    if (reader.state() == State::kHeadDone) {
      reading.head = reader.head();
      reader.read_body(kBodyLimit);
      continue;
    }
    if (reading.used == bytes.size()) break;
    const std::size_t took = reader.feed(bytes.substr(reading.used, piece));
    require(took > 0 || reader.state() == State::kRefused);
    reading.used += took;
  }
  reading.state = reader.state();
  if (reading.state == State::kDone) reading.body = reader.body();
  if (reading.state == State::kRefused) reading.status = reader.error().status;
  return reading;
}

void require_same(const Reading& a, const Reading& b) {
  require(a.state == b.state && a.status == b.status && a.body == b.body);
  require(a.head.method == b.head.method && a.head.target == b.head.target && a.head.headers == b.head.headers);
  if (a.state == State::kDone) require(a.used == b.used);
}

/// Beast must read the same request out of the bytes that we used.
void compare_with_beast(std::string_view bytes, const Reading& reading) {
  if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);  // Beast does not pass over the empty line
  beast::http::request_parser<beast::http::string_body> parser;
  parser.eager(true);
  parser.header_limit(2 * kHeaderLimit);
  beast::error_code code;
  std::size_t used = 0;
  while (!code && !parser.is_done() && used < bytes.size()) {
    used += parser.put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), code);
  }
  // What we permit and Beast does not: free text in chunk extensions, odd lists in Connection, and, in trailers, which
  // we drop, the fields that would say where the body ends.
  using Why = beast::http::error;
  if (code == Why::bad_chunk_extension || code == Why::bad_value) return;
  const bool framing = code == Why::bad_transfer_encoding || code == Why::bad_content_length;
  if (framing && reading.head.chunked) return;
  require(!code && parser.is_done());
  require(parser.get().method_string() == reading.head.method);
  require(parser.get().body() == reading.body);
}

const rapport::http::Router& router() {
  static const rapport::http::Router instance = [] {
    std::vector<rapport::http::Route> routes;
    for (const char* pattern : {"/", "/a", "/a/{x}", "/a/{x}/b", "/{y}"}) {
      rapport::http::Route route;
      route.method = "GET";
      route.pattern = pattern;
      route.handle = [](const rapport::http::Request&) { return rapport::http::Response(); };
      routes.push_back(std::move(route));
    }
    return rapport::http::Router(std::move(routes));
  }();
  return instance;
}

void route(const RequestHead& head) {
  const auto target = rapport::http::split_target(head.target);
  const auto match = router().match(head.method, target.path);
  for (const auto& [name, value] : match.path_values) {
    require(!value.empty() && value.find('\0') == std::string::npos && rapport::http::is_utf8(value));
  }
  if (const auto path = rapport::http::percent_decode(target.path)) require(rapport::http::is_utf8(*path));
  if (const auto query = rapport::http::parse_query(target.query)) require(query->size() <= 100);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Reading whole = read_request(bytes, size + 1);
  require_same(whole, read_request(bytes, 1));
  require_same(whole, read_request(bytes, 7));
  if (whole.state == State::kDone) {
    require(whole.head.method.size() <= 32 && !whole.head.target.empty() && whole.body.size() <= kBodyLimit);
    compare_with_beast(bytes.substr(0, whole.used), whole);
    route(whole.head);
  }
  return 0;
}
