#pragma once

#include <atomic>
#include <cstddef>

namespace rapport::http {

/// How many bytes of request bodies all connections together may hold, in memory or in files. Counted as they arrive:
/// what a client only announces takes nothing from the others.
///
/// Threads   safe; a share belongs to one thread at a time. It must outlive its shares.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t limit) : limit_(limit) {}

  /// What one connection holds of it, given back when it is destroyed or cleared.
  class Share {
   public:
    explicit Share(BodyBudget& budget) : budget_(budget) {}
    ~Share() { clear(); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    /// Holds `bytes` from now on. False, and nothing more held, when that is not there.
    [[nodiscard]] bool grow_to(std::size_t bytes) {
      if (bytes <= held_) return true;
      const std::size_t more = bytes - held_;
      if (budget_.held_.fetch_add(more, std::memory_order_relaxed) + more > budget_.limit_) {
        budget_.held_.fetch_sub(more, std::memory_order_relaxed);
        return false;
      }
      held_ = bytes;
      return true;
    }
    void clear() {
      if (held_ > 0) budget_.held_.fetch_sub(held_, std::memory_order_relaxed);
      held_ = 0;
    }

   private:
    BodyBudget& budget_;
    std::size_t held_ = 0;
  };

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> held_{0};
};

}  // namespace rapport::http
