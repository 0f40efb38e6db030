#include "server/http/request_reader.h"

#include <gtest/gtest.h>

namespace rapport::http {
namespace {

using State = RequestReader::State;
constexpr std::size_t kHeaderLimit = 16 * 1024;
constexpr std::size_t kBodyLimit = 1 << 20;

/// Everything about one message, fed in pieces of `piece` bytes.
struct Reading {
  State state = State::kHead;
  RequestHead head;
  std::string body;
  int status = 0;  ///< of the refusal
  std::size_t used = 0;
};

Reading read_in_pieces(std::string_view bytes, std::size_t piece, std::size_t body_limit = kBodyLimit) {
  RequestReader reader(kHeaderLimit);
  Reading reading;
  while (reader.state() != State::kDone && reader.state() != State::kRefused) {
    if (reader.state() == State::kHeadDone) {
      reading.head = reader.head();
      reader.read_body(body_limit);
      continue;
    }
    if (reading.used == bytes.size()) break;
    reading.used += reader.feed(bytes.substr(reading.used, piece));
  }
  reading.state = reader.state();
  if (reader.state() == State::kDone) reading.body = reader.body();
  if (reader.state() == State::kRefused) reading.status = reader.error().status;
  return reading;
}

Reading read_all(std::string_view bytes) { return read_in_pieces(bytes, bytes.size()); }

int refusal(std::string_view bytes) {
  const int whole = read_all(bytes).status;
  EXPECT_EQ(read_in_pieces(bytes, 1).status, whole) << "the answer depends on how the bytes are cut: " << bytes;
  return whole;
}

std::string with_head(std::string_view fields) {
  return "POST /x HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

TEST(RequestReader, ReadsTheSameRequestHoweverItsBytesAreCut) {
  const std::string bytes =
      "POST /a?b=c HTTP/1.1\r\nHost: example.com:8000\r\nContent-Type:  text/plain \r\nContent-Length: 5\r\n\r\nhello";

  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Reading reading = read_in_pieces(bytes, piece);

    ASSERT_EQ(reading.state, State::kDone) << piece;
    EXPECT_EQ(reading.head.method, "POST");
    EXPECT_EQ(reading.head.target, "/a?b=c");
    EXPECT_EQ(*reading.head.find("content-type"), "text/plain");
    EXPECT_EQ(reading.body, "hello");
    EXPECT_EQ(reading.used, bytes.size());
  }
}

TEST(RequestReader, LeavesTheNextRequestUntouched) {
  const std::string first = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string second = "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n";

  const Reading reading = read_all(first + second);

  EXPECT_EQ(reading.state, State::kDone);
  EXPECT_EQ(reading.used, first.size());
}

TEST(RequestReader, PassesOverOneEmptyLineBeforeARequest) {
  EXPECT_EQ(read_all("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").state, State::kDone);
  EXPECT_EQ(read_in_pieces("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 1).state, State::kDone);
  EXPECT_EQ(refusal("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

TEST(RequestReader, RefusesWhatIsNoRequestLine) {
  EXPECT_EQ(refusal("GET /\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal("G(T / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET / http/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/1.10\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(refusal("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
  EXPECT_EQ(refusal("GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET /a\"b HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal(std::string("GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n", 30)), 400);
  EXPECT_EQ(refusal("GET a HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

TEST(RequestReader, RefusesATlsHandshakeAtItsFirstByte) { EXPECT_EQ(refusal("\x16\x03\x01"), 400); }

TEST(RequestReader, RefusesABareLineFeedAtOnce) {
  EXPECT_EQ(refusal("GET / HTTP/1.1\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: a\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: a\r\n\n"), 400);
  EXPECT_EQ(refusal("\nGET / HTTP/1.1\r\n"), 400);
}

TEST(RequestReader, RefusesABareCarriageReturn) {
  EXPECT_EQ(refusal(with_head("A: b\rC: d\r\n")), 400);
  EXPECT_EQ(refusal(with_head("A: b\r\r\n")), 400);
}

TEST(RequestReader, RefusesOddHeaderFields) {
  EXPECT_EQ(refusal(with_head("A: b\r\n folded\r\n")), 400);
  EXPECT_EQ(refusal("POST /x HTTP/1.1\r\n Host: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal(with_head("Content-Length : 5\r\n")), 400);
  EXPECT_EQ(refusal(with_head("Transfer-Encoding\t: chunked\r\n")), 400);
  EXPECT_EQ(refusal(with_head(": nameless\r\n")), 400);
  EXPECT_EQ(refusal(with_head("no colon\r\n")), 400);
  EXPECT_EQ(refusal(with_head("N\xc3\xa4me: b\r\n")), 400);
  EXPECT_EQ(refusal(with_head("A: b\x01\r\n")), 400);
  EXPECT_EQ(refusal(with_head("A: b\x7f\r\n")), 400);
  EXPECT_EQ(refusal(with_head(std::string("A: b\0c\r\n", 8))), 400);
}

TEST(RequestReader, RefusesWhatHidesWhereABodyEnds) {
  EXPECT_EQ(refusal(with_head("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")), 400);
  EXPECT_EQ(refusal(with_head("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")), 400);
  EXPECT_EQ(refusal(with_head("Content-Length: 5\r\nContent-Length: 5\r\n")), 400);
  EXPECT_EQ(refusal(with_head("Content-Length: 5\r\ncontent-length: 6\r\n")), 400);
  EXPECT_EQ(refusal(with_head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")), 400);
  for (const char* length : {"", "5, 5", "5,", "+5", "-5", "0x5", "5 5", "5.0", "1e1", "99999999999999999999"}) {
    EXPECT_EQ(refusal(with_head("Content-Length: " + std::string(length) + "\r\n")), 400) << length;
  }
}

TEST(RequestReader, RefusesTransferCodingsOtherThanChunkedAlone) {
  for (const char* coding : {"gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "xchunked", "chunked;a=b",
                             "identity", "\"chunked\"", "chunked,", ""}) {
    EXPECT_EQ(refusal(with_head("Transfer-Encoding: " + std::string(coding) + "\r\n")), 501) << coding;
  }
  EXPECT_EQ(refusal("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(RequestReader, WantsExactlyOneGoodHost) {
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
  for (const char* host : {"", "a b", "a/b", "user@a", "a:port", "a:123456", "[::1", "[x]", "a, b", ":80"}) {
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"), 400) << host;
  }
  for (const char* host : {"a", "a.example:8000", "[::1]:8000", "127.0.0.1", "xn--bcher-kva.example"}) {
    EXPECT_EQ(read_all("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n").state, State::kDone) << host;
  }
}

TEST(RequestReader, ReducesTheAbsoluteFormToItsPath) {
  const auto target = [](const std::string& sent) {
    return read_all("GET " + sent + " HTTP/1.1\r\nHost: ignored\r\n\r\n").head.target;
  };

  EXPECT_EQ(target("http://example.com/a?b"), "/a?b");
  EXPECT_EQ(target("HTTPS://example.com:8443"), "/");
  EXPECT_EQ(target("http://example.com?b"), "/?b");
  EXPECT_EQ(refusal("GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET http://user@a/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"), 501);
  EXPECT_EQ(refusal("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

TEST(RequestReader, LimitsTheHead) {
  const std::string long_text(kHeaderLimit, 'x');
  std::string many;
  for (int i = 0; i < 101; ++i) many += "A: b\r\n";

  EXPECT_EQ(refusal("GET /" + long_text + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
  EXPECT_EQ(refusal(with_head("A: " + long_text + "\r\n")), 431);
  EXPECT_EQ(refusal(with_head(many)), 431);
}

TEST(RequestReader, ClosesAfterHttp10AndWhenAskedTo) {
  EXPECT_TRUE(read_all("GET / HTTP/1.1\r\nHost: a\r\n\r\n").head.keep_alive);
  EXPECT_FALSE(read_all("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n").head.keep_alive);
  EXPECT_FALSE(read_all("GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\nConnection: close\r\n\r\n").head.keep_alive);
  EXPECT_FALSE(read_all("GET / HTTP/1.0\r\n\r\n").head.keep_alive);
}

TEST(RequestReader, ReadsChunkedBodiesHoweverTheyAreCut) {
  const std::string bytes = with_head("Transfer-Encoding: Chunked\r\n") +
                            "5\r\nhello\r\n06;name=\"a value\"\r\n world\r\n0\r\nTrailer: dropped\r\n\r\n";

  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Reading reading = read_in_pieces(bytes, piece);

    ASSERT_EQ(reading.state, State::kDone) << piece;
    EXPECT_EQ(reading.body, "hello world");
    EXPECT_EQ(reading.head.find("trailer"), nullptr);
    EXPECT_EQ(reading.used, bytes.size());
  }
}

TEST(RequestReader, RefusesOddChunks) {
  const std::string head = with_head("Transfer-Encoding: chunked\r\n");
  for (const char* body : {"5\nhello\r\n", "\r\n", "x\r\n", "-1\r\n", "+5\r\nhello\r\n", "0x5\r\nhello\r\n", " 5\r\nhello\r\n",
                           "5 \r\nhello\r\n", "5\r\nhello!\r\n", "5\r\nhello\n", "000000005\r\nhello\r\n",
                           "ffffffffffffffff1\r\n", "5;a\nb\r\nhello\r\n", "0;a=\"b\r\n\r\n", "0;a=\"b\\\"\r\n\r\n", "5;a\x01\r\nhello\r\n", "5\rhello\r\n",
                           "0\r\nbad trailer\r\n\r\n", "0\r\n folded: x\r\n\r\n", "0\r\nA: b\n\r\n", "0\r\n\n"}) {
    EXPECT_EQ(refusal(head + body), 400) << body;
  }
  EXPECT_EQ(refusal(head + "5;" + std::string(9000, 'x') + "\r\nhello\r\n"), 431);
  EXPECT_EQ(refusal(head + "0\r\nA: " + std::string(9000, 'x')), 431);
}

TEST(RequestReader, RefusesBodiesBeyondTheLimitBeforeHoldingThem) {
  const Reading counted = read_in_pieces(with_head("Content-Length: 11\r\n"), 100, 10);
  const Reading chunked =
      read_in_pieces(with_head("Transfer-Encoding: chunked\r\n") + "a\r\n0123456789\r\n1\r\nx\r\n", 7, 10);

  EXPECT_EQ(counted.status, 413);
  EXPECT_EQ(chunked.status, 413);
  EXPECT_EQ(read_in_pieces(with_head("Content-Length: 10\r\n") + "0123456789", 3, 10).body, "0123456789");
}

TEST(RequestReader, TakesAMillionChunksOfOneByte) {
  constexpr int kChunks = 1'000'000;
  std::string bytes = with_head("Transfer-Encoding: chunked\r\n");
  for (int i = 0; i < kChunks; ++i) bytes += "1\r\nx\r\n";
  bytes += "0\r\n\r\n";

  const Reading reading = read_in_pieces(bytes, 1000);

  EXPECT_EQ(reading.state, State::kDone);
  EXPECT_EQ(reading.body.size(), static_cast<std::size_t>(kChunks));
}

TEST(RequestReader, KnowsWhenAClientWaitsForPermission) {
  EXPECT_TRUE(read_all(with_head("Content-Length: 5\r\nExpect: 100-Continue\r\n")).head.expects_continue);
  EXPECT_FALSE(read_all(with_head("Expect: 100-continue\r\n")).head.expects_continue);
  EXPECT_EQ(refusal(with_head("Expect: a miracle\r\n")), 417);
}

}  // namespace
}  // namespace rapport::http
