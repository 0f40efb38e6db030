#include "store/row_cells.h"

#include <utility>

#include "base/error.h"
#include "domain/names.h"

namespace rapport::store {
namespace {

constexpr CellType kText = CellType::kText;
constexpr CellType kInteger = CellType::kInteger;
constexpr CellType kReal = CellType::kReal;

constexpr Column kContacts[] = {{"id", kText},       {"name", kText},           {"phone", kText},
                                {"language", kText}, {"timezone_offset", kReal}, {"created_at", kInteger}};
constexpr Column kConversations[] = {
    {"id", kText}, {"contact_id", kText}, {"started_at", kInteger}, {"ended_at", kInteger}};

/// A message that is imported again usually comes without what was found out about it here. Its analysis and its language
/// stay as long as its words do; a transcript stays until another comes.
#define SAME_WORDS                     \
  "excluded.text = messages.text AND " \
  "COALESCE(excluded.transcript, messages.transcript, '') = COALESCE(messages.transcript, '')"
#define KEEP_ANALYSIS(column)                                                                                      \
  "CASE WHEN excluded.sentiment IS NULL AND " SAME_WORDS " THEN messages." column " ELSE excluded." column " END"
constexpr Column kMessages[] = {{"id", kText},
                                {"contact_id", kText},
                                {"conversation_id", kText},
                                {"campaign_id", kText},
                                {"direction", kText},
                                {"sent_at", kInteger},
                                {"delivered_at", kInteger},
                                {"read_at", kInteger},
                                {"text", kText},
                                {"media_type", kText},
                                {"language", kText,
                                 "CASE WHEN excluded.language = '' AND " SAME_WORDS
                                 " THEN messages.language ELSE excluded.language END"},
                                {"transcript", kText, "COALESCE(excluded.transcript, messages.transcript)"},
                                {"sentiment", kText, KEEP_ANALYSIS("sentiment")},
                                {"valence", kReal, KEEP_ANALYSIS("valence")},
                                {"emotion", kText, KEEP_ANALYSIS("emotion")},
                                {"emotion_score", kReal, KEEP_ANALYSIS("emotion_score")}};
constexpr const char* kMessagesOnUpdate =
    "analyzed_by = CASE WHEN excluded.sentiment IS NULL AND " SAME_WORDS " THEN messages.analyzed_by END";
#undef KEEP_ANALYSIS
#undef SAME_WORDS

constexpr Column kCampaigns[] = {{"id", kText}, {"name", kText}, {"started_at", kInteger}};
constexpr Column kCampaignEvents[] = {{"id", kText},         {"contact_id", kText}, {"campaign_id", kText},
                                      {"message_id", kText}, {"type", kText},       {"at", kInteger}};
constexpr Column kLeads[] = {
    {"id", kText}, {"contact_id", kText}, {"score", kReal}, {"scored_at", kInteger}, {"outcome", kText}};
constexpr Column kOrders[] = {
    {"id", kText}, {"contact_id", kText}, {"placed_at", kInteger}, {"amount", kReal}, {"discount_amount", kReal}};
constexpr Column kTickets[] = {
    {"id", kText}, {"contact_id", kText}, {"kind", kText}, {"opened_at", kInteger}, {"resolved_at", kInteger}};
constexpr Column kEvents[] = {{"id", kText}, {"contact_id", kText}, {"type", kText}, {"at", kInteger}};

constexpr Table kContactsTable = {"contacts", "created_at", kContacts};
constexpr Table kConversationsTable = {"conversations", "started_at", kConversations};
constexpr Table kMessagesTable = {"messages", "sent_at", kMessages, kMessagesOnUpdate};
constexpr Table kCampaignsTable = {"campaigns", "started_at", kCampaigns};
constexpr Table kCampaignEventsTable = {"campaign_events", "at", kCampaignEvents};
constexpr Table kLeadsTable = {"leads", "scored_at", kLeads};
constexpr Table kOrdersTable = {"orders", "placed_at", kOrders};
constexpr Table kTicketsTable = {"tickets", "opened_at", kTickets};
constexpr Table kProductEventsTable = {"product_events", "at", kEvents};
constexpr Table kPreferenceEventsTable = {"preference_events", "at", kEvents};

/// Fills cells one after the other.
class Putter {
 public:
  explicit Putter(std::span<Cell> cells) : next_(cells.begin()) {}

