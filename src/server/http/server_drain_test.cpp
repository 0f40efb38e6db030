#include <gtest/gtest.h>

#include "server/http/server.h"
#include "server/http/test_server.h"

namespace rapport::http {
namespace {

using testing::make_request;
using testing::RawConnection;
using namespace std::chrono_literals;

using SteadyClock = std::chrono::steady_clock;

TEST(ServerDrain, FinishesWhatIsInFlightAndClosesTheRest) {
  TestServer server;
  RawConnection idle(server.port());
  idle.exchange(make_request("GET", "/hello"));
  RawConnection silent(server.port());
  RawConnection busy(server.port());
  busy.send(make_request("GET", "/gated-worker"));
  server.wait_for_guests(1);
  RawConnection sending(server.port());
  sending.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
  std::this_thread::sleep_for(50ms);

  server.server().stop();

  EXPECT_TRUE(server.server().draining());
  EXPECT_TRUE(idle.ends_within(2s));
  EXPECT_TRUE(silent.ends_within(2s));
  EXPECT_THROW(
      {
        RawConnection late(server.port());
        if (!late.try_send(make_request("GET", "/hello")) || !late.read(500ms)) throw std::runtime_error("closed");
      },
      std::runtime_error);
  const auto sent = sending.exchange("llo");
  EXPECT_EQ(sent->body, "hello");
  EXPECT_EQ(sent->header("connection"), "close");
  server.open_gate();
  const auto finished = busy.read();
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->body, "through");
  EXPECT_EQ(finished->header("connection"), "close");
  busy.shut_writing();
  sending.shut_writing();
  server.join();
}

TEST(ServerDrain, ReturnsAtOnceWhenNobodyIsThere) {
  TestServer server;
  const auto start = SteadyClock::now();

  server.server().stop();
  server.join();

  EXPECT_LT(SteadyClock::now() - start, 1s);
}

TEST(ServerDrain, LeavesAtTheDeadline) {
  ServerOptions options;
  options.limits.drain_deadline = 100ms;
  TestServer server(options);
  RawConnection busy(server.port());
  busy.send(make_request("GET", "/gated-worker"));
  server.wait_for_guests(1);

  server.server().stop();
  server.join();

  EXPECT_FALSE(busy.read(10ms));
}

TEST(ServerDrain, LeavesAtOnceWhenToldTwice) {
  TestServer server;
  RawConnection busy(server.port());
  busy.send(make_request("GET", "/gated-worker"));
  server.wait_for_guests(1);
  const auto start = SteadyClock::now();

  server.server().stop();
  server.server().stop();
  server.join();

  EXPECT_LT(SteadyClock::now() - start, 1s);
}

TEST(ServerDrain, StopsBeforeItHasBegun) {
  Metrics metrics;
  const SystemClock clock;
  const auth::TokenVerifier verifier({PrivateText(std::string(32, 'k')), {}});
  ServerOptions options;
  options.port = 0;
  Server server(options, Router({}), verifier, clock, metrics);

  server.stop();
  server.run();

  EXPECT_TRUE(server.draining());
}

}  // namespace
}  // namespace rapport::http
