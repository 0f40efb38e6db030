#include "store/bulk_rows.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "store/row_cells.h"
#include "store/row_rules.h"

namespace rapport::store {
namespace {

/// Ids remembered per table, before they are forgotten and asked for again: bounds the memory.
constexpr std::size_t kRememberedIds = 500'000;

/// A run of messages: longer ones make better places and cost memory.
constexpr std::size_t kRunMessages = 65'536;
constexpr std::size_t kRunBytes = 32 << 20;
/// A row's place keeps the memory of a text up to this for the next run's row.
constexpr std::size_t kKeptTextBytes = 512;

[[noreturn]] void refuse_unknown(const char* column, const char* what) {
  const std::string message = std::string("names a ") + what + " that does not exist";
  throw Error(ErrorKind::kInvalid, std::string("unknown_") + what, std::string(column) + " " + message)
      .with_fields({{column, message}});
}

template <class R>
constexpr std::size_t index_in_row() {
  return Row(R()).index();
}

}  // namespace

KnownIds::KnownIds(Connection& connection, const char* table, const TenantId& tenant)
    : query_(connection.prepared(
          std::string("SELECT COUNT(*) FROM ") + table + " WHERE tenant_id = :tenant_id AND id = :id",
          {CellType::kText, CellType::kText}, {CellType::kInteger})) {
  query_.parameters()[0] = Cell(tenant.text());
  query_.parameters()[1].null = false;
}

bool KnownIds::contains(const std::string& id) {
  if (id == last_) return true;
  if (!known_.contains(id)) {
    query_.parameters()[1].text = id;
    bool exists = false;
    for (bool found = query_.execute(); found; found = query_.next()) exists = query_.columns()[0].integer > 0;
    if (!exists) return false;
    add(id);
  }
  last_ = id;
  return true;
}

void KnownIds::add(const std::string& id) {
  if (known_.size() >= kRememberedIds) known_.clear();
  known_.insert(id);
}

BulkRows::BulkRows(ConnectionPool& pool, const TenantId& tenant)
    : transaction_(pool, WriteTransaction::Purpose::kBulk),
      tenant_(tenant),
      contacts_(*transaction_, "contacts", tenant),
      conversations_(*transaction_, "conversations", tenant),
      campaigns_(*transaction_, "campaigns", tenant),
      messages_(*transaction_, "messages", tenant),
      statements_(std::variant_size_v<Row>, nullptr) {
  if (transaction_->dialect() == Dialect::kPostgresql) batch_.emplace(*transaction_, tenant);
}

void BulkRows::require_open() const {
  switch (state_) {
    case State::kOpen:
      return;
    case State::kCommitted:
      throw Error(ErrorKind::kInternal, "store_error", "The rows were committed already.");
    case State::kBroken:
      throw Error(ErrorKind::kInternal, "store_error", "The transaction was given up after an earlier failure.");
  }
}

/// What the database refuses ends the transaction.
template <class Action>
void BulkRows::or_break(Action action) {
  try {
    action();
  } catch (const Error&) {
    state_ = State::kBroken;
    throw;
  }
}

void BulkRows::write(const Row& row) {
  require_open();
  std::visit([this](const auto& value) { write_row(value); }, row);
}

template <class R>
void BulkRows::write_row(const R& row) {
  check_row(row);
  if (batch_) or_break([this] { batch_->turn_to(table_of<R>()); });
  check_references(row);
  execute(row);
}

void BulkRows::write_row(const Message& row) {
  if (batch_) return write_row<Message>(row);
  check_row(row);
  check_references(row);
  // Sorting must not let the earlier of two rows of one id win.
  if (gathered_ids_.contains(row.id.text())) flush();
  const Message& kept = gather(row);
  gathered_ids_.insert(kept.id.text());
  gathered_bytes_ += row.text.reveal().size() + row.transcript.reveal().size();
  if (gathered_count_ >= kRunMessages || gathered_bytes_ >= kRunBytes) flush();
}

/// Rows of earlier runs are overwritten and not destroyed: their strings keep their memory. They never move, since
/// `gathered_ids_` looks into them.
const Message& BulkRows::gather(const Message& row) {
  if (gathered_count_ < gathered_.size()) return gathered_[gathered_count_++] = row;
  ++gathered_count_;
  return gathered_.emplace_back(row);
}

void BulkRows::flush() {
  std::vector<const Message*> order;
  order.reserve(gathered_count_);
  for (std::size_t i = 0; i < gathered_count_; ++i) order.push_back(&gathered_[i]);
  std::sort(order.begin(), order.end(), [](const Message* a, const Message* b) {
    return std::tie(a->contact, a->sent_at, a->id) < std::tie(b->contact, b->sent_at, b->id);
  });
  for (const Message* row : order) execute(*row);
  gathered_ids_.clear();
  for (std::size_t i = 0; i < gathered_count_; ++i) {
    const std::size_t kept = gathered_[i].text.reveal().capacity() + gathered_[i].transcript.reveal().capacity();
    if (kept > kKeptTextBytes) std::exchange(gathered_[i], Message());
  }
  gathered_count_ = 0;
  gathered_bytes_ = 0;
}

template <class R>
void BulkRows::execute(const R& row) {
  or_break([&] {
    if (batch_) return batch_->add(row);
    Query& query = statement<R>();
    put_cells(row, std::span(query.parameters()).subspan(1));
    static_cast<void>(query.execute());
  });
}

template <class R>
Query& BulkRows::statement() {
  Query*& query = statements_[index_in_row<R>()];
  if (query == nullptr) {
    const Table& table = table_of<R>();
    std::vector<CellType> types = {CellType::kText};
    for (const Column& column : table.columns) types.push_back(column.type);
    query = &transaction_->prepared(upsert_sql(table), types, {});
    query->parameters()[0] = Cell(tenant_.text());
  }
  return *query;
}

void BulkRows::require_contact(const ContactId& contact) {
  if (!contacts_.contains(contact.text())) refuse_unknown("contact_id", "contact");
}

void BulkRows::check_references(const Message& row) {
  require_contact(row.contact);
  if (!row.conversation.empty() && !conversations_.contains(row.conversation.text())) {
    refuse_unknown("conversation_id", "conversation");
  }
  if (!row.campaign.empty() && !campaigns_.contains(row.campaign.text())) refuse_unknown("campaign_id", "campaign");
}

void BulkRows::check_references(const CampaignEvent& row) {
  require_contact(row.contact);
  if (!campaigns_.contains(row.campaign.text())) refuse_unknown("campaign_id", "campaign");
  if (!row.message.empty() && !is_known_message(row.message)) refuse_unknown("message_id", "message");
}

bool BulkRows::is_known_message(const MessageId& id) {
  return gathered_ids_.contains(id.text()) || messages_.contains(id.text());
}

void BulkRows::commit() {
  require_open();
  state_ = State::kBroken;  // unless all goes well
  flush();
  if (batch_) batch_->flush();
  transaction_.commit();
  state_ = State::kCommitted;
}

}  // namespace rapport::store