  Putter& text(std::string_view value) {
    next_->null = false;
    (next_++)->text.assign(value);
    return *this;
  }
  /// Empty is "not known".
  Putter& known_text(const std::string& value) {
    next_->null = value.empty();
    (next_++)->text.assign(value);
    return *this;
  }
  Putter& time(Time value) {
    next_->null = false;
    (next_++)->integer = to_epoch_ms(value);
    return *this;
  }
  Putter& time(const std::optional<Time>& value) {
    if (value) return time(*value);
    return skip();
  }
  Putter& real(double value) {
    next_->null = false;
    (next_++)->real = value;
    return *this;
  }
  Putter& real(const std::optional<double>& value) {
    if (value) return real(*value);
    return skip();
  }
  Putter& skip() {
    (next_++)->null = true;
    return *this;
  }

 private:
  std::span<Cell>::iterator next_;
};

/// Takes cells one after the other.
class Taker {
 public:
  explicit Taker(std::span<Cell> cells) : next_(cells.begin()) {}

  std::string text() {
    Cell& cell = *next_++;
    return cell.null ? std::string() : std::move(cell.text);
  }
  Time time() { return (next_++)->time(); }
  std::optional<Time> known_time() {
    const Cell& cell = *next_++;
    return cell.null ? std::nullopt : std::optional(cell.time());
  }
  double real() { return (next_++)->real; }
  std::optional<double> known_real() {
    const Cell& cell = *next_++;
    return cell.null ? std::nullopt : std::optional(cell.real);
  }
  bool is_null() const { return next_->null; }
  template <class Enum>
  Enum word() {
    const auto value = parse_enum<Enum>((next_++)->text);
    if (!value) {
      throw Error(ErrorKind::kInternal, "store_damaged", "The database holds a value that this program does not know.");
    }
    return *value;
  }

