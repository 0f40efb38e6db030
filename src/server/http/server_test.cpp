#include "server/http/server.h"

#include <gtest/gtest.h>

#include <regex>

#include "base/error.h"
#include "server/http/test_server.h"

namespace rapport::http {
namespace {

using testing::fetch;
using testing::make_request;
using testing::RawConnection;
using testing::RawResponse;
using namespace std::chrono_literals;

bool has_code(const RawResponse& answer, const std::string& code) {
  return answer.body.find("\"code\":\"" + code + "\"") != std::string::npos;
}

std::vector<Route> throwing_routes() {
  const auto route = [](std::string pattern, Where where, std::function<Response(const Request&)> handle) {
    Route made;
    made.method = "GET";
    made.pattern = std::move(pattern);
    made.where = where;
    made.handle = std::move(handle);
    return made;
  };
  return {route("/throws/error", Where::kRequestThread,
                [](const Request&) -> Response {
                  throw Error(ErrorKind::kUnavailable, "model_not_trained", "Train it first.").with_log("internals");
                }),
          route("/throws/worker", Where::kWorker,
                [](const Request&) -> Response { throw std::runtime_error("internals"); }),
          route("/throws/odd", Where::kRequestThread, [](const Request&) -> Response { throw 42; }),
          route("/headers", Where::kRequestThread, [](const Request&) {
            Response response;
            response.headers = {{"X-Good", "yes"}, {"X-Bad", "a\r\nSet-Cookie: b"}, {"Cache-Control", "max-age=60"}};
            return response;
          })};
}

TEST(Server, AnswersWithItsUsualHeaders) {
  TestServer server;

  const auto answer = fetch(server.port(), make_request("GET", "/hello"));

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(answer.header("cache-control"), "no-store");
  EXPECT_EQ(answer.header("content-type"), "text/plain");
  EXPECT_EQ(answer.header("connection"), "");
  EXPECT_TRUE(answer.header("date").ends_with(" GMT"));
  EXPECT_TRUE(answer.header("server-timing").starts_with("total;dur="));
}

TEST(Server, KeepsTheConnectionForTheNextRequest) {
  TestServer server;
  RawConnection client(server.port());

  for (int i = 0; i < 100; ++i) {
    const auto answer = client.exchange(make_request("POST", "/echo", std::to_string(i)));
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->body, std::to_string(i));
  }
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer server;
  RawConnection client(server.port());
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += make_request("POST", "/echo", std::to_string(i));

  std::thread sender([&] { client.send(bytes); });
  int in_order = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto answer = client.read();
    if (answer && answer->body == std::to_string(i)) ++in_order;
  }
  sender.join();

  EXPECT_EQ(in_order, 1000);
}

TEST(Server, KeepsOrderWhenAPipelinedRequestGoesToAWorker) {
  TestServer server;
  RawConnection client(server.port());

  client.send(make_request("GET", "/gated-worker") + make_request("GET", "/hello"));
  server.wait_for_guests(1);
  const auto early = client.read(50ms);
  server.open_gate();

  EXPECT_FALSE(early);
  EXPECT_EQ(client.read()->body, "through");
  EXPECT_EQ(client.read()->body, "hello");
}

