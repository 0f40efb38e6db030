#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "store/connection_pool.h"
#include "store/row_batch.h"
#include "store/store.h"

namespace rapport::store {

/// Which ids of one table exist: asked of the database once each and remembered, since neighbouring rows mostly refer to
/// the same few.
class KnownIds {
 public:
  KnownIds(Connection& connection, const char* table, const TenantId& tenant);

  bool contains(const std::string& id);
  void add(const std::string& id);

 private:
  Query& query_;
  std::unordered_set<std::string> known_;
  std::string last_;  ///< spares the look-up where rows come contact by contact
};

/// Writes rows into the tables, in one transaction.
///
/// Messages are most of what a business has, and it exports them in the order of time, while everything here reads them
/// contact by contact. They are gathered and written in runs that are sorted by contact: the index by contact grows in
/// few places at a time, and a later scan finds a contact's messages in one place a run and not in one place each.
/// PostgreSQL gains nothing from it; it gets many rows in one statement.
class BulkRows final : public BulkWriter {
 public:
  BulkRows(ConnectionPool& pool, const TenantId& tenant);

  void write(const Row& row) override;
  void commit() override;

 private:
  template <class R>
  void write_row(const R& row);
  void write_row(const Message& row);
  template <class R>
  void execute(const R& row);
  template <class Action>
  void or_break(Action action);
  const Message& gather(const Message& row);
  bool is_known_message(const MessageId& id);
  void flush();
  template <class R>
  Query& statement();
  void check_references(const Contact&) {}
  void check_references(const Campaign&) {}
  void check_references(const Message& row);
  void check_references(const CampaignEvent& row);
  template <class R>
  void check_references(const R& row) {
    require_contact(row.contact);
  }
  void require_contact(const ContactId& contact);
  void require_open() const;

  enum class State { kOpen, kCommitted, kBroken };

  WriteTransaction transaction_;
  TenantId tenant_;
  State state_ = State::kOpen;
  KnownIds contacts_;
  KnownIds conversations_;
  KnownIds campaigns_;
  KnownIds messages_;
  std::deque<Message> gathered_;
  std::size_t gathered_count_ = 0;  ///< rows of `gathered_` that are in use
  std::unordered_set<std::string_view> gathered_ids_;
  std::size_t gathered_bytes_ = 0;
  std::vector<Query*> statements_;  ///< by the row's index in Row
  std::optional<RowBatch> batch_;   ///< PostgreSQL
};

}  // namespace rapport::store
