#include "store/histories.h"

#include <chrono>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "store/row_cells.h"

namespace rapport::store {
namespace {

constexpr int kBatchRows = 4000;
constexpr std::size_t kIdColumn = 0;
constexpr std::size_t kContactColumn = 1;  // of every table but contacts

std::string column_names(const Table& table) {
  std::string names;
  for (const Column& column : table.columns) names += (names.empty() ? "" : ", ") + std::string(column.name);
  return names;
}

std::vector<CellType> column_types(const Table& table) {
  std::vector<CellType> types;
  for (const Column& column : table.columns) types.push_back(column.type);
  return types;
}

std::size_t time_column(const Table& table) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (std::string_view(table.columns[i].name) == table.time) return i;
  }
  throw Error(ErrorKind::kInternal, "store_error", "A table has no time.");
}

/// The rows of one table, by contact, time and id.
template <class R>
class RowsByContact {
 public:
  RowsByContact(Connection& connection, const TenantId& tenant)
      : time_(time_column(table_of<R>())), query_(connection.prepared(sql(), kParameters, column_types(table_of<R>()))) {
    Cells& parameters = query_.parameters();
    parameters[0] = Cell(tenant.text());
    parameters[1] = Cell("");  // before every contact
    parameters[2] = Cell(std::numeric_limits<std::int64_t>::min());
    parameters[3] = Cell("");
    found(query_.execute());
  }

  /// Appends the contact's rows. Contacts are asked for in their order.
  void take(const std::string& contact, std::vector<R>& rows) {
    while (has_row_ && query_.columns()[kContactColumn].text < contact) advance();
    while (has_row_ && query_.columns()[kContactColumn].text == contact) {
      take_cells(query_.columns(), rows.emplace_back());
      advance();
    }
  }

 private:
  static inline const std::vector<CellType> kParameters = {CellType::kText, CellType::kText, CellType::kInteger,
                                                           CellType::kText};

  static std::string sql() {
    const Table& table = table_of<R>();
    const std::string key = std::string("contact_id, ") + table.time + ", id";
    return "SELECT " + column_names(table) + " FROM " + table.name + " WHERE tenant_id = :tenant_id AND (" + key +
           ") > (:contact_id, :time, :id) ORDER BY " + key + " LIMIT " + std::to_string(kBatchRows);
  }

  void advance() { found(query_.next()); }

  void found(bool row) {
    if (!row && batch_rows_ == kBatchRows) {
      batch_rows_ = 0;
      row = query_.execute();
    }
    has_row_ = row;
    // The last row of a full batch is where the next one starts; its texts are moved away soon.
    if (row && ++batch_rows_ == kBatchRows) {
      query_.parameters()[1].text = query_.columns()[kContactColumn].text;
      query_.parameters()[2].integer = query_.columns()[time_].integer;
      query_.parameters()[3].text = query_.columns()[kIdColumn].text;
    }
  }

  std::size_t time_;
  Query& query_;
  int batch_rows_ = 0;
  bool has_row_ = false;
};

/// The contacts, by id.
class Contacts {
 public:
  Contacts(Connection& connection, const TenantId& tenant)
      : query_(connection.prepared("SELECT " + column_names(table_of<Contact>()) +
                                       " FROM contacts WHERE tenant_id = :tenant_id AND id > :id ORDER BY id LIMIT " +
                                       std::to_string(kBatchRows),
                                   {CellType::kText, CellType::kText}, column_types(table_of<Contact>()))) {
    query_.parameters()[0] = Cell(tenant.text());
    query_.parameters()[1] = Cell("");
  }

  bool next(Contact& contact) {
    bool row = started_ && query_.next();
    if (!row && (!started_ || batch_rows_ == kBatchRows)) {
      started_ = true;
      batch_rows_ = 0;
      row = query_.execute();
    }
    if (!row) return false;
    if (++batch_rows_ == kBatchRows) query_.parameters()[1].text = query_.columns()[kIdColumn].text;
    take_cells(query_.columns(), contact);
    return true;
  }

 private:
  Query& query_;
  bool started_ = false;
  int batch_rows_ = 0;
};

