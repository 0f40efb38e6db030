#include "store/row_rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace rapport::store {
namespace {

constexpr std::size_t kMaxTextBytes = 1 << 20;
constexpr std::size_t kMaxNameBytes = 1000;
constexpr std::size_t kMaxWordBytes = 100;                  // language tags, media types
constexpr std::int64_t kLatestTimeMs = 7'258'118'400'000;   // 2200-01-01, where parse_time ends too
constexpr double kLargestAmount = 1e15;                     // beyond it doubles lose cents
constexpr std::array<std::string_view, 7> kEmotions = {"anger", "disgust", "fear",    "joy",
                                                       "neutral", "sadness", "surprise"};

[[noreturn]] void refuse(const char* column, std::string message) {
  throw Error(ErrorKind::kInvalid, "invalid_row", std::string(column) + " " + message)
      .with_fields({{column, std::move(message)}});
}

/// Length of the well-formed UTF-8 sequence at `p`, 0 when there is none (Unicode 15, table 3-7).
std::size_t utf8_sequence(const unsigned char* p, std::size_t rest) {
  const auto continues = [&](std::size_t i, unsigned char low = 0x80, unsigned char high = 0xbf) {
    return i < rest && p[i] >= low && p[i] <= high;
  };
  if (p[0] < 0x80) return 1;
  if (p[0] >= 0xc2 && p[0] <= 0xdf) return continues(1) ? 2 : 0;
  if (p[0] >= 0xe0 && p[0] <= 0xef) {
    const unsigned char low = p[0] == 0xe0 ? 0xa0 : 0x80;
    const unsigned char high = p[0] == 0xed ? 0x9f : 0xbf;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (p[0] >= 0xf0 && p[0] <= 0xf4) {
    const unsigned char low = p[0] == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = p[0] == 0xf4 ? 0x8f : 0xbf;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

/// Eight bytes at a time over what is plain ASCII, which most text is.
bool is_utf8_without_nul(std::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t rest = text.size();
  while (rest > 0) {
    if (rest >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, p, 8);
      const bool any_high = (word & 0x8080808080808080ULL) != 0;
      const bool any_nul = ((word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL) != 0;
      if (!any_high && !any_nul) {
        p += 8;
        rest -= 8;
        continue;
      }
    }
    const std::size_t length = *p == 0 ? 0 : utf8_sequence(p, rest);
    if (length == 0) return false;
    p += length;
    rest -= length;
  }
  return true;
}

void check_text(const char* column, const std::string& text, std::size_t max_bytes) {
  if (text.size() > max_bytes) refuse(column, "is longer than " + std::to_string(max_bytes) + " bytes");
  if (!is_utf8_without_nul(text)) refuse(column, "is not UTF-8 text, or has a NUL character in it");
}

void check_optional_id(const char* column, const std::string& id) {
  if (!id.empty()) check_id(column, id);
}

void check_time(const char* column, Time time) {
  if (to_epoch_ms(time) < 0 || to_epoch_ms(time) >= kLatestTimeMs) refuse(column, "is outside the years 1970 to 2199");
}
void check_time(const char* column, const std::optional<Time>& time) {
  if (time) check_time(column, *time);
}

void check_range(const char* column, double value, double low, double high) {
  if (value >= low && value <= high) return;  // false for NaN
  const auto whole = [](double bound) { return std::to_string(static_cast<std::int64_t>(bound)); };
  refuse(column, "is not a number from " + whole(low) + " to " + whole(high));
}
void check_range(const char* column, const std::optional<double>& value, double low, double high) {
  if (value) check_range(column, *value, low, high);
}

}  // namespace

void check_id(const char* column, const std::string& id) {
  if (id.empty()) refuse(column, "is empty");
  if (id.size() > kMaxIdBytes) refuse(column, "is longer than " + std::to_string(kMaxIdBytes) + " bytes");
  const bool control = std::any_of(id.begin(), id.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (control) refuse(column, "has a control character in it");
  if (!is_utf8_without_nul(id)) refuse(column, "is not UTF-8 text");
}

void check_row(const Contact& row) {
  check_id("id", row.id.text());
  check_text("name", row.name.reveal(), kMaxNameBytes);
  check_text("phone", row.phone.reveal(), kMaxNameBytes);
  check_text("language", row.language, kMaxWordBytes);
  check_range("timezone_offset", row.timezone_offset_hours, -12, 14);
  check_time("created_at", row.created_at);
}

void check_row(const Conversation& row) {
  check_id("id", row.id.text());
  check_id("contact_id", row.contact.text());
  check_time("started_at", row.started_at);
  check_time("ended_at", row.ended_at);
}

void check_transcript(const std::string& transcript) { check_text("transcript", transcript, kMaxTextBytes); }

void check_row(const Message& row) {
  check_id("id", row.id.text());
  check_id("contact_id", row.contact.text());
  check_optional_id("conversation_id", row.conversation.text());
  check_optional_id("campaign_id", row.campaign.text());
  check_time("sent_at", row.sent_at);
  check_time("delivered_at", row.delivered_at);
  check_time("read_at", row.read_at);
  check_text("text", row.text.reveal(), kMaxTextBytes);
  check_text("media_type", row.media_type, kMaxWordBytes);
  check_text("language", row.language, kMaxWordBytes);
  check_transcript(row.transcript.reveal());
  if (!row.analysis) return;
  check_range("valence", row.analysis->valence, 0, 1);
  check_range("emotion_score", row.analysis->emotion_prob, 0, 1);
  const std::string& emotion = row.analysis->emotion;
  if (!emotion.empty() && std::find(kEmotions.begin(), kEmotions.end(), emotion) == kEmotions.end()) {
    refuse("emotion", "is none of anger, disgust, fear, joy, neutral, sadness, surprise");
  }
}

void check_row(const Campaign& row) {
  check_id("id", row.id.text());
  check_text("name", row.name, kMaxNameBytes);
  check_time("started_at", row.started_at);
}

void check_row(const CampaignEvent& row) {
  check_id("id", row.id.text());
  check_id("contact_id", row.contact.text());
  check_id("campaign_id", row.campaign.text());
  check_optional_id("message_id", row.message.text());
  check_time("at", row.at);
}

void check_row(const Lead& row) {
  check_id("id", row.id.text());
  check_id("contact_id", row.contact.text());
  check_range("score", row.score, 0, 100);
  check_time("scored_at", row.scored_at);
  if (!row.outcome.empty() && row.outcome != "won" && row.outcome != "lost") refuse("outcome", "is neither won nor lost");
}

void check_row(const Order& row) {
  check_id("id", row.id.text());
  check_id("contact_id", row.contact.text());
  check_time("placed_at", row.placed_at);
  check_range("amount", row.amount, 0, kLargestAmount);
  check_range("discount_amount", row.discount_amount, 0, kLargestAmount);
}

void check_row(const Ticket& row) {
  check_id("id", row.id.text());
  check_id("contact_id", row.contact.text());
  check_time("opened_at", row.opened_at);
  check_time("resolved_at", row.resolved_at);
}

void check_row(const ProductEvent& row) {
  check_id("id", row.id.text());
  check_id("contact_id", row.contact.text());
  check_time("at", row.at);
}

void check_row(const PreferenceEvent& row) {
  check_id("id", row.id.text());
  check_id("contact_id", row.contact.text());
  check_time("at", row.at);
}

}  // namespace rapport::store
