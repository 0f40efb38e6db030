#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rapport::testing {

/// One answer as it came over the wire.
struct RawResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;

  /// The value of the first header of this name, "" when there is none.
  std::string header(std::string_view lower_case_name) const;
};

/// A blocking HTTP/1.1 connection that sends exactly the bytes it is told to, well-formed or not.
///
/// Throws    std::runtime_error when it cannot connect or send.
/// Threads   one per thread.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port, const std::string& address = "127.0.0.1");
  ~RawConnection();
  RawConnection(RawConnection&& other) noexcept;
  RawConnection& operator=(RawConnection&&) = delete;

  void send(std::string_view bytes);
  /// False when the other side has closed.
  bool try_send(std::string_view bytes);

  static constexpr std::chrono::milliseconds kPatience{10'000};
  /// The next answer; nullopt when the connection ends, or nothing comes in time. `to_head` says that the request was
  /// HEAD: its answer has no body, whatever its Content-Length.
  std::optional<RawResponse> read(std::chrono::milliseconds patience = kPatience, bool to_head = false);
  /// What comes next, up to the end of `text`; nullopt when the connection ends, or the text does not come in time.
  std::optional<std::string> read_until(std::string_view text, std::chrono::milliseconds patience = kPatience);
  /// Sends and reads.
  std::optional<RawResponse> exchange(std::string_view bytes) {
    send(bytes);
    return read();
  }
  /// Whether the other side closes (or resets) within the time; bytes that come meanwhile are kept for `read`.
  bool ends_within(std::chrono::milliseconds patience = kPatience);

  void shut_writing();
  /// Closes with a reset instead of a polite end.
  void reset();

 private:
  bool receive(std::chrono::steady_clock::time_point until);

  int socket_ = -1;
  bool ended_ = false;
  std::string buffer_;
};

/// A well-formed request with Host and, where there is a body, Content-Length.
std::string make_request(std::string_view method, std::string_view target, std::string_view body = {},
                         const std::vector<std::pair<std::string, std::string>>& headers = {});

/// One request on a connection of its own. Throws std::runtime_error when no answer comes.
RawResponse fetch(std::uint16_t port, std::string_view request);

}  // namespace rapport::testing
