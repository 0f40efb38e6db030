#include <gtest/gtest.h>

#include "server/http/server.h"
#include "server/http/test_server.h"

namespace rapport::http {
namespace {

using testing::fetch;
using testing::make_request;
using testing::RawConnection;
using namespace std::chrono_literals;

ServerOptions short_deadlines() {
  ServerOptions options;
  options.limits.header_deadline = 150ms;
  options.limits.idle_timeout = 300ms;
  options.limits.write_timeout = 200ms;
  return options;
}

TEST(ServerLimits, RefusesBodiesByTheirLengthBeforeReadingThem) {
  TestServer server;
  RawConnection client(server.port());

  const auto answer = client.exchange("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n");

  EXPECT_EQ(answer->status, 413);
  EXPECT_NE(answer->body.find("body_too_large"), std::string::npos);
  EXPECT_EQ(answer->header("connection"), "close");
}

TEST(ServerLimits, DeliversTheRefusalToAClientThatKeepsSending) {
  TestServer server;
  RawConnection client(server.port());

  client.send("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n");
  for (int i = 0; i < 40; ++i) client.try_send(std::string(100'000, 'x'));
  const auto answer = client.read();

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
}

TEST(ServerLimits, RefusesChunkedBodiesOnceTheyAreTooLong) {
  TestServer server;
  RawConnection client(server.port());

  client.send("POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 11; ++i) client.try_send("1\r\nx\r\n");
  const auto answer = client.read();

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
}

TEST(ServerLimits, TakesTenThousandChunksOfOneByteInPacketsOfTheirOwn) {
  TestServer server;
  RawConnection client(server.port());

  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 10'000; ++i) client.send("1\r\nx\r\n");
  const auto answer = client.exchange("0\r\n\r\n");

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, std::string(10'000, 'x'));
}

TEST(ServerLimits, RefusesHeadsThatAreTooLong) {
  TestServer server;

  EXPECT_EQ(fetch(server.port(), make_request("GET", "/hello", "", {{"A", std::string(17'000, 'x')}})).status, 431);
  EXPECT_EQ(fetch(server.port(), make_request("GET", "/" + std::string(17'000, 'x'))).status, 414);
}

TEST(ServerLimits, EndsAHeadThatComesTooSlowly) {
  TestServer server(short_deadlines());
  RawConnection client(server.port());

  client.send("GET /hello HTTP/1.1\r\nHost: a\r\n");
  const auto start = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - start < 120ms) {
    client.try_send("A: b\r\n");
    std::this_thread::sleep_for(20ms);
  }
  const auto answer = client.read();

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 408);
  EXPECT_TRUE(client.ends_within());
}

TEST(ServerLimits, EndsABodyThatComesTooSlowly) {
  TestServer server(short_deadlines());
  RawConnection client(server.port());

  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
  for (int i = 0; i < 25 && client.try_send("x"); ++i) std::this_thread::sleep_for(20ms);
  const auto answer = client.read();

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 408);
  EXPECT_EQ(server.calls(), 0);
}

TEST(ServerLimits, LetsALongBodyTakeItsTimeWhenItKeepsComing) {
  TestServer server(short_deadlines());
  RawConnection client(server.port());
  constexpr int kParts = 60;

  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(kParts * 200) + "\r\n\r\n");
  for (int i = 0; i < kParts; ++i) {
    client.send(std::string(200, 'x'));
    std::this_thread::sleep_for(10ms);
  }
  const auto answer = client.read();

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

TEST(ServerLimits, ClosesConnectionsThatStayIdle) {
  TestServer server(short_deadlines());
  RawConnection silent(server.port());
  RawConnection used(server.port());
  used.exchange(make_request("GET", "/hello"));

  EXPECT_TRUE(silent.ends_within(2s));
  EXPECT_TRUE(used.ends_within(2s));
}

TEST(ServerLimits, ClosesAConnectionThatDoesNotReadItsAnswer) {
  TestServer server(short_deadlines());
  RawConnection client(server.port());

  client.send(make_request("GET", "/large"));
  std::this_thread::sleep_for(600ms);
  const auto answer = client.read(2s);

  EXPECT_FALSE(answer);  // it breaks off somewhere in its 8 MB
}

TEST(ServerLimits, SendsALargeAnswerToASlowReader) {
  TestServer server;
  RawConnection client(server.port());

  client.send(make_request("GET", "/large"));
  std::this_thread::sleep_for(50ms);
  const auto answer = client.read();

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), 8u << 20);
}

TEST(ServerLimits, AnswersAHalfClosedConnection) {
  TestServer server;
  RawConnection client(server.port());

  client.send(make_request("GET", "/hello"));
  client.shut_writing();
  const auto answer = client.read();

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "hello");
  EXPECT_TRUE(client.ends_within(2s));
}

TEST(ServerLimits, SurvivesClientsThatLeaveInTheMiddle) {
  TestServer server;
  for (int i = 0; i < 20; ++i) {
    RawConnection in_head(server.port());
    in_head.send("GET /hello HT");
    in_head.reset();
    RawConnection in_body(server.port());
    in_body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf");
    in_body.reset();
    RawConnection in_answer(server.port());
    in_answer.send(make_request("GET", "/large"));
    in_answer.reset();
  }
  RawConnection in_worker(server.port());
  in_worker.send(make_request("GET", "/gated-worker"));
  server.wait_for_guests(1);
  in_worker.reset();
  server.open_gate();

  EXPECT_EQ(fetch(server.port(), make_request("GET", "/hello")).body, "hello");
}

TEST(ServerLimits, RefusesConnectionsBeyondTheTotal) {
  ServerOptions options;
  options.limits.max_connections = 2;
  TestServer server(options);
  RawConnection first(server.port());
  RawConnection second(server.port());
  first.exchange(make_request("GET", "/hello"));
  second.exchange(make_request("GET", "/hello"));

  const auto refused = RawConnection(server.port()).read();

  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->header("retry-after"), "1");
  EXPECT_EQ(second.exchange(make_request("GET", "/hello"))->status, 200);
}

TEST(ServerLimits, RefusesConnectionsBeyondAnAddresssShareAndGivesPlacesBack) {
  ServerOptions options;
  options.limits.max_connections_per_address = 1;
  TestServer server(options);
  {
    RawConnection first(server.port());
    first.exchange(make_request("GET", "/hello"));

    const auto refused = RawConnection(server.port()).read();

    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 429);
  }
  int status = 0;
  for (int i = 0; i < 100 && status != 200; ++i) {
    std::this_thread::sleep_for(10ms);
    RawConnection again(server.port());
    if (!again.try_send(make_request("GET", "/hello"))) continue;
    if (const auto answer = again.read()) status = answer->status;
  }
  EXPECT_EQ(status, 200);
}

TEST(ServerLimits, RefusesWorkWhenTheWorkersQueueIsFull) {
  ServerOptions options;
  options.worker_threads = 1;
  options.worker_queue = 1;
  TestServer server(options);
  RawConnection running(server.port());
  running.send(make_request("GET", "/gated-worker"));
  server.wait_for_guests(1);
  RawConnection a(server.port());
  RawConnection b(server.port());
  a.send(make_request("GET", "/gated-worker"));
  b.send(make_request("GET", "/gated-worker"));
  const auto of_a = a.read(300ms);
  const auto of_b = b.read(300ms);
  server.open_gate();

  ASSERT_NE(of_a.has_value(), of_b.has_value()) << "exactly one of two finds room";
  const auto& refused = of_a ? *of_a : *of_b;
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("retry-after"), "1");
  EXPECT_EQ(running.read()->status, 200);
  EXPECT_EQ((of_a ? b : a).read()->status, 200);
  EXPECT_EQ((of_a ? a : b).exchange(make_request("GET", "/hello"))->status, 200);
}

TEST(ServerLimits, WorksWhileEveryWaiterWaits) {
  ServerOptions options;
  options.waiter_threads = 1;
  options.worker_threads = 1;
  TestServer server(options);
  RawConnection waiting(server.port());
  waiting.send(make_request("GET", "/gated-waiter"));
  server.wait_for_guests(1);
  RawConnection working(server.port());
  working.send(make_request("GET", "/gated-worker"));

  server.wait_for_guests(2);
  server.open_gate();

  EXPECT_EQ(working.read()->status, 200);
  EXPECT_EQ(waiting.read()->status, 200);
}

TEST(ServerLimits, RefusesBodiesBeyondWhatAllConnectionsMayHold) {
  ServerOptions options;
  options.limits.max_body_bytes_in_flight = 1000;
  TestServer server(options);
  RawConnection half(server.port());
  half.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 800\r\n\r\n" + std::string(700, 'x'));
  RawConnection announced(server.port());
  announced.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n");
  std::optional<testing::RawResponse> refused;
  for (int i = 0; i < 100 && (!refused || refused->status == 200); ++i) {  // until the first body has arrived
    refused = fetch(server.port(), make_request("POST", "/echo", std::string(400, 'y')));
  }

  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 429);
  EXPECT_EQ(refused->header("connection"), "close");
  EXPECT_EQ(fetch(server.port(), make_request("POST", "/echo", std::string(200, 'y'))).status, 200);
  EXPECT_EQ(half.exchange(std::string(100, 'x'))->status, 200);
  EXPECT_EQ(fetch(server.port(), make_request("POST", "/echo", std::string(400, 'y'))).status, 200)
      << "what was held is given back, and what is only announced holds nothing";
}

TEST(ServerLimits, ManyRequestsWaitTogetherAndHoldUpNobody) {
  constexpr int kTogether = 40;
  ServerOptions options;
  options.threads = 1;
  options.worker_threads = 1;
  options.waiter_threads = kTogether;
  options.waiter_queue = 0;
  TestServer server(options);
  std::vector<std::unique_ptr<RawConnection>> clients;
  for (int i = 0; i < kTogether; ++i) {
    clients.push_back(std::make_unique<RawConnection>(server.port()));
    clients.back()->send(make_request("GET", "/gated-waiter"));
  }
  server.wait_for_guests(kTogether);

  EXPECT_EQ(fetch(server.port(), make_request("GET", "/gated-waiter")).status, 429) << "no thread is left";
  EXPECT_EQ(fetch(server.port(), make_request("GET", "/hello")).status, 200);
  server.open_gate();
  for (const auto& client : clients) EXPECT_EQ(client->read()->status, 200);
}

TEST(ServerLimits, ServesSmallRequestsOfAWorkersRouteAtOnce) {
  Route route;
  route.method = "POST";
  route.pattern = "/where";
  route.where = Where::kWorker;
  route.inline_below_bytes = 10;
  route.handle = [](const Request&) {
    Response response;
    response.body = std::to_string(std::hash<std::thread::id>()(std::this_thread::get_id()));
    return response;
  };
  ServerOptions options;
  options.threads = 1;
  options.worker_threads = 1;
  TestServer server(options, {route});
  RawConnection client(server.port());

  const std::string small = client.exchange(make_request("POST", "/where", "x"))->body;
  const std::string large = client.exchange(make_request("POST", "/where", std::string(10, 'x')))->body;

  EXPECT_NE(small, large);
}

}  // namespace
}  // namespace rapport::http