/// Calls a Progress a few times a second.
class Reporter {
 public:
  Reporter(const Progress& progress, std::int64_t total) : progress_(progress), total_(total) {}
  void step() {
    ++done_;
    const auto now = std::chrono::steady_clock::now();
    if (!progress_ || now < next_) return;
    next_ = now + std::chrono::milliseconds(250);
    progress_("histories", done_, total_);
  }
  void finish() {
    if (progress_) progress_("histories", done_, total_);
  }

 private:
  const Progress& progress_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::chrono::steady_clock::time_point next_;
};

void clear(ContactHistory& history) {
  history.conversations.clear();
  history.messages.clear();
  history.campaign_events.clear();
  history.leads.clear();
  history.orders.clear();
  history.tickets.clear();
  history.product_events.clear();
  history.preference_events.clear();
}

template <class R>
void read_rows(Connection& connection, const TenantId& tenant, const ContactId& contact, std::vector<R>& rows) {
  const Table& table = table_of<R>();
  Query& query = connection.prepared("SELECT " + column_names(table) + " FROM " + table.name +
                                         " WHERE tenant_id = :tenant_id AND contact_id = :contact_id ORDER BY " +
                                         table.time + ", id",
                                     {CellType::kText, CellType::kText}, column_types(table));
  query.parameters()[0] = Cell(tenant.text());
  query.parameters()[1] = Cell(contact.text());
  for (bool found = query.execute(); found; found = query.next()) take_cells(query.columns(), rows.emplace_back());
}

}  // namespace

void scan_histories(Connection& connection, const TenantId& tenant,
                    const std::function<void(const ContactHistory&)>& visit, const Progress& progress) {
  const auto total =
      connection.row("SELECT COUNT(*) FROM contacts WHERE tenant_id = :tenant_id", {tenant.text()}, {CellType::kInteger});
  Reporter reporter(progress, total->front().integer);
  Contacts contacts(connection, tenant);
  RowsByContact<Conversation> conversations(connection, tenant);
  RowsByContact<Message> messages(connection, tenant);
  RowsByContact<CampaignEvent> campaign_events(connection, tenant);
  RowsByContact<Lead> leads(connection, tenant);
  RowsByContact<Order> orders(connection, tenant);
  RowsByContact<Ticket> tickets(connection, tenant);
  RowsByContact<ProductEvent> product_events(connection, tenant);
  RowsByContact<PreferenceEvent> preference_events(connection, tenant);
  for (ContactHistory history; contacts.next(history.contact); clear(history)) {
    const std::string& id = history.contact.id.text();
    conversations.take(id, history.conversations);
    messages.take(id, history.messages);
    campaign_events.take(id, history.campaign_events);
    leads.take(id, history.leads);
    orders.take(id, history.orders);
    tickets.take(id, history.tickets);
    product_events.take(id, history.product_events);
    preference_events.take(id, history.preference_events);
    visit(history);
    reporter.step();
  }
  reporter.finish();
}

std::optional<ContactHistory> read_history(Connection& connection, const TenantId& tenant, const ContactId& contact) {
  Query& query = connection.prepared("SELECT " + column_names(table_of<Contact>()) +
                                         " FROM contacts WHERE tenant_id = :tenant_id AND id = :contact_id",
                                     {CellType::kText, CellType::kText}, column_types(table_of<Contact>()));
  query.parameters()[0] = Cell(tenant.text());
  query.parameters()[1] = Cell(contact.text());
  std::optional<ContactHistory> history;
  for (bool found = query.execute(); found; found = query.next()) {
    take_cells(query.columns(), history.emplace().contact);
  }
  if (!history) return std::nullopt;
  read_rows(connection, tenant, contact, history->conversations);
  read_rows(connection, tenant, contact, history->messages);
  read_rows(connection, tenant, contact, history->campaign_events);
  read_rows(connection, tenant, contact, history->leads);
  read_rows(connection, tenant, contact, history->orders);
  read_rows(connection, tenant, contact, history->tickets);
  read_rows(connection, tenant, contact, history->product_events);
  read_rows(connection, tenant, contact, history->preference_events);
  return history;
}

}  // namespace rapport::store