 private:
  std::span<Cell>::iterator next_;
};

}  // namespace

template <>
const Table& table_of<Contact>() {
  return kContactsTable;
}
template <>
const Table& table_of<Conversation>() {
  return kConversationsTable;
}
template <>
const Table& table_of<Message>() {
  return kMessagesTable;
}
template <>
const Table& table_of<Campaign>() {
  return kCampaignsTable;
}
template <>
const Table& table_of<CampaignEvent>() {
  return kCampaignEventsTable;
}
template <>
const Table& table_of<Lead>() {
  return kLeadsTable;
}
template <>
const Table& table_of<Order>() {
  return kOrdersTable;
}
template <>
const Table& table_of<Ticket>() {
  return kTicketsTable;
}
template <>
const Table& table_of<ProductEvent>() {
  return kProductEventsTable;
}
template <>
const Table& table_of<PreferenceEvent>() {
  return kPreferenceEventsTable;
}

std::vector<const Table*> all_tables() {
  return {&kContactsTable,       &kConversationsTable, &kMessagesTable, &kCampaignsTable,     &kCampaignEventsTable,
          &kLeadsTable,          &kOrdersTable,        &kTicketsTable,  &kProductEventsTable, &kPreferenceEventsTable};
}

Cells cells_of(const Table& table) {
  Cells cells;
  for (const Column& column : table.columns) cells.emplace_back(column.type);
  return cells;
}

void put_cells(const Contact& row, std::span<Cell> cells) {
  Putter(cells)
      .text(row.id.text())
      .text(row.name.reveal())
      .text(row.phone.reveal())
      .text(row.language)
      .real(row.timezone_offset_hours)
      .time(row.created_at);
}

void put_cells(const Conversation& row, std::span<Cell> cells) {
  Putter(cells).text(row.id.text()).text(row.contact.text()).time(row.started_at).time(row.ended_at);
}

void put_cells(const Message& row, std::span<Cell> cells) {
  Putter put(cells);
  put.text(row.id.text())
      .text(row.contact.text())
      .known_text(row.conversation.text())
      .known_text(row.campaign.text())
      .text(to_string(row.direction))
      .time(row.sent_at)
      .time(row.delivered_at)
      .time(row.read_at)
      .text(row.text.reveal())
      .text(row.media_type)
      .text(row.language)
      .known_text(row.transcript.reveal());
  if (row.analysis) {
    put.text(to_string(row.analysis->sentiment))
        .real(row.analysis->valence)
        .known_text(row.analysis->emotion)
        .real(row.analysis->emotion_prob);
  } else {
    put.skip().skip().skip().skip();
  }
}

void put_cells(const Campaign& row, std::span<Cell> cells) {
  Putter(cells).text(row.id.text()).text(row.name).time(row.started_at);
}

void put_cells(const CampaignEvent& row, std::span<Cell> cells) {
  Putter(cells)
      .text(row.id.text())
      .text(row.contact.text())
      .text(row.campaign.text())
      .known_text(row.message.text())
      .text(to_string(row.type))
      .time(row.at);
}

void put_cells(const Lead& row, std::span<Cell> cells) {
  Putter(cells).text(row.id.text()).text(row.contact.text()).real(row.score).time(row.scored_at).known_text(row.outcome);
}

void put_cells(const Order& row, std::span<Cell> cells) {
  Putter(cells)
      .text(row.id.text())
      .text(row.contact.text())
      .time(row.placed_at)
      .real(row.amount)
      .real(row.discount_amount);
}

void put_cells(const Ticket& row, std::span<Cell> cells) {
  Putter(cells)
      .text(row.id.text())
      .text(row.contact.text())
      .text(to_string(row.kind))
      .time(row.opened_at)
      .time(row.resolved_at);
}

void put_cells(const ProductEvent& row, std::span<Cell> cells) {
  Putter(cells).text(row.id.text()).text(row.contact.text()).text(to_string(row.type)).time(row.at);
}

void put_cells(const PreferenceEvent& row, std::span<Cell> cells) {
  Putter(cells).text(row.id.text()).text(row.contact.text()).text(to_string(row.type)).time(row.at);
}

void take_cells(std::span<Cell> cells, Contact& row) {
  Taker take(cells);
  row.id = ContactId(take.text());
  row.name = PrivateText(take.text());
  row.phone = PrivateText(take.text());
  row.language = take.text();
  row.timezone_offset_hours = take.known_real();
  row.created_at = take.known_time();
}

void take_cells(std::span<Cell> cells, Conversation& row) {
  Taker take(cells);
  row.id = ConversationId(take.text());
  row.contact = ContactId(take.text());
  row.started_at = take.time();
  row.ended_at = take.known_time();
}

void take_cells(std::span<Cell> cells, Message& row) {
  Taker take(cells);
  row.id = MessageId(take.text());
  row.contact = ContactId(take.text());
  row.conversation = ConversationId(take.text());
  row.campaign = CampaignId(take.text());
  row.direction = take.word<Direction>();
  row.sent_at = take.time();
  row.delivered_at = take.known_time();
  row.read_at = take.known_time();
  row.text = PrivateText(take.text());
  row.media_type = take.text();
  row.language = take.text();
  row.transcript = PrivateText(take.text());
  if (take.is_null()) return;
  Analysis& analysis = row.analysis.emplace();
  analysis.sentiment = take.word<Sentiment>();
  analysis.valence = take.real();
  analysis.emotion = take.text();
  analysis.emotion_prob = take.known_real();
}

void take_cells(std::span<Cell> cells, CampaignEvent& row) {
  Taker take(cells);
  row.id = RowId(take.text());
  row.contact = ContactId(take.text());
  row.campaign = CampaignId(take.text());
  row.message = MessageId(take.text());
  row.type = take.word<CampaignEventType>();
  row.at = take.time();
}

void take_cells(std::span<Cell> cells, Lead& row) {
  Taker take(cells);
  row.id = RowId(take.text());
  row.contact = ContactId(take.text());
  row.score = take.real();
  row.scored_at = take.time();
  row.outcome = take.text();
}

void take_cells(std::span<Cell> cells, Order& row) {
  Taker take(cells);
  row.id = RowId(take.text());
  row.contact = ContactId(take.text());
  row.placed_at = take.time();
  row.amount = take.real();
  row.discount_amount = take.real();
}

void take_cells(std::span<Cell> cells, Ticket& row) {
  Taker take(cells);
  row.id = RowId(take.text());
  row.contact = ContactId(take.text());
  row.kind = take.word<TicketKind>();
  row.opened_at = take.time();
  row.resolved_at = take.known_time();
}

void take_cells(std::span<Cell> cells, ProductEvent& row) {
  Taker take(cells);
  row.id = RowId(take.text());
  row.contact = ContactId(take.text());
  row.type = take.word<ProductEventType>();
  row.at = take.time();
}

void take_cells(std::span<Cell> cells, PreferenceEvent& row) {
  Taker take(cells);
  row.id = RowId(take.text());
  row.contact = ContactId(take.text());
  row.type = take.word<PreferenceEventType>();
  row.at = take.time();
}

std::string upsert_sql(const Table& table, std::size_t rows) {
  std::string names = "tenant_id";
  std::string updates;
  for (const Column& column : table.columns) {
    const std::string name = column.name;
    names += ", " + name;
    if (name == "id") continue;
    if (!updates.empty()) updates += ", ";
    updates += name + " = " + (column.on_update != nullptr ? column.on_update : "excluded." + name);
  }
  std::string values;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string number = std::to_string(row);
    values += (row == 0 ? "(:tenant_id" : ", (:tenant_id") + number;
    for (const Column& column : table.columns) values += std::string(", :") + column.name + number;
    values += ")";
  }
  if (table.on_update != nullptr) updates += std::string(", ") + table.on_update;
  return std::string("INSERT INTO ") + table.name + " (" + names + ") VALUES " + values +
         " ON CONFLICT (tenant_id, id) DO UPDATE SET " + updates;
}

}  // namespace rapport::store
