#include "support/fake_hub.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <cctype>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "base/sha256.h"

namespace rapport::testing {
namespace {

namespace json = boost::json;

constexpr std::size_t kLargeFileBytes = 1000;  ///< from here on a file is "large": named by SHA-256

std::string git_sha1(const std::string& content) {
  const std::string blob = "blob " + std::to_string(content.size()) + std::string(1, '\0') + content;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  ::EVP_Digest(blob.data(), blob.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

/// What stands in `text` after `start` and before `end`.
std::string between(const std::string& text, const std::string& start, char end) {
  const std::size_t at = text.find(start);
  if (at == std::string::npos) return "";
  const std::size_t from = at + start.size();
  return text.substr(from, text.find(end, from) - from);
}

HubRequest parse_request(std::string_view head) {
  HubRequest request;
  const std::size_t space = head.find(' ');
  request.target = head.substr(space + 1, head.find(' ', space + 1) - space - 1);
  std::size_t line = head.find("\r\n");
  while (line != std::string_view::npos && line + 2 < head.size()) {
    const std::size_t end = std::min(head.find("\r\n", line + 2), head.size());
    const std::string_view text = head.substr(line + 2, end - line - 2);
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) break;
    std::string name(text.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    request.headers[name] = text.substr(std::min(text.find_first_not_of(' ', colon + 1), text.size()));
    line = end;
  }
  return request;
}

}  // namespace

std::string HubRequest::header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? "" : found->second;
}

struct FakeHub::Impl {
  Script script;
  std::map<std::string, std::string> files;
  int listener = -1;
  std::uint16_t port = 0;
  std::atomic<bool> over{false};
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  std::vector<HubRequest> requests;
  std::map<std::string, int> counts;
  std::vector<std::thread> connections;
  std::thread acceptor;

  /// False when the hub goes, or the client does.
  bool wait_readable(int socket) const {
    while (!over) {
      pollfd wanted{socket, POLLIN, 0};
      if (::poll(&wanted, 1, 20) > 0) return true;
    }
    return false;
  }

  std::string read_head(int socket) const {
    std::string head;
    std::array<char, 4096> chunk{};
    while (head.find("\r\n\r\n") == std::string::npos && wait_readable(socket)) {
      const ssize_t got = ::recv(socket, chunk.data(), chunk.size(), 0);
      if (got <= 0) return "";
      head.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return head.substr(0, head.find("\r\n\r\n"));
  }

  void send_reply(int socket, const HubReply& reply) const {
    std::string bytes = "HTTP/1.1 " + std::to_string(reply.status) + " Answer\r\nConnection: close\r\n";
    for (const auto& [name, value] : reply.headers) bytes.append(name).append(": ").append(value).append("\r\n");
    bytes += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n";
    const std::size_t sent =
        std::min(reply.cut_after.value_or(reply.body.size()), reply.stall_after.value_or(reply.body.size()));
    bytes += reply.body.substr(0, sent);
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const ssize_t put = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (put <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(put));
    }
    if (reply.stall_after) {
      std::array<char, 16> ignored{};
      while (wait_readable(socket) && ::recv(socket, ignored.data(), ignored.size(), 0) > 0) {
      }
    }
  }

