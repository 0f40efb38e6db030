#include "server/http/server.h"

#include <gtest/gtest.h>

#include "server/http/test_server.h"

namespace rapport::http {
namespace {

using testing::fetch;
using testing::make_request;
using testing::RawConnection;

TEST(Server, AnswersARequest) {
  TestServer server;

  const auto answer = fetch(server.port(), make_request("GET", "/hello"));

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
}

}  // namespace
}  // namespace rapport::http
