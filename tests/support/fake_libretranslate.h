#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace rapport::testing {

/// A LibreTranslate server on this machine that answers at once: "Hello" to Spanish is "[es] Hello". It translates
/// between English, Spanish, French, Hindi, Portuguese and Arabic, without a key. A text with "slow" in it takes half a
/// second; one with "broken" is answered 500.
///
/// Threads   a thread per connection.
class FakeLibreTranslate {
 public:
  FakeLibreTranslate();
  ~FakeLibreTranslate();
  FakeLibreTranslate(const FakeLibreTranslate&) = delete;
  FakeLibreTranslate& operator=(const FakeLibreTranslate&) = delete;

  std::string address() const;  ///< "http://127.0.0.1:PORT"
  /// How many texts it has translated.
  int texts() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapport::testing
