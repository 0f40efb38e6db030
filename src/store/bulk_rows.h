#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "store/connection_pool.h"
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
  std::vector<Message> gathered_;
  std::unordered_set<std::string> gathered_ids_;
  std::size_t gathered_bytes_ = 0;
  std::vector<Query*> statements_;  ///< by the row's index in Row
};

}  // namespace rapport::store
