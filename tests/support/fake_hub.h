#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rapport::testing {

/// One request that the fake hub got.
struct HubRequest {
  std::string target;
  std::map<std::string, std::string> headers;  ///< names in lower case

  std::string header(const std::string& lower_case_name) const;
  bool wants(const std::string& file) const { return target.ends_with("/" + file); }
};

struct HubReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::optional<std::size_t> cut_after = {};    ///< the connection is reset when so much of the body is sent
  std::optional<std::size_t> stall_after = {};  ///< nothing more comes, and the connection stays open
};

/// A hub on this machine that serves one repository, whatever its name, the way the real one does: the list of files
/// with sizes and digests, and the files with ETag, Range and If-Range. A script may answer in its place.
///
/// Threads   a thread per connection; the script is called by one at a time.
class FakeHub {
 public:
  /// nullopt: the answer that the real one would give. `nth` counts the requests for this target, from 1.
  using Script = std::function<std::optional<HubReply>(const HubRequest& request, int nth)>;

  explicit FakeHub(Script script = {});
  ~FakeHub();
  FakeHub(const FakeHub&) = delete;
  FakeHub& operator=(const FakeHub&) = delete;

  /// What it calls `main`; a request for a commit is answered with that commit.
  static constexpr const char* kCommit = "0123456789abcdef0123456789abcdef01234567";

  void set_file(const std::string& name, const std::string& content);
  const std::string& file(const std::string& name) const;
  /// The files of a byte-level model, with weights of `weight_bytes` under `weights`.
  void set_model(std::size_t weight_bytes, const std::string& weights = "pytorch_model.bin");

  std::uint16_t port() const;
  std::string address() const;
  std::vector<HubRequest> requests() const;
  /// Waits until `count` requests for `file` have come.
  bool wait_for(const std::string& file, std::size_t count, std::chrono::milliseconds limit) const;

  /// What the real hub would answer; for scripts that change a detail of it.
  HubReply honest(const HubRequest& request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapport::testing
