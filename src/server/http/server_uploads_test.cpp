// Forms that go to files while they arrive.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <thread>

#include "server/http/test_server.h"
#include "support/temporary_folder.h"

namespace rapport::http {
namespace {

using testing::fetch;
using testing::make_request;
using testing::RawConnection;
using namespace std::chrono_literals;

constexpr const char* kType = "multipart/form-data; boundary=XX";

std::string form_of(const std::string& content) {
  return "--XX\r\nContent-Disposition: form-data; name=\"language\"\r\n\r\npt\r\n"
         "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"note.ogg\"\r\n\r\n" +
         content + "\r\n--XX--\r\n";
}

std::string chunked_head() {
  return std::string("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: ") + kType +
         "\r\nTransfer-Encoding: chunked\r\n\r\n";
}

/// Says what has come: "language=pt file=5".
Response describe(const Request& request) {
  if (request.form->error) throw Error(*request.form->error);
  Response response;
  for (const FormField& field : request.form->fields) {
    const auto& file = request.form->file;
    response.body += response.body.empty() ? "" : " ";
    response.body += field.name + "=" + (field.name == "file" ? std::to_string(file->size()) : field.content);
  }
  return response;
}

class ServerUploads : public ::testing::Test {
 protected:
  static constexpr std::size_t kMaxBodyBytes = 4 << 20;

  std::unique_ptr<TestServer> start(std::size_t in_flight = 64 << 20) {
    ServerOptions options;
    options.upload_folder = folder_.path();
    options.limits.max_body_bytes_in_flight = in_flight;
    Route route;
    route.method = "POST";
    route.pattern = "/upload";
    route.where = Where::kWaiter;
    route.max_body_bytes = kMaxBodyBytes;
    route.form_file = "file";
    route.handle = describe;
    return std::make_unique<TestServer>(options, std::vector<Route>{route});
  }

  static std::string upload(const std::string& content) {
    return make_request("POST", "/upload", form_of(content), {{"Content-Type", kType}});
  }
  struct Held {
    std::size_t files = 0;
    std::uintmax_t bytes = 0;
  };
  /// Files of the folder that this process holds open; none of them has a name.
  Held held() const {
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
    Held found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code gone;
      const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
      if (gone || !target.starts_with(folder_.path().string() + "/")) continue;
      ++found.files;
      if (const auto size = std::filesystem::file_size(entry.path(), gone); !gone) found.bytes += size;
    }
    return found;
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
  bool comes_to_hold(std::size_t files) const {
    return comes_true([&] { return held().files == files; });
  }

  testing::TemporaryFolder folder_;
};

TEST_F(ServerUploads, ComeToTheHandlerAsTextsAndAFile) {
  const auto server = start();

  const auto answer = fetch(server->port(), upload(std::string(3 << 20, 'x')));

  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body, "language=pt file=3145728");
  EXPECT_TRUE(comes_to_hold(0));
}

TEST_F(ServerUploads, MayDribble) {
  const auto server = start();
  RawConnection client(server->port());
  for (const char& byte : upload("hello")) client.send({&byte, 1});
  EXPECT_EQ(client.read()->body, "language=pt file=5");

  client.send(chunked_head());
  for (const char byte : form_of(std::string("\r\n--X\0", 6))) client.send(std::string("1\r\n") + byte + "\r\n");
  client.send("0\r\n\r\n");
  EXPECT_EQ(client.read()->body, "language=pt file=6");
}

TEST_F(ServerUploads, WaitForContinueWhereTheyAskForIt) {
  const auto server = start();
  const std::string request = upload("hello");
  const std::size_t head = request.find("\r\n\r\n") + 2;
  RawConnection client(server->port());
  client.send(request.substr(0, head) + "Expect: 100-continue\r\n\r\n");
  ASSERT_TRUE(client.read_until("HTTP/1.1 100 Continue\r\n\r\n"));

  client.send(request.substr(head + 2));

  EXPECT_EQ(client.read()->body, "language=pt file=5");
}

TEST_F(ServerUploads, AreRefusedWhereTheyAreTooLarge) {
  const auto server = start();
  const auto announced = fetch(server->port(), upload(std::string(kMaxBodyBytes, 'x')));
  EXPECT_EQ(announced.status, 413);

  RawConnection client(server->port());
  client.send(chunked_head() + "4000ff\r\n" + form_of("").substr(0, 130) + std::string(0x4000ff - 130, 'x'));
  const auto counted = client.read();
  ASSERT_TRUE(counted);
  EXPECT_EQ(counted->status, 413);
  EXPECT_NE(counted->body.find("body_too_large"), std::string::npos);
  EXPECT_TRUE(client.ends_within());
  EXPECT_TRUE(comes_to_hold(0));
}

TEST_F(ServerUploads, OfAClientThatLeavesLeaveNothing) {
  const auto server = start(2 << 20);
  for (int i = 0; i < 3; ++i) {
    RawConnection client(server->port());
    client.send(upload(std::string(1 << 20, 'x')).substr(0, 1 << 20));
    ASSERT_TRUE(comes_to_hold(1));

    i == 0 ? client.shut_writing() : client.reset();

    EXPECT_TRUE(comes_to_hold(0));
  }
  EXPECT_EQ(fetch(server->port(), upload(std::string(1 << 20, 'x'))).status, 200) << "the budget is free again";
}

TEST_F(ServerUploads, ShareTheBudgetOfBodies) {
  const auto server = start(2 << 20);
  RawConnection half(server->port());
  half.send(upload(std::string(3 << 19, 'x')).substr(0, 3 << 19));
  // All of it but what waits to be written: before, it might itself be what is refused.
  ASSERT_TRUE(comes_true([&] { return held().bytes > (3 << 19) - (65 << 10); }));

  EXPECT_EQ(fetch(server->port(), upload(std::string(1 << 20, 'y'))).status, 429);
  EXPECT_TRUE(comes_to_hold(1)) << "what was refused is gone";
  half.reset();
  EXPECT_TRUE(comes_to_hold(0));
}

TEST_F(ServerUploads, ThatAreNoFormsAreNamedSoAndTheConnectionStays) {
  const auto server = start();
  RawConnection client(server->port());
  const auto refused =
      client.exchange(make_request("POST", "/upload", std::string(1 << 20, 'x'), {{"Content-Type", kType}}));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 400);
  EXPECT_NE(refused->body.find("malformed_form"), std::string::npos);

  EXPECT_EQ(client.exchange(upload("hello"))->status, 200);
}

TEST_F(ServerUploads, ThatFindNoPlaceAreRefused) {
  const auto server = start();
  std::filesystem::remove(folder_.path());

  const auto refused = fetch(server->port(), upload("hello"));

  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.body.find("storage_unavailable"), std::string::npos);
  std::filesystem::create_directory(folder_.path());
}

}  // namespace
}  // namespace rapport::http
