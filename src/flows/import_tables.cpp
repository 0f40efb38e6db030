#include "flows/import_rows.h"

namespace rapport::flows {

namespace {

constexpr const char* kId = "the business's own id; importing it again replaces the row";
constexpr const char* kContact = "id of the contact, who must be known";
constexpr const char* kTime = "RFC 3339 (UTC where no zone is given), a date, or seconds or milliseconds since 1970";

/// Who was talked to, and what was said.
std::vector<ImportTable> conversation_tables() {
  return {
    {"contacts",
     {{"id", true, kId},
      {"name", false, "for personalisation"},
      {"phone", false, "never logged"},
      {"language", false, "BCP 47, such as pt-BR"},
      {"timezone_offset", false, "hours from UTC, -12 to 14"},
      {"created_at", false, kTime}}},
    {"conversations",
     {{"id", true, kId},
      {"contact_id", true, kContact},
      {"started_at", true, kTime},
      {"ended_at", false, kTime}}},
    {"messages",
     {{"id", true, kId},
      {"contact_id", true, kContact},
      {"direction", true, "inbound (the contact wrote) or outbound"},
      {"sent_at", true, kTime},
      {"conversation_id", false, "id of a known conversation"},
      {"campaign_id", false, "id of a known campaign, when the message belongs to one"},
      {"delivered_at", false, kTime},
      {"read_at", false, kTime},
      {"text", false, "up to 65,536 bytes"},
      {"media_type", false, "image, audio, video, document, ...; empty for text alone"},
      {"language", false, "BCP 47"},
      {"transcript", false, "of a voice note"},
      {"sentiment", false, "negative, neutral or positive, together with valence"},
      {"valence", false, "0 to 1; 0.5 is neutral"},
      {"emotion", false, "joy, sadness, anger, fear, surprise, disgust or neutral"},
      {"emotion_score", false, "0 to 1"}}},
    {"campaigns", {{"id", true, kId}, {"started_at", true, kTime}, {"name", false, "for people"}}},
    {"campaign-events",
     {{"id", true, kId},
      {"contact_id", true, kContact},
      {"campaign_id", true, "id of a known campaign"},
      {"type", true, "open, click, response or unsubscribe"},
      {"at", true, kTime},
      {"message_id", false, "the message that was opened, clicked or answered"}}},
  };
}

/// What came of it.
std::vector<ImportTable> business_tables() {
  return {
    {"leads",
     {{"id", true, kId},
      {"contact_id", true, kContact},
      {"score", true, "0 to 100, as the business gave it"},
      {"scored_at", true, kTime},
      {"outcome", false, "won, lost or empty"}}},
    {"orders",
     {{"id", true, kId},
      {"contact_id", true, kContact},
      {"placed_at", true, kTime},
      {"amount", true, "in the business's one currency, 0 or more"},
      {"discount_amount", false, "0 or more"}}},
    {"tickets",
     {{"id", true, kId},
      {"contact_id", true, kContact},
      {"opened_at", true, kTime},
      {"kind", false, "question (when empty), complaint or other"},
      {"resolved_at", false, kTime}}},
    {"product-events",
     {{"id", true, kId},
      {"contact_id", true, kContact},
      {"type", true, "view, cart, abandon, refund or discount"},
      {"at", true, kTime}}},
    {"preference-events",
     {{"id", true, kId},
      {"contact_id", true, kContact},
      {"type", true, "unsubscribe_attempt, opt_out, opt_in or change"},
      {"at", true, kTime}}},
  };
}

}  // namespace

const std::vector<ImportTable>& import_tables() {
  static const std::vector<ImportTable> tables = [] {
    std::vector<ImportTable> all = conversation_tables();
    const std::vector<ImportTable> more = business_tables();
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }();
  return tables;
}

}  // namespace rapport::flows
