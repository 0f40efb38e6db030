#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace rapport::translation {

/// A service on this machine that does what its script says.
///
/// Threads   a thread per connection; the script is called by one at a time.
class TestService {
 public:
  struct Request {
    std::string target;
    std::string head;
    std::string body;
  };
  struct Reply {
    int status = 200;
    std::string body = {};
    std::string headers = {};                   ///< whole lines, each with its line end
    std::optional<std::size_t> cut_after = {};  ///< the connection ends when so much of the body is sent
    std::chrono::milliseconds delay{0};
  };
  using Script = std::function<Reply(const Request& request, int nth)>;  ///< nth: from 1

  explicit TestService(Script script) : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no port for the test's service");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
  }
  ~TestService() {
    over_ = true;
    acceptor_.join();
    for (std::thread& connection : connections_) connection.join();
    ::close(listener_);
  }
  TestService(const TestService&) = delete;
  TestService& operator=(const TestService&) = delete;

  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  int most_at_once() const { return most_; }

 private:
  bool wait_readable(int socket) const {
    while (!over_) {
      pollfd wanted{socket, POLLIN, 0};
      if (::poll(&wanted, 1, 10) > 0) return true;
    }
    return false;
  }

  void accept() {
    while (wait_readable(listener_)) {
      const int socket = ::accept(listener_, nullptr, nullptr);
      connections_.emplace_back([this, socket] {
        serve(socket);
        ::close(socket);
      });
    }
  }

  bool read(int socket, Request& request) const {
    std::string bytes;
    std::array<char, 65536> chunk{};
    std::size_t wanted = std::string::npos;
    while (bytes.size() < wanted) {
      if (!wait_readable(socket)) return false;
      const ssize_t got = ::recv(socket, chunk.data(), chunk.size(), 0);
      if (got <= 0) return false;
      bytes.append(chunk.data(), static_cast<std::size_t>(got));
      const std::size_t end = bytes.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      const std::size_t length = bytes.find("Content-Length: ");
      wanted = end + 4 + (length < end ? std::stoul(bytes.substr(length + 16)) : 0);
      request.head = bytes.substr(0, end);
      request.body = bytes.size() >= wanted ? bytes.substr(end + 4, wanted - end - 4) : "";
    }
    const std::size_t space = request.head.find(' ');
    request.target = request.head.substr(space + 1, request.head.find(' ', space + 1) - space - 1);
    return true;
  }

  void serve(int socket) {
    Request request;
    if (!read(socket, request)) return;
    most_ = std::max(most_.load(), ++running_);
    Reply reply;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      reply = script_(request, static_cast<int>(requests_.size()));
    }
    const auto until = std::chrono::steady_clock::now() + reply.delay;
    while (!over_ && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    --running_;
    std::string bytes = "HTTP/1.1 " + std::to_string(reply.status) + " Answer\r\nConnection: close\r\n" +
                        reply.headers + "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n";
    bytes += reply.body.substr(0, reply.cut_after.value_or(reply.body.size()));
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t put = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (put <= 0) return;
      sent += static_cast<std::size_t>(put);
    }
  }

  Script script_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> over_{false};
  std::atomic<int> running_{0};
  std::atomic<int> most_{0};
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::vector<std::thread> connections_;
  std::thread acceptor_;
};

}  // namespace rapport::translation
