#pragma once

#include <string>
#include <utility>

namespace rapport {

/// Text that belongs to a person (a message, a name, a phone number) or that opens something (a key). It has no stream
/// operator, no conversion and no formatter, so it cannot reach a log by accident: who needs it says `reveal()`.
class PrivateText {
 public:
  PrivateText() = default;
  explicit PrivateText(std::string text) : text_(std::move(text)) {}

  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend bool operator==(const PrivateText&, const PrivateText&) = default;

 private:
  std::string text_;
};

}  // namespace rapport
