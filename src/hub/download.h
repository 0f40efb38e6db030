#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>

#include "hub/http_client.h"
#include "hub/repository.h"
#include "hub/retry.h"

namespace rapport::hub {

/// Whether the file is there with the size and the digest that the hub announced.
bool holds(const std::filesystem::path& file, const RemoteFile& announced);

/// Fetches one file of the hub into a part file and goes on where an earlier try, in this process or another, left off.
///
/// The hub is asked for the rest only (Range), and only of the same content (If-Range). An answer with the whole file
/// starts anew. When all bytes are there, their digest decides: a part put together from several answers gets one more
/// chance.
class Download {
 public:
  Download(HttpClient& client, const RetryPolicy& policy, std::stop_token stop)
      : client_(client), policy_(policy), stop_(std::move(stop)) {}

  struct Order {
    std::string url;
    RemoteFile file;
    std::filesystem::path part;
  };
  /// Returns with the part whole, or when a stop was asked for. `arrived_bytes` counts what is there of the file, up
  /// and down. Throws what `hub_error` says; kUnavailable "hub_wrong_content"; kUnavailable "disk_full".
  void run(const Order& order, std::atomic<std::uint64_t>& arrived_bytes);

 private:
  HttpClient& client_;
  RetryPolicy policy_;
  std::stop_token stop_;
};

}  // namespace rapport::hub
