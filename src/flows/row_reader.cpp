#include "flows/row_reader.h"

#include <algorithm>
#include <utility>

#include "domain/names.h"

namespace rapport::flows {
namespace {

constexpr std::size_t kMaxTextBytes = 64 * 1024;  // a WhatsApp message is at most 4,096 characters
constexpr std::size_t kMaxNameBytes = 1024;
constexpr std::size_t kMaxWordBytes = 64;
constexpr double kMaxAmount = 1e12;

std::string plain_number(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

Row read_contact(RowReader& in) {
  Contact row;
  row.id = in.id<ContactId>("id");
  row.name = PrivateText(in.text("name", kMaxNameBytes));
  row.phone = PrivateText(in.text("phone", kMaxWordBytes));
  row.language = in.text("language", kMaxWordBytes);
  row.timezone_offset_hours = in.optional_number("timezone_offset", -12, 14);
  row.created_at = in.optional_time("created_at");
  return row;
}

Row read_conversation(RowReader& in) {
  Conversation row;
  row.id = in.id<ConversationId>("id");
  row.contact = in.id<ContactId>("contact_id");
  row.started_at = in.time("started_at");
  row.ended_at = in.optional_time("ended_at", row.started_at);
  return row;
}

std::optional<Analysis> read_analysis(RowReader& in) {
  const std::optional<Sentiment> sentiment = in.optional_word<Sentiment>("sentiment", "negative, neutral or positive");
  const std::optional<double> valence = in.optional_number("valence", 0, 1);
  if (!sentiment && !valence) return std::nullopt;
  if (!sentiment || !valence) {
    in.refuse(sentiment ? "valence" : "sentiment", "sentiment and valence go together");
    return std::nullopt;
  }
  Analysis analysis{.sentiment = *sentiment, .valence = *valence, .emotion = in.text("emotion", kMaxWordBytes),
                    .emotion_prob = in.optional_number("emotion_score", 0, 1)};
  return analysis;
}

Row read_message(RowReader& in) {
  Message row;
  row.id = in.id<MessageId>("id");
  row.contact = in.id<ContactId>("contact_id");
  row.conversation = in.optional_id<ConversationId>("conversation_id");
  row.campaign = in.optional_id<CampaignId>("campaign_id");
  row.direction = in.word<Direction>("direction", "inbound or outbound");
  row.sent_at = in.time("sent_at");
  row.delivered_at = in.optional_time("delivered_at", row.sent_at);
  row.read_at = in.optional_time("read_at", row.sent_at);
  row.text = PrivateText(in.text("text", kMaxTextBytes));
  row.media_type = in.text("media_type", kMaxWordBytes);
  row.language = in.text("language", kMaxWordBytes);
  row.transcript = PrivateText(in.text("transcript", kMaxTextBytes));
  row.analysis = read_analysis(in);
  return row;
}

Row read_campaign(RowReader& in) {
  Campaign row;
  row.id = in.id<CampaignId>("id");
  row.name = in.text("name", kMaxNameBytes);
  row.started_at = in.time("started_at");
  return row;
}

Row read_campaign_event(RowReader& in) {
  CampaignEvent row;
  row.id = in.id<RowId>("id");
  row.contact = in.id<ContactId>("contact_id");
  row.campaign = in.id<CampaignId>("campaign_id");
  row.message = in.optional_id<MessageId>("message_id");
  row.type = in.word<CampaignEventType>("type", "open, click, response or unsubscribe");
  row.at = in.time("at");
  return row;
}

Row read_lead(RowReader& in) {
  Lead row;
  row.id = in.id<RowId>("id");
  row.contact = in.id<ContactId>("contact_id");
  row.score = in.number("score", 0, 100);
  row.scored_at = in.time("scored_at");
  row.outcome = in.text("outcome", kMaxWordBytes);
  if (!row.outcome.empty() && row.outcome != "won" && row.outcome != "lost") {
    in.refuse("outcome", "must be won, lost or empty");
  }
  return row;
}

Row read_order(RowReader& in) {
  Order row;
  row.id = in.id<RowId>("id");
  row.contact = in.id<ContactId>("contact_id");
  row.placed_at = in.time("placed_at");
  row.amount = in.number("amount", 0, kMaxAmount);
  row.discount_amount = in.optional_number("discount_amount", 0, kMaxAmount).value_or(0);
  return row;
}

Row read_ticket(RowReader& in) {
  Ticket row;
  row.id = in.id<RowId>("id");
  row.contact = in.id<ContactId>("contact_id");
  row.kind = in.optional_word<TicketKind>("kind", "question, complaint or other").value_or(TicketKind::kQuestion);
  row.opened_at = in.time("opened_at");
  row.resolved_at = in.optional_time("resolved_at", row.opened_at);
  return row;
}

Row read_product_event(RowReader& in) {
  ProductEvent row;
  row.id = in.id<RowId>("id");
  row.contact = in.id<ContactId>("contact_id");
  row.type = in.word<ProductEventType>("type", "view, cart, abandon, refund or discount");
  row.at = in.time("at");
  return row;
}

Row read_preference_event(RowReader& in) {
  PreferenceEvent row;
  row.id = in.id<RowId>("id");
  row.contact = in.id<ContactId>("contact_id");
  row.type = in.word<PreferenceEventType>("type", "unsubscribe_attempt, opt_out, opt_in or change");
  row.at = in.time("at");
  return row;
}

}  // namespace

std::optional<tables::Cell> RowReader::cell(std::string_view column) const {
  const std::optional<std::size_t> index = record_.column(column);
  return index ? record_.cell(*index) : std::nullopt;
}

void RowReader::refuse(std::string_view column, std::string reason) {
  if (!refusal_) refusal_ = RefusedRow{record_.line(), std::string(column), std::move(reason)};
}

std::string RowReader::text(std::string_view column, std::size_t max_bytes) {
  const std::optional<tables::Cell> value = cell(column);
  if (!value) return {};
  std::string text = value->text();
  if (text.size() > max_bytes) refuse(column, "is longer than " + std::to_string(max_bytes) + " bytes");
  return text;
}

std::string RowReader::optional_id_text(std::string_view column) {
  std::string text = this->text(column, kMaxIdBytes);
  const bool control = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (control) refuse(column, "holds a control character");
  return text;
}

std::string RowReader::required_id(std::string_view column) {
  std::string text = optional_id_text(column);
  if (text.empty()) refuse(column, "is missing");
  return text;
}

std::optional<Time> RowReader::optional_time(std::string_view column, Time earliest) {
  const std::optional<tables::Cell> value = cell(column);
  if (!value) return std::nullopt;
  const std::optional<Time> time = parse_time(value->text());
  if (!time) {
    refuse(column, "is not a time such as 2026-11-23T10:15:00Z, or seconds or milliseconds since 1970");
  } else if (*time > latest_) {
    refuse(column, "is in the future");
  } else if (*time < earliest) {
    refuse(column, "is before the row's own time");
  }
  return time;
}

Time RowReader::time(std::string_view column) {
  if (!cell(column)) refuse(column, "is missing");
  return optional_time(column).value_or(Time());
}

std::optional<double> RowReader::optional_number(std::string_view column, double min, double max) {
  const std::optional<tables::Cell> value = cell(column);
  if (!value) return std::nullopt;
  const std::optional<double> number = value->number();
  if (!number || *number < min || *number > max) {
    refuse(column, "must be a number from " + plain_number(min) + " to " + plain_number(max));
    return std::nullopt;
  }
  return number;
}

double RowReader::number(std::string_view column, double min, double max) {
  if (!cell(column)) refuse(column, "is missing");
  return optional_number(column, min, max).value_or(min);
}

template <class Enum>
std::optional<Enum> RowReader::optional_word(std::string_view column, std::string_view permitted) {
  const std::optional<tables::Cell> value = cell(column);
  if (!value) return std::nullopt;
  const std::optional<Enum> word = parse_enum<Enum>(value->text());
  if (!word) refuse(column, "must be " + std::string(permitted));
  return word;
}

template <class Enum>
Enum RowReader::word(std::string_view column, std::string_view permitted) {
  if (!cell(column)) refuse(column, "is missing");
  return optional_word<Enum>(column, permitted).value_or(Enum{});
}

ReadRow find_row_reader(std::string_view table) {
  static constexpr std::pair<std::string_view, ReadRow> kReaders[] = {
      {"contacts", read_contact},
      {"conversations", read_conversation},
      {"messages", read_message},
      {"campaigns", read_campaign},
      {"campaign-events", read_campaign_event},
      {"leads", read_lead},
      {"orders", read_order},
      {"tickets", read_ticket},
      {"product-events", read_product_event},
      {"preference-events", read_preference_event},
  };
  for (const auto& [name, read] : kReaders) {
    if (name == table) return read;
  }
  return nullptr;
}

}  // namespace rapport::flows
