#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace rapport::http {

/// Counts open connections, all together and by address.
///
/// Threads   safe. It must outlive its tickets.
class ConnectionLimiter {
 public:
  ConnectionLimiter(std::size_t total, std::size_t per_address) : total_limit_(total), address_limit_(per_address) {}

  enum class Verdict { kAdmitted, kTooMany, kTooManyFromAddress };

  /// One place, given back when it is destroyed or released.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept
        : limiter_(std::exchange(other.limiter_, nullptr)), address_(std::move(other.address_)) {}
    Ticket& operator=(Ticket&& other) noexcept {
      release();
      limiter_ = std::exchange(other.limiter_, nullptr);
      address_ = std::move(other.address_);
      return *this;
    }
    ~Ticket() { release(); }
    void release();

   private:
    friend class ConnectionLimiter;
    ConnectionLimiter* limiter_ = nullptr;
    std::string address_;
  };

  /// `address` is any text that stands for one client; `ticket` is filled when it is admitted.
  Verdict admit(const std::string& address, Ticket& ticket);
  std::size_t open() const;

 private:
  void give_back(const std::string& address);

  const std::size_t total_limit_;
  const std::size_t address_limit_;
  mutable std::mutex mutex_;
  std::size_t open_ = 0;
  std::map<std::string, std::size_t> by_address_;
};

}  // namespace rapport::http
