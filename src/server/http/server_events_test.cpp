// Answers that go out event by event.
#include <gtest/gtest.h>

#include "server/http/test_server.h"

namespace rapport::http {
namespace {

using testing::fetch;
using testing::make_request;
using testing::RawConnection;
using namespace std::chrono_literals;

/// A server whose handler of /events does what the test says.
class ServerEvents : public ::testing::Test {
 protected:
  using Handler = std::function<void(EventStream&)>;

  TestServer& start(Handler handler, ServerOptions options = ServerOptions()) {
    Route route;
    route.method = "POST";
    route.pattern = "/events";
    route.where = Where::kWaiter;
    route.watches_client = true;
    route.sends_events = true;
    route.shape_error = [](Response& response) { response.body = "{\"error\":\"" + response.problem->code + "\"}"; };
    route.handle = [this, handler = std::move(handler)](const Request& request) {
      try {
        handler(*request.events);
      } catch (const Error& error) {
        if (error.code() == "cancelled") ++cancelled_;
        throw;
      }
      Response response;
      response.body = "whole";
      return response;
    };
    server_ = std::make_unique<TestServer>(options, std::vector<Route>{route});
    return *server_;
  }

  template <class Condition>
  static bool comes_true(Condition&& condition) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(1ms);
    }
    return true;
  }
  bool counts_status(int status) const {
    return server_->metrics().text().find("route=\"/events\",status=\"" + std::to_string(status) + "\"} 1") !=
           std::string::npos;
  }
  void open_gate() {
    const std::lock_guard lock(mutex_);
    gate_open_ = true;
    changed_.notify_all();
  }
  void wait_at_gate() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return gate_open_; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool gate_open_ = false;
  std::atomic<std::size_t> sent_{0};
  std::atomic<int> cancelled_{0};
  std::unique_ptr<TestServer> server_;
};

TEST_F(ServerEvents, GoOutBeforeTheHandlerIsDone) {
  const TestServer& server = start([this](EventStream& events) {
    events.set_header("X-Model", "m");
    events.send("one");
    wait_at_gate();
    events.send("two");
  });
  RawConnection client(server.port());
  client.send(make_request("POST", "/events"));

  const auto first = client.read_until("data: one\n\n");
  ASSERT_TRUE(first) << "the handler waits";
  open_gate();
  const auto rest = client.read_until("0\r\n\r\n");

  EXPECT_NE(first->find("HTTP/1.1 200 OK\r\n"), std::string::npos);
  EXPECT_NE(first->find("Content-Type: text/event-stream"), std::string::npos);
  EXPECT_NE(first->find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(first->find("Content-Length"), std::string::npos);
  EXPECT_NE(first->find("X-Model: m\r\n"), std::string::npos);
  EXPECT_NE(first->find("\r\n\r\nb\r\ndata: one\n\n"), std::string::npos);
  ASSERT_TRUE(rest);
  EXPECT_EQ(*rest, "\r\nb\r\ndata: two\n\n\r\n0\r\n\r\n");
  EXPECT_TRUE(comes_true([&] { return counts_status(200); }));
}

TEST_F(ServerEvents, LeaveTheConnectionOpenForTheNextRequest) {
  const TestServer& server = start([](EventStream& events) { events.send("one"); });
  RawConnection client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send(make_request("POST", "/events") + make_request("POST", "/echo", "behind"));

    ASSERT_TRUE(client.read_until("0\r\n\r\n"));
    const auto behind = client.read();
    ASSERT_TRUE(behind);
    EXPECT_EQ(behind->body, "behind");
  }
}

TEST_F(ServerEvents, EndWithTheConnectionForOldClients) {
  const TestServer& server = start([](EventStream& events) {
    events.send("one");
    events.send("two");
  });
  RawConnection old(server.port());
  old.send("POST /events HTTP/1.0\r\n\r\n");

  const auto answer = old.read_until("data: two\n\n");

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->find("chunked"), std::string::npos);
  EXPECT_NE(answer->find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(answer->substr(answer->find("\r\n\r\n")), "\r\n\r\ndata: one\n\ndata: two\n\n");
  EXPECT_TRUE(old.ends_within());

  RawConnection closing(server.port());
  closing.send(make_request("POST", "/events", "", {{"Connection", "close"}}));
  EXPECT_TRUE(closing.read_until("0\r\n\r\n"));
  EXPECT_TRUE(closing.ends_within());
}

TEST_F(ServerEvents, WithoutAnyTheAnswerIsWhole) {
  const TestServer& server = start([](EventStream&) {});

  const auto answer = fetch(server.port(), make_request("POST", "/events"));

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "whole");
}

