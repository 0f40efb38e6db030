#include <limits>
#include <string>
#include <utility>

#include "domain/names.h"
#include "store/sql_store.h"

namespace rapport::store {
namespace {

constexpr CellType kText = CellType::kText;
constexpr CellType kInteger = CellType::kInteger;
constexpr CellType kReal = CellType::kReal;

/// Messages of more words than these come in another call.
constexpr std::size_t kMaxBytesAtOnce = 16 << 20;

/// A message's words, in SQL.
constexpr const char* kWords = "CASE WHEN text <> '' THEN text ELSE COALESCE(transcript, '') END";

std::string where(ToAnalyze which) {
  const std::string missing = "sentiment IS NULL";
  return " WHERE tenant_id = :tenant_id AND direction = 'inbound' AND (text <> '' OR transcript <> '') AND " +
         (which == ToAnalyze::kMissing ? missing : "(" + missing + " OR analyzed_by IS NOT NULL)");
}

void put(const MessageAnalysis& found, Cells& cells) {
  const auto put_text = [](Cell& cell, std::string_view text, bool known) {
    cell.null = !known;
    cell.text.assign(text);
  };
  const auto put_real = [](Cell& cell, const std::optional<double>& value) {
    cell.null = !value;
    cell.real = value.value_or(0);
  };
  const std::optional<Analysis>& analysis = found.analysis;
  put_text(cells[0], analysis ? to_string(analysis->sentiment) : "", analysis.has_value());
  put_real(cells[1], analysis ? std::optional(analysis->valence) : std::nullopt);
  put_text(cells[2], analysis ? analysis->emotion : "", analysis && !analysis->emotion.empty());
  put_real(cells[3], analysis ? analysis->emotion_prob : std::nullopt);
  put_text(cells[4], found.analyzed_by, analysis.has_value());
  put_text(cells[5], found.language, true);
  put_text(cells[7], found.message.text(), true);
  put_text(cells[8], found.words, true);
}

}  // namespace

std::vector<MessageWords> SqlStore::messages_to_analyze(const TenantId& tenant, ToAnalyze which,
                                                        const std::optional<MessagePosition>& after,
                                                        std::size_t limit) {
  ReadTransaction transaction(*pool_);
  const std::string key = "contact_id, sent_at, id";
  const std::string sql = "SELECT " + key + ", " + kWords +
                          ", language, (SELECT c.language FROM contacts c WHERE c.tenant_id = messages.tenant_id AND "
                          "c.id = messages.contact_id) FROM messages" +
                          where(which) + " AND (" + key + ") > (:contact_id, :sent_at, :id) ORDER BY " + key +
                          " LIMIT " + std::to_string(limit);
  Query& query =
      (*transaction).prepared(sql, {kText, kText, kInteger, kText}, {kText, kInteger, kText, kText, kText, kText});
  Cells& parameters = query.parameters();
  parameters[0] = Cell(tenant.text());
  parameters[1] = Cell(after ? after->contact.text() : "");
  parameters[2] = after ? Cell(after->sent_at) : Cell(std::numeric_limits<std::int64_t>::min());
  parameters[3] = Cell(after ? after->message.text() : "");
  std::vector<MessageWords> found;
  std::size_t bytes = 0;
  for (bool row = query.execute(); row; row = query.next()) {
    Cells& cells = query.columns();
    if (bytes >= kMaxBytesAtOnce) continue;  // to the end, so that no snapshot stays open
    bytes += cells[3].text.size();
    found.push_back({{ContactId(std::move(cells[0].text)), cells[1].time(), MessageId(std::move(cells[2].text))},
                     PrivateText(std::move(cells[3].text)),
                     std::move(cells[4].text),
                     std::move(cells[5].text)});
  }
  return found;
}

std::int64_t SqlStore::count_to_analyze(const TenantId& tenant, ToAnalyze which) {
  ReadLease connection(*pool_);
  return connection->row("SELECT COUNT(*) FROM messages" + where(which), {tenant.text()}, {kInteger})->front().integer;
}

std::int64_t SqlStore::write_analyses(const TenantId& tenant, std::span<const MessageAnalysis> analyses) {
  WriteTransaction transaction(*pool_);
  Query& query = transaction->prepared(
      std::string("UPDATE messages SET sentiment = :sentiment, valence = :valence, emotion = :emotion,"
                  " emotion_score = :emotion_score, analyzed_by = :analyzed_by,"
                  " language = CASE WHEN language = '' THEN :language ELSE language END"
                  " WHERE tenant_id = :tenant_id AND id = :id AND ") +
          kWords + " = :words",
      {kText, kReal, kText, kReal, kText, kText, kText, kText, kText}, {});
  query.parameters()[6] = Cell(tenant.text());
  std::int64_t written = 0;
  for (const MessageAnalysis& found : analyses) {
    put(found, query.parameters());
    query.execute();
    written += query.affected();
  }
  transaction.commit();
  return written;
}

}  // namespace rapport::store
