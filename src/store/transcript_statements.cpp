#include <string>
#include <utility>

#include "store/row_rules.h"
#include "store/sql_store.h"

namespace rapport::store {
namespace {

constexpr CellType kText = CellType::kText;

}  // namespace

std::optional<VoiceMessage> SqlStore::voice_message(const TenantId& tenant, const MessageId& message) {
  ReadLease connection(*pool_);
  auto row = connection->row(
      "SELECT direction, CASE WHEN text = '' THEN 0 ELSE 1 END, language, (SELECT c.language FROM contacts c WHERE "
      "c.tenant_id = messages.tenant_id AND "
      "c.id = messages.contact_id) FROM messages WHERE tenant_id = :tenant_id AND id = :id",
      {tenant.text(), message.text()}, {kText, CellType::kInteger, kText, kText});
  if (!row) return std::nullopt;
  Cells& cells = *row;
  return VoiceMessage{.direction = cells[0].text == "inbound" ? Direction::kInbound : Direction::kOutbound,
                      .has_text = cells[1].integer != 0,
                      .language = std::move(cells[2].text),
                      .contact_language = std::move(cells[3].text)};
}

bool SqlStore::write_transcript(const TenantId& tenant, const MessageId& message, std::string_view transcript,
                                const std::string& language) {
  const std::string text(transcript);
  check_transcript(text);
  WriteTransaction transaction(*pool_);
  transaction->run(
      "UPDATE messages SET sentiment = NULL, valence = NULL, emotion = NULL, emotion_score = NULL, analyzed_by = NULL"
      " WHERE tenant_id = :tenant_id AND id = :id AND analyzed_by IS NOT NULL AND text = ''"
      " AND COALESCE(transcript, '') <> :transcript",
      {tenant.text(), message.text(), text});
  const std::int64_t found = transaction->run(
      "UPDATE messages SET transcript = :transcript, language = CASE WHEN language = '' THEN :language ELSE language "
      "END"
      " WHERE tenant_id = :tenant_id AND id = :id",
      {text, language, tenant.text(), message.text()});
  transaction.commit();
  return found > 0;
}

}  // namespace rapport::store