TEST_F(ServerEvents, AnErrorBeforeTheFirstIsAnErrorAnswer) {
  const TestServer& server =
      start([](EventStream&) { throw Error(ErrorKind::kInvalid, "audio_damaged", "It is damaged."); });

  const auto answer = fetch(server.port(), make_request("POST", "/events"));

  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.body, "{\"error\":\"audio_damaged\"}");
}

TEST_F(ServerEvents, AnErrorBehindTheFirstIsTheLastEvent) {
  const TestServer& server = start([](EventStream& events) {
    events.send("one");
    throw Error(ErrorKind::kInvalid, "audio_damaged", "It is damaged.");
  });
  RawConnection client(server.port());
  client.send(make_request("POST", "/events"));

  const auto answer = client.read_until("0\r\n\r\n");

  ASSERT_TRUE(answer);
  EXPECT_NE(answer->find("HTTP/1.1 200 OK\r\n"), std::string::npos);
  EXPECT_NE(answer->find("data: {\"error\":\"audio_damaged\"}\n\n"), std::string::npos);
  EXPECT_EQ(client.exchange(make_request("POST", "/echo", "on"))->body, "on");
  EXPECT_TRUE(comes_true([&] { return counts_status(422); }));
}

TEST_F(ServerEvents, ASlowReaderHoldsTheHandlerUpAndNotTheMemory) {
  constexpr std::size_t kEventBytes = 1000;
  constexpr std::size_t kMostOnItsWay = 16 << 20;  // what the kernel's buffers may take, and more
  const TestServer& server = start([this](EventStream& events) {
    for (;;) {
      events.send(std::string(kEventBytes, 'x'));
      sent_ += kEventBytes;
    }
  });
  RawConnection client(server.port());
  client.send(make_request("POST", "/events"));
  ASSERT_TRUE(client.read_until("xxx"));
  std::size_t before = 0;
  EXPECT_TRUE(comes_true([&] {  // it stands still
    std::this_thread::sleep_for(100ms);
    return std::exchange(before, sent_.load()) == sent_.load();
  }));
  EXPECT_LT(sent_, kMostOnItsWay);

  client.reset();

  EXPECT_TRUE(comes_true([&] { return cancelled_ == 1; }));
  EXPECT_TRUE(comes_true([&] { return counts_status(499); }));
}

TEST_F(ServerEvents, AReaderThatReadsNothingIsLeft) {
  ServerOptions options;
  options.limits.write_timeout = 100ms;
  const TestServer& server = start(
      [](EventStream& events) {
        for (;;) events.send(std::string(1000, 'x'));
      },
      options);
  RawConnection client(server.port());

  client.send(make_request("POST", "/events"));

  EXPECT_TRUE(comes_true([&] { return cancelled_ == 1; }));
}

TEST_F(ServerEvents, StopWhenTheirReaderGoes) {
  for (const bool politely : {true, false}) {
    cancelled_ = 0;
    const TestServer& server = start([](EventStream& events) {
      for (;;) {
        events.send("tick");
        std::this_thread::sleep_for(1ms);
      }
    });
    RawConnection client(server.port());
    client.send(make_request("POST", "/events"));
    ASSERT_TRUE(client.read_until("data: tick\n\n"));

    politely ? client.shut_writing() : client.reset();

    EXPECT_TRUE(comes_true([&] { return cancelled_ == 1; })) << politely;
  }
}

TEST_F(ServerEvents, StopWhenTheServerLeavesAtOnce) {
  TestServer& server = start([](EventStream& events) {
    for (;;) events.send(std::string(1000, 'x'));
  });
  RawConnection client(server.port());
  client.send(make_request("POST", "/events"));
  ASSERT_TRUE(client.read_until("xxx"));

  server.server().stop();
  server.server().stop();
  server.join();

  EXPECT_TRUE(comes_true([&] { return cancelled_ == 1; }));
}

TEST_F(ServerEvents, AreFinishedWhenTheServerDrains) {
  TestServer& server = start([this](EventStream& events) {
    events.send("one");
    wait_at_gate();
    events.send("two");
  });
  RawConnection client(server.port());
  client.send(make_request("POST", "/events"));
  ASSERT_TRUE(client.read_until("data: one\n\n"));

  server.server().stop();
  open_gate();

  EXPECT_TRUE(client.read_until("0\r\n\r\n"));
  EXPECT_TRUE(client.ends_within());
  server.join();
}

}  // namespace
}  // namespace rapport::http