  void serve(const FakeHub& hub, int socket) {
    const std::string head = read_head(socket);
    if (!head.empty()) {
      const HubRequest request = parse_request(head);
      std::unique_lock lock(mutex);
      requests.push_back(request);
      const int nth = ++counts[request.target];
      changed.notify_all();
      const std::optional<HubReply> scripted = script ? script(request, nth) : std::nullopt;
      const HubReply reply = scripted ? *scripted : hub.honest(request);
      lock.unlock();
      send_reply(socket, reply);
    }
    ::shutdown(socket, SHUT_WR);
    ::close(socket);
  }
};

FakeHub::FakeHub(Script script) : impl_(std::make_unique<Impl>()) {
  impl_->script = std::move(script);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  impl_->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(impl_->listener, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(impl_->listener, 64) != 0 ||
      ::getsockname(impl_->listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("the fake hub cannot listen");
  }
  impl_->port = ntohs(address.sin_port);
  impl_->acceptor = std::thread([this] {
    while (impl_->wait_readable(impl_->listener)) {
      const int socket = ::accept4(impl_->listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket >= 0) impl_->connections.emplace_back([this, socket] { impl_->serve(*this, socket); });
    }
  });
}

FakeHub::~FakeHub() {
  impl_->over = true;
  impl_->acceptor.join();
  for (std::thread& connection : impl_->connections) connection.join();
  ::close(impl_->listener);
}

void FakeHub::set_file(const std::string& name, const std::string& content) {
  const std::lock_guard lock(impl_->mutex);
  impl_->files[name] = content;
}

const std::string& FakeHub::file(const std::string& name) const {
  return impl_->files.at(name);
}

void FakeHub::set_model(std::size_t weight_bytes, const std::string& weights) {
  std::string content(weight_bytes, '\0');
  for (std::size_t i = 0; i < weight_bytes; ++i) content[i] = static_cast<char>('a' + (i * i + i / 7) % 26);
  set_file("config.json", R"({"model_type":"roberta"})");
  set_file("vocab.json", R"({"a":0})");
  set_file("merges.txt", "#version: 0.2\n");
  set_file("README.md", "A model.");
  set_file("tf_model.h5", "not needed");
  set_file(weights, content);
}

std::uint16_t FakeHub::port() const {
  return impl_->port;
}

std::string FakeHub::address() const {
  return "http://127.0.0.1:" + std::to_string(impl_->port);
}

std::vector<HubRequest> FakeHub::requests() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->requests;
}

bool FakeHub::wait_for(const std::string& file, std::size_t count, std::chrono::milliseconds limit) const {
  std::unique_lock lock(impl_->mutex);
  return impl_->changed.wait_for(lock, limit, [&] {
    return std::count_if(impl_->requests.begin(), impl_->requests.end(), [&](const HubRequest& request) {
             return request.wants(file);
           }) >= static_cast<std::ptrdiff_t>(count);
  });
}

HubReply FakeHub::honest(const HubRequest& request) const {
  if (request.target.starts_with("/api/models/")) {
    json::array siblings;
    for (const auto& [name, content] : impl_->files) {
      json::object entry{{"rfilename", name}, {"size", content.size()}, {"blobId", git_sha1(content)}};
      if (content.size() >= kLargeFileBytes) {
        entry["lfs"] = json::object{{"sha256", sha256_hex(content)}, {"size", content.size()}, {"pointerSize", 134}};
      }
      siblings.push_back(std::move(entry));
    }
    const std::string revision = between(request.target, "/revision/", '?');
    const std::string commit = revision == "main" ? kCommit : revision;
    return {.body = json::serialize(json::object{{"sha", commit}, {"siblings", std::move(siblings)}})};
  }
  const auto found = impl_->files.find(request.target.substr(request.target.rfind('/') + 1));
  constexpr std::size_t kCommitDigits = 40;
  const bool of_a_commit = between(request.target, "/resolve/", '/').size() == kCommitDigits;
  if (found == impl_->files.end() || !of_a_commit) return {.status = 404};
  const std::string& content = found->second;
  const std::string etag = "\"" + sha256_hex(content) + "\"";
  const std::string range = request.header("range");
  const std::string condition = request.header("if-range");
  if (!range.starts_with("bytes=") || (!condition.empty() && condition != etag)) {
    return {.headers = {{"ETag", etag}}, .body = content};
  }
  const std::size_t start = std::stoull(range.substr(6));
  if (start >= content.size()) return {.status = 416};
  return {.status = 206,
          .headers = {{"ETag", etag},
                      {"Content-Range", "bytes " + std::to_string(start) + "-" + std::to_string(content.size() - 1) +
                                            "/" + std::to_string(content.size())}},
          .body = content.substr(start)};
}

}  // namespace rapport::testing
