#pragma once

#include <compare>
#include <string>
#include <utility>

namespace rapport {

/// An identifier of one kind of thing: the business's own, any text of 1 to 200 bytes without control characters. The
/// kinds do not convert into each other.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  std::string text_;
};

using TenantId = Id<struct TenantTag>;
using ContactId = Id<struct ContactTag>;
using ConversationId = Id<struct ConversationTag>;
using MessageId = Id<struct MessageTag>;
using CampaignId = Id<struct CampaignTag>;
using RowId = Id<struct RowTag>;  ///< of the rows that nothing else refers to

constexpr std::size_t kMaxIdBytes = 200;

}  // namespace rapport