TEST(Server, AnswersHeadAndOptionsFromTheRoutes) {
  TestServer server;
  RawConnection client(server.port());

  client.send(make_request("HEAD", "/hello"));
  const auto head = client.read(RawConnection::kPatience, true);
  const auto options = client.exchange(make_request("OPTIONS", "/hello"));
  const auto all = client.exchange(make_request("OPTIONS", "*"));

  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->header("content-length"), "5");
  EXPECT_EQ(options->status, 204);
  EXPECT_EQ(options->header("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(options->header("content-length"), "");
  EXPECT_EQ(all->status, 204);
}

TEST(Server, TellsUnknownPathsMethodsAndVerbsApart) {
  TestServer server;
  RawConnection client(server.port());

  const auto path = client.exchange(make_request("GET", "/nowhere"));
  const auto method = client.exchange(make_request("DELETE", "/hello"));
  const auto verb = client.exchange(make_request("BREW", "/hello"));
  const auto escape = client.exchange(make_request("GET", "/items/%zz"));
  const auto nul = client.exchange(make_request("GET", "/items/a%00b"));
  const auto query = client.exchange(make_request("GET", "/query?q=%"));

  EXPECT_EQ(path->status, 404);
  EXPECT_TRUE(has_code(*path, "not_found"));
  EXPECT_EQ(method->status, 405);
  EXPECT_EQ(method->header("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(verb->status, 501);
  EXPECT_EQ(escape->status, 400);
  EXPECT_EQ(nul->status, 400);
  EXPECT_EQ(query->status, 400);
}

TEST(Server, DecodesPathsAndQueries) {
  TestServer server;

  EXPECT_EQ(fetch(server.port(), make_request("GET", "/items/a%20b%2Fc")).body, "a b/c");
  EXPECT_EQ(fetch(server.port(), make_request("GET", "/query?p=1&q=x+y%26")).body, "x y&");
}

TEST(Server, EchoesAGoodRequestIdAndReplacesOthers) {
  TestServer server;
  const auto id_for = [&](const std::string& sent) {
    return fetch(server.port(), make_request("GET", "/nowhere", "", {{"X-Request-Id", sent}}));
  };
  const std::regex uuid7("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  EXPECT_EQ(id_for("my-id_1.2").header("x-request-id"), "my-id_1.2");
  EXPECT_NE(id_for("my-id").body.find("\"request_id\":\"my-id\""), std::string::npos);
  EXPECT_TRUE(std::regex_match(id_for("has space").header("x-request-id"), uuid7));
  EXPECT_TRUE(std::regex_match(id_for(std::string(129, 'a')).header("x-request-id"), uuid7));
  EXPECT_TRUE(std::regex_match(id_for("<script>").header("x-request-id"), uuid7));
}

TEST(Server, AsksForATokenBeforeItReadsTheBody) {
  TestServer server;
  RawConnection client(server.port());

  client.send("POST /train HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  const auto answer = client.read();

  EXPECT_EQ(answer->status, 401);
  EXPECT_TRUE(has_code(*answer, "token_missing"));
  EXPECT_EQ(answer->header("www-authenticate"), "Bearer error=\"invalid_token\"");
  EXPECT_EQ(answer->header("connection"), "close");
}

TEST(Server, RefusesTokensThatDoNotHold) {
  TestServer server;
  const auto status_for = [&](const std::string& authorization) {
    return fetch(server.port(), make_request("GET", "/who", "", {{"Authorization", authorization}})).status;
  };

  EXPECT_EQ(status_for("Bearer " + server.token()), 200);
  EXPECT_EQ(status_for("bearer " + server.token()), 200);
  EXPECT_EQ(status_for("Bearer"), 401);
  EXPECT_EQ(status_for("Bearer x"), 401);
  EXPECT_EQ(status_for("Basic " + server.token()), 401);
  EXPECT_EQ(status_for("Bearer " + server.token() + "x"), 401);
  EXPECT_EQ(status_for("Bearer " + server.token() + " x"), 401);
}

TEST(Server, NamesTheRoleThatIsMissing) {
  TestServer server;

  const auto viewer = fetch(server.port(), make_request("POST", "/train", "{}", {server.bearer()}));
  const auto analyst = fetch(server.port(), make_request("POST", "/train", "{}", {server.bearer(auth::Role::kAnalyst)}));
  const auto admin = fetch(server.port(), make_request("POST", "/train", "{}", {server.bearer(auth::Role::kAdmin)}));

  EXPECT_EQ(viewer.status, 403);
  EXPECT_NE(viewer.body.find("role analyst"), std::string::npos);
  EXPECT_EQ(analyst.status, 200);
  EXPECT_EQ(admin.status, 200);
}

TEST(Server, TakesJsonOnlyWhereARouteReadsJson) {
  TestServer server;
  const auto status_for = [&](const std::string& type) {
    return fetch(server.port(), make_request("POST", "/train", "{}",
                                             {server.bearer(auth::Role::kAdmin), {"Content-Type", type}}))
        .status;
  };

  EXPECT_EQ(status_for("application/json"), 200);
  EXPECT_EQ(status_for("Application/JSON; charset=UTF-8"), 200);
  EXPECT_EQ(status_for("application/vnd.api+json"), 200);
  EXPECT_EQ(status_for("application/json; charset=latin1"), 415);
  EXPECT_EQ(status_for("text/plain"), 415);
  EXPECT_EQ(status_for("application/x-www-form-urlencoded"), 415);
  EXPECT_EQ(fetch(server.port(), make_request("POST", "/echo", "x", {{"Content-Encoding", "gzip"}})).status, 415);
}

TEST(Server, KeepsTheConnectionAfterARefusalWithAShortBody) {
  TestServer server;
  RawConnection client(server.port());

  const auto refused = client.exchange(make_request("POST", "/train", std::string(60'000, 'x')));
  const auto after = client.exchange(make_request("GET", "/hello"));

  EXPECT_EQ(refused->status, 401);
  EXPECT_EQ(after->body, "hello");
}

TEST(Server, TurnsWhatHandlersThrowIntoAnswersWithoutInternals) {
  TestServer server({}, throwing_routes());
  RawConnection client(server.port());

  const auto error = client.exchange(make_request("GET", "/throws/error"));
  const auto worker = client.exchange(make_request("GET", "/throws/worker"));
  const auto odd = client.exchange(make_request("GET", "/throws/odd"));

  EXPECT_EQ(error->status, 503);
  EXPECT_TRUE(has_code(*error, "model_not_trained"));
  EXPECT_EQ(worker->status, 500);
  EXPECT_TRUE(has_code(*worker, "internal"));
  EXPECT_EQ(odd->status, 500);
  for (const auto& answer : {error, worker, odd}) EXPECT_EQ(answer->body.find("internals"), std::string::npos);
}

TEST(Server, LeavesOutHeadersThatCouldSplitAnAnswer) {
  TestServer server({}, throwing_routes());

  const auto answer = fetch(server.port(), make_request("GET", "/headers"));

  EXPECT_EQ(answer.header("x-good"), "yes");
  EXPECT_EQ(answer.header("x-bad"), "");
  EXPECT_EQ(answer.header("set-cookie"), "");
  EXPECT_EQ(answer.header("cache-control"), "max-age=60");
}

TEST(Server, ClosesAfterMalformedBytesAndIgnoresWhatFollows) {
  TestServer server;
  RawConnection client(server.port());

  client.send("GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" +
              make_request("POST", "/echo", "smuggled"));
  const auto answer = client.read();

  EXPECT_EQ(answer->status, 400);
  EXPECT_EQ(answer->header("connection"), "close");
  EXPECT_FALSE(client.read(500ms));
  EXPECT_EQ(server.calls(), 0);
}

TEST(Server, AnswersHttp10AndCloses) {
  TestServer server;
  RawConnection client(server.port());

  const auto answer = client.exchange("GET /hello HTTP/1.0\r\n\r\n");

  EXPECT_EQ(answer->body, "hello");
  EXPECT_EQ(answer->header("connection"), "close");
  EXPECT_TRUE(client.ends_within());
}

TEST(Server, LetsAWaitingClientSendItsBodyUnlessItIsRefused) {
  TestServer server;
  RawConnection client(server.port());
  const std::string expecting = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";

  const auto go_on = client.exchange(expecting);
  const auto answer = client.exchange("hello");
  const auto at_once = client.exchange(expecting + "hello");
  const auto too_large =
      client.exchange("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n");

  EXPECT_EQ(go_on->status, 100);
  EXPECT_EQ(answer->body, "hello");
  EXPECT_EQ(at_once->status, 200);
  EXPECT_EQ(too_large->status, 413);
}

TEST(Server, CountsRequestsByRouteMethodAndStatus) {
  TestServer server;
  fetch(server.port(), make_request("GET", "/items/1"));
  fetch(server.port(), make_request("GET", "/items/2"));
  fetch(server.port(), make_request("GET", "/unknown-1"));
  fetch(server.port(), make_request("BREW", "/unknown-2"));
  fetch(server.port(), "garbage\r\n\r\n");

  const std::string text = server.metrics().text();

  const auto line = [&](const std::string& wanted) { return text.find(wanted) != std::string::npos; };
  EXPECT_TRUE(line(R"(rapport_http_requests_total{method="GET",route="/items/{id}",status="200"} 2)")) << text;
  EXPECT_TRUE(line(R"(rapport_http_requests_total{method="GET",route="unmatched",status="404"} 1)")) << text;
  EXPECT_TRUE(line(R"(rapport_http_requests_total{method="other",route="unmatched",status="501"} 1)")) << text;
  EXPECT_TRUE(line(R"(rapport_http_requests_total{method="other",route="unmatched",status="400"} 1)")) << text;
  EXPECT_TRUE(line(R"(rapport_http_requests_in_flight{route="/items/{id}"} 0)")) << text;
  EXPECT_TRUE(line(R"(rapport_http_request_duration_seconds_count{method="GET",route="/items/{id}"} 2)")) << text;
  EXPECT_EQ(text.find("unknown-"), std::string::npos);
}

TEST(Server, WritesOneLogLineARequestWithoutWhatTheClientSent) {
  TestServer server;
  ::testing::internal::CaptureStderr();
  set_log_level(LogLevel::kInfo);

  fetch(server.port(), make_request("GET", "/who?secret=1", "", {server.bearer(), {"X-Request-Id", "id-7"}}));
  fetch(server.port(), make_request("GET", "/items/private-name"));

  set_log_level(LogLevel::kOff);
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2) << log;
  EXPECT_NE(log.find(R"("msg":"request","request_id":"id-7","method":"GET","route":"/who","status":200,"duration_s":)"),
            std::string::npos)
      << log;
  EXPECT_NE(log.find(R"("tenant":"acme")"), std::string::npos) << log;
  EXPECT_NE(log.find(R"("route":"/items/{id}")"), std::string::npos) << log;
  EXPECT_EQ(log.find("secret"), std::string::npos);
  EXPECT_EQ(log.find("private-name"), std::string::npos);
}

TEST(Server, RefusesAnAddressThatIsTaken) {
  TestServer first;
  Metrics metrics;
  const SystemClock clock;
  const auth::TokenVerifier verifier({PrivateText(std::string(32, 'k')), {}});
  ServerOptions options;
  options.port = first.port();
  Server second(options, Router({}), verifier, clock, metrics);

  try {
    second.listen();
    FAIL() << "it listens";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "address_in_use");
  }
}

}  // namespace
}  // namespace rapport::http
