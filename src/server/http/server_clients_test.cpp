// What a route asks of the server beside its handler: forms, its own form of errors, an eye on the client.
#include <gtest/gtest.h>

#include "server/http/test_server.h"

namespace rapport::http {
namespace {

using testing::fetch;
using testing::make_request;
using testing::RawConnection;
using namespace std::chrono_literals;

constexpr auto kSoon = 5s;

template <class Condition>
bool comes_true(Condition&& condition) {
  const auto end = std::chrono::steady_clock::now() + kSoon;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

bool counts_status(const TestServer& server, int status) {
  return server.metrics().text().find("route=\"/watched\",status=\"" + std::to_string(status) + "\"} 1") !=
         std::string::npos;
}

TEST(ServerClients, TellsTheHandlerWhenItsClientGoes) {
  for (const bool politely : {true, false}) {
    TestServer server;
    RawConnection client(server.port());
    client.send(make_request("POST", "/watched", "abc"));
    server.wait_for_guests(1);
    ASSERT_EQ(server.forsaken(), 0);

    politely ? client.shut_writing() : client.reset();

    EXPECT_TRUE(comes_true([&] { return server.forsaken() == 1; })) << politely;
    EXPECT_TRUE(comes_true([&] { return counts_status(server, 499); })) << server.metrics().text();
  }
}

TEST(ServerClients, AnswersTheClientThatStays) {
  TestServer server;
  RawConnection client(server.port());
  for (int i = 1; i <= 3; ++i) {
    client.send(make_request("POST", "/watched"));
    server.wait_for_guests(i);
    if (i == 1) {
      EXPECT_FALSE(client.read(50ms)) << "the handler is still at work";
      server.open_gate();
    }
    const auto answer = client.read();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "worked");
  }
  EXPECT_EQ(server.forsaken(), 0);
}

TEST(ServerClients, KeepsARequestThatComesWhileTheHandlerWorks) {
  TestServer server;
  RawConnection client(server.port());
  client.send(make_request("POST", "/watched"));
  server.wait_for_guests(1);
  client.send(make_request("POST", "/echo", "behind"));
  std::this_thread::sleep_for(20ms);

  server.open_gate();

  const auto first = client.read();
  const auto second = client.read();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->body, "worked");
  EXPECT_EQ(second->body, "behind");
}

TEST(ServerClients, DropsWorkThatHasNotBegunWhenItsClientGoes) {
  ServerOptions options;
  options.waiter_threads = 1;
  TestServer server(options);
  RawConnection first(server.port());
  first.send(make_request("POST", "/watched"));
  server.wait_for_guests(1);
  RawConnection second(server.port());
  second.send(make_request("POST", "/watched"));
  std::this_thread::sleep_for(20ms);

  second.shut_writing();
  ASSERT_TRUE(comes_true([&] { return counts_status(server, 499); }));
  server.open_gate();

  ASSERT_TRUE(first.read());
  EXPECT_EQ(server.calls(), 1);
}

TEST(ServerClients, TellsHandlersWhenTheServerLeaves) {
  TestServer server;
  RawConnection client(server.port());
  client.send(make_request("POST", "/watched"));
  server.wait_for_guests(1);

  server.server().stop();
  server.server().stop();
  server.join();

  EXPECT_TRUE(comes_true([&] { return server.forsaken() == 1; }));
}

TEST(ServerClients, TakesFormsAloneWhereARouteReadsForms) {
  TestServer server;
  const auto with_type = [&](const std::string& type) {
    return fetch(server.port(),
                 make_request("POST", "/form", "abc", {server.bearer(auth::Role::kAnalyst), {"Content-Type", type}}));
  };
  EXPECT_EQ(with_type("multipart/form-data; boundary=x").status, 200);
  EXPECT_EQ(with_type("Multipart/Form-Data;boundary=x").status, 200);
  for (const char* type : {"application/json", "multipart/mixed; boundary=x", "multipart/form-dataX", "audio/ogg"}) {
    EXPECT_EQ(with_type(type).status, 415) << type;
  }
  EXPECT_EQ(fetch(server.port(), make_request("POST", "/form", "abc", {server.bearer(auth::Role::kAnalyst)})).status,
            415);
}

TEST(ServerClients, ARouteGivesEveryErrorOfItsOwnItsForm) {
  TestServer server;
  const auto code = [&](const std::string& body, const std::vector<std::pair<std::string, std::string>>& headers) {
    return fetch(server.port(), make_request("POST", "/form", body, headers)).body;
  };
  EXPECT_EQ(code("a", {}), "code=token_missing");
  EXPECT_EQ(code("a", {server.bearer()}), "code=role_required");
  EXPECT_EQ(code("a", {server.bearer(auth::Role::kAnalyst)}), "code=content_type_not_supported");
  EXPECT_EQ(code(std::string(1001, 'a'),
                 {server.bearer(auth::Role::kAnalyst), {"Content-Type", "multipart/form-data; boundary=x"}}),
            "code=body_too_large");
  EXPECT_NE(fetch(server.port(), make_request("GET", "/form")).body.find("\"code\":\"method_not_allowed\""),
            std::string::npos);
}

}  // namespace
}  // namespace rapport::http
