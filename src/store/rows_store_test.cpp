#include <limits>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "store/connection_pool.h"
#include "store/store_fixture.h"

namespace rapport::store {
namespace {

class RowsStore : public StoreTest {
 protected:
  std::vector<ContactHistory> scan(const TenantId& of) {
    std::vector<ContactHistory> all;
    store->scan_histories(of, [&](const ContactHistory& history) { all.push_back(history); });
    return all;
  }
};
RAPPORT_STORE_SUITE(RowsStore);

/// One row of every table, all columns set.
std::vector<Row> full_rows() {
  Contact person = contact("c1");
  person.name = PrivateText("Ana María 😀");
  person.phone = PrivateText("+34 600 000 000");
  person.language = "es-ES";
  person.timezone_offset_hours = 5.75;
  person.created_at = at(-5);
  Message voice = message("m1", "c1", 12);
  voice.conversation = ConversationId("v1");
  voice.campaign = CampaignId("p1");
  voice.direction = Direction::kOutbound;
  voice.delivered_at = at(13);
  voice.read_at = at(14);
  voice.media_type = "audio";
  voice.language = "hi";
  voice.transcript = PrivateText("नमस्ते");
  voice.analysis = Analysis{Sentiment::kPositive, 0.9125, "joy", 0.1 + 0.2};
  return {person,
          Conversation{ConversationId("v1"), ContactId("c1"), at(10), at(20)},
          Campaign{CampaignId("p1"), "Spring", at(1)},
          voice,
          CampaignEvent{RowId("e1"), ContactId("c1"), CampaignId("p1"), MessageId("m1"), CampaignEventType::kClick, at(15)},
          Lead{RowId("l1"), ContactId("c1"), 79.99, at(16), "won"},
          Order{RowId("o1"), ContactId("c1"), at(17), 1234.56, 0.1},
          Ticket{RowId("t1"), ContactId("c1"), TicketKind::kComplaint, at(18), at(19)},
          ProductEvent{RowId("x1"), ContactId("c1"), ProductEventType::kAbandon, at(20)},
          PreferenceEvent{RowId("y1"), ContactId("c1"), PreferenceEventType::kOptOut, at(21)}};
}

TEST_P(RowsStore, GivesBackEveryValueOfEveryTable) {
  write_rows(*store, tenant, full_rows());

  const auto found = store->history(tenant, ContactId("c1"));

  ASSERT_TRUE(found);
  EXPECT_EQ(found->contact.name.reveal(), "Ana María 😀");
  EXPECT_EQ(found->contact.phone.reveal(), "+34 600 000 000");
  EXPECT_EQ(found->contact.language, "es-ES");
  EXPECT_EQ(found->contact.timezone_offset_hours, 5.75);
  EXPECT_EQ(found->contact.created_at, at(-5));
  ASSERT_EQ(found->conversations.size(), 1U);
  EXPECT_EQ(found->conversations[0].started_at, at(10));
  EXPECT_EQ(found->conversations[0].ended_at, at(20));
  ASSERT_EQ(found->campaign_events.size(), 1U);
  EXPECT_EQ(found->campaign_events[0].campaign.text(), "p1");
  EXPECT_EQ(found->campaign_events[0].message.text(), "m1");
  EXPECT_EQ(found->campaign_events[0].type, CampaignEventType::kClick);
  ASSERT_EQ(found->leads.size(), 1U);
  EXPECT_EQ(found->leads[0].score, 79.99);
  EXPECT_EQ(found->leads[0].outcome, "won");
  ASSERT_EQ(found->orders.size(), 1U);
  EXPECT_EQ(found->orders[0].amount, 1234.56);
  EXPECT_EQ(found->orders[0].discount_amount, 0.1);
  ASSERT_EQ(found->tickets.size(), 1U);
  EXPECT_EQ(found->tickets[0].kind, TicketKind::kComplaint);
  EXPECT_EQ(found->tickets[0].resolved_at, at(19));
  ASSERT_EQ(found->product_events.size(), 1U);
  EXPECT_EQ(found->product_events[0].type, ProductEventType::kAbandon);
  ASSERT_EQ(found->preference_events.size(), 1U);
  EXPECT_EQ(found->preference_events[0].type, PreferenceEventType::kOptOut);
}

TEST_P(RowsStore, GivesBackEveryValueOfAMessage) {
  write_rows(*store, tenant, full_rows());

  const auto found = store->history(tenant, ContactId("c1"));

  ASSERT_EQ(found->messages.size(), 1U);
  const Message& row = found->messages[0];
  EXPECT_EQ(row.id.text(), "m1");
  EXPECT_EQ(row.contact.text(), "c1");
  EXPECT_EQ(row.conversation.text(), "v1");
  EXPECT_EQ(row.campaign.text(), "p1");
  EXPECT_EQ(row.direction, Direction::kOutbound);
  EXPECT_EQ(row.sent_at, at(12));
  EXPECT_EQ(row.delivered_at, at(13));
  EXPECT_EQ(row.read_at, at(14));
  EXPECT_EQ(row.text.reveal(), "text of m1");
  EXPECT_EQ(row.media_type, "audio");
  EXPECT_EQ(row.language, "hi");
  EXPECT_EQ(row.transcript.reveal(), "नमस्ते");
  ASSERT_TRUE(row.analysis);
  EXPECT_EQ(row.analysis->sentiment, Sentiment::kPositive);
  EXPECT_EQ(row.analysis->valence, 0.9125);
  EXPECT_EQ(row.analysis->emotion, "joy");
  EXPECT_EQ(row.analysis->emotion_prob, 0.1 + 0.2);
}

TEST_P(RowsStore, KeepsWhatIsNotKnownUnknown) {
  write_rows(*store, tenant, {contact("c1"), message("m1", "c1", 1),
                              Conversation{ConversationId("v1"), ContactId("c1"), at(1), {}},
                              Ticket{RowId("t1"), ContactId("c1"), TicketKind::kQuestion, at(1), {}},
                              Lead{RowId("l1"), ContactId("c1"), 5, at(1), ""}});

  const auto found = store->history(tenant, ContactId("c1"));

  EXPECT_FALSE(found->contact.timezone_offset_hours);
  EXPECT_FALSE(found->contact.created_at);
  EXPECT_FALSE(found->messages[0].delivered_at);
  EXPECT_FALSE(found->messages[0].read_at);
  EXPECT_FALSE(found->messages[0].analysis);
  EXPECT_TRUE(found->messages[0].conversation.empty());
  EXPECT_TRUE(found->messages[0].campaign.empty());
  EXPECT_TRUE(found->messages[0].transcript.empty());
  EXPECT_FALSE(found->conversations[0].ended_at);
  EXPECT_FALSE(found->tickets[0].resolved_at);
  EXPECT_TRUE(found->leads[0].outcome.empty());
}

TEST_P(RowsStore, ReplacesARowOfTheSameId) {
  write_rows(*store, tenant, full_rows());
  write_rows(*store, tenant, {contact("c2")});

  Message changed = message("m1", "c2", 99);
  write_rows(*store, tenant, {changed, Order{RowId("o1"), ContactId("c2"), at(98), 7, 0}});

  EXPECT_TRUE(store->history(tenant, ContactId("c1"))->messages.empty());
  const auto found = store->history(tenant, ContactId("c2"));
  ASSERT_EQ(found->messages.size(), 1U);
  EXPECT_EQ(found->messages[0].sent_at, at(99));
  EXPECT_FALSE(found->messages[0].read_at);
  EXPECT_EQ(found->orders[0].amount, 7);
  EXPECT_EQ(store->row_counts(tenant)["messages"], 1);
}

TEST_P(RowsStore, LetsTheLaterOfTwoRowsOfOneIdWinWithinOneImport) {
  write_rows(*store, tenant, {contact("a"), contact("b"), message("m1", "b", 9), message("m1", "a", 1)});

  EXPECT_TRUE(store->history(tenant, ContactId("b"))->messages.empty());
  EXPECT_EQ(store->history(tenant, ContactId("a"))->messages[0].sent_at, at(1));
}

TEST_P(RowsStore, KnowsTheMessagesOfTheSameImport) {
  write_rows(*store, tenant,
             {contact("a"), Campaign{CampaignId("p1"), "", at(1)}, message("m1", "a", 1),
              CampaignEvent{RowId("e1"), ContactId("a"), CampaignId("p1"), MessageId("m1"), CampaignEventType::kOpen, at(2)}});

  EXPECT_EQ(store->history(tenant, ContactId("a"))->campaign_events[0].message.text(), "m1");
}

TEST_P(RowsStore, KeepsAnAnalysisAndATranscriptThatANewImportDoesNotBring) {
  write_rows(*store, tenant, full_rows());

  write_rows(*store, tenant, {message("m1", "c1", 12)});

  const Message row = store->history(tenant, ContactId("c1"))->messages[0];
  EXPECT_EQ(row.transcript.reveal(), "नमस्ते");
  ASSERT_TRUE(row.analysis);
  EXPECT_EQ(row.analysis->emotion, "joy");
  EXPECT_EQ(row.analysis->valence, 0.9125);
}

TEST_P(RowsStore, DropsTheAnalysisOfATextThatHasChanged) {
  write_rows(*store, tenant, full_rows());

  Message changed = message("m1", "c1", 12);
  changed.text = PrivateText("something else");
  write_rows(*store, tenant, {changed});

  EXPECT_FALSE(store->history(tenant, ContactId("c1"))->messages[0].analysis);
}

TEST_P(RowsStore, ReplacesAnAnalysisByANewOneAsAWhole) {
  write_rows(*store, tenant, full_rows());

  Message analysed = message("m1", "c1", 12);
  analysed.analysis = Analysis{Sentiment::kNegative, 0.2, "", {}};
  write_rows(*store, tenant, {analysed});

  const Message row = store->history(tenant, ContactId("c1"))->messages[0];
  ASSERT_TRUE(row.analysis);
  EXPECT_EQ(row.analysis->sentiment, Sentiment::kNegative);
  EXPECT_EQ(row.analysis->valence, 0.2);
  EXPECT_TRUE(row.analysis->emotion.empty());
  EXPECT_FALSE(row.analysis->emotion_prob);
}

TEST_P(RowsStore, LeavesNoTraceOfAWriterThatDoesNotCommit) {
  store->bulk_writer(tenant)->write(contact("c1"));

  EXPECT_FALSE(store->history(tenant, ContactId("c1")));
  write_rows(*store, tenant, {contact("c2")});
  EXPECT_EQ(store->row_counts(tenant)["contacts"], 1);
}

TEST_P(RowsStore, NamesTheColumnThatRefersToNothingAndLetsTheOtherRowsStand) {
  const auto writer = store->bulk_writer(tenant);
  writer->write(contact("c1"));
  Message lost = message("m2", "c1", 2);
  lost.conversation = ConversationId("v9");
  Message stray = message("m3", "c1", 3);
  stray.campaign = CampaignId("p9");

  EXPECT_EQ(error_of([&] { writer->write(message("m1", "c9", 1)); }), "unknown_contact contact_id");
  EXPECT_EQ(error_of([&] { writer->write(lost); }), "unknown_conversation conversation_id");
  EXPECT_EQ(error_of([&] { writer->write(stray); }), "unknown_campaign campaign_id");
  EXPECT_EQ(error_of([&] { writer->write(Order{RowId("o1"), ContactId("c9"), at(1), 1, 0}); }),
            "unknown_contact contact_id");
  writer->write(Campaign{CampaignId("p1"), "", at(1)});
  EXPECT_EQ(error_of([&] {
              writer->write(CampaignEvent{RowId("e1"), ContactId("c1"), CampaignId("p1"), MessageId("m9"),
                                          CampaignEventType::kOpen, at(1)});
            }),
            "unknown_message message_id");
  writer->write(message("m4", "c1", 4));
  writer->commit();

  EXPECT_EQ(store->row_counts(tenant)["messages"], 1);
}

TEST_P(RowsStore, NamesTheColumnThatBreaksARuleAndLetsTheOtherRowsStand) {
  const auto writer = store->bulk_writer(tenant);
  writer->write(contact("c1"));
  Contact far = contact("c2");
  far.timezone_offset_hours = 15;
  Message broken_text = message("m1", "c1", 1);
  broken_text.text = PrivateText("a\xff");
  Message ancient = message("m2", "c1", 1);
  ancient.sent_at = from_epoch_ms(-1);
  Message odd = message("m3", "c1", 1);
  odd.analysis = Analysis{Sentiment::kNeutral, 0.5, "boredom", 0.5};

  EXPECT_EQ(error_of([&] { writer->write(contact("")); }), "invalid_row id");
  EXPECT_EQ(error_of([&] { writer->write(contact("a\nb")); }), "invalid_row id");
  EXPECT_EQ(error_of([&] { writer->write(contact(std::string(201, 'x'))); }), "invalid_row id");
  EXPECT_EQ(error_of([&] { writer->write(far); }), "invalid_row timezone_offset");
  EXPECT_EQ(error_of([&] { writer->write(broken_text); }), "invalid_row text");
  EXPECT_EQ(error_of([&] { writer->write(ancient); }), "invalid_row sent_at");
  EXPECT_EQ(error_of([&] { writer->write(odd); }), "invalid_row emotion");
  EXPECT_EQ(error_of([&] { writer->write(Lead{RowId("l1"), ContactId("c1"), 100.5, at(1), ""}); }), "invalid_row score");
  EXPECT_EQ(error_of([&] {
              writer->write(Lead{RowId("l1"), ContactId("c1"), std::numeric_limits<double>::quiet_NaN(), at(1), ""});
            }),
            "invalid_row score");
  EXPECT_EQ(error_of([&] { writer->write(Lead{RowId("l1"), ContactId("c1"), 1, at(1), "maybe"}); }),
            "invalid_row outcome");
  EXPECT_EQ(error_of([&] { writer->write(Order{RowId("o1"), ContactId("c1"), at(1), -1, 0}); }), "invalid_row amount");
  writer->commit();

  EXPECT_EQ(store->row_counts(tenant)["contacts"], 1);
}

TEST_P(RowsStore, ScansContactsByIdAndTheirRowsByTimeThenId) {
  write_rows(*store, tenant,
             {contact("b"), contact("a"), contact("Z"), contact("é"), message("m3", "a", 5), message("m1", "a", 7),
              message("m2", "a", 5), message("m4", "é", 1), Order{RowId("o2"), ContactId("b"), at(2), 1, 0},
              Order{RowId("o1"), ContactId("b"), at(3), 1, 0}});

  const auto all = scan(tenant);

  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].contact.id.text(), "Z");
  EXPECT_EQ(all[1].contact.id.text(), "a");
  EXPECT_EQ(all[2].contact.id.text(), "b");
  EXPECT_EQ(all[3].contact.id.text(), "é");
  ASSERT_EQ(all[1].messages.size(), 3U);
  EXPECT_EQ(all[1].messages[0].id.text(), "m2");
  EXPECT_EQ(all[1].messages[1].id.text(), "m3");
  EXPECT_EQ(all[1].messages[2].id.text(), "m1");
  EXPECT_EQ(all[2].orders[0].id.text(), "o2");
  EXPECT_EQ(all[3].messages.size(), 1U);
}

TEST_P(RowsStore, ScansMoreRowsThanACursorReadsAtATime) {
  const auto writer = store->bulk_writer(tenant);
  constexpr int kContacts = 4'500;
  for (int i = 0; i < kContacts; ++i) writer->write(contact("c" + std::to_string(100'000 + i)));
  for (int i = 0; i < 9'000; ++i) writer->write(message("m" + std::to_string(i), "c100007", i / 3));
  writer->write(message("last", "c" + std::to_string(100'000 + kContacts - 1), 1));
  writer->commit();

  const auto all = scan(tenant);

  ASSERT_EQ(all.size(), std::size_t{kContacts});
  EXPECT_EQ(all[7].messages.size(), 9'000U);
  for (std::size_t i = 1; i < all[7].messages.size(); ++i) {
    const Message& before = all[7].messages[i - 1];
    const Message& after = all[7].messages[i];
    ASSERT_LT(std::tie(before.sent_at, before.id), std::tie(after.sent_at, after.id));
  }
  EXPECT_EQ(all.back().messages.size(), 1U);
}

TEST_P(RowsStore, ScansOneSnapshotWhileRowsAreWrittenBesideIt) {
  write_rows(*store, tenant, {contact("a"), contact("b"), message("m1", "b", 1)});
  std::size_t messages = 0;
  std::size_t contacts = 0;

  store->scan_histories(tenant, [&](const ContactHistory& history) {
    if (contacts++ == 0) write_rows(*store, tenant, {contact("c"), message("m2", "b", 2)});
    messages += history.messages.size();
  });

  EXPECT_EQ(contacts, 2U);
  EXPECT_EQ(messages, 1U);
  EXPECT_EQ(store->row_counts(tenant)["messages"], 2);
}

TEST_P(RowsStore, GoesOnAfterAVisitorThatThrows) {
  write_rows(*store, tenant, {contact("a"), contact("b")});

  EXPECT_THROW(store->scan_histories(tenant, [](const ContactHistory&) { throw std::runtime_error("enough"); }),
               std::runtime_error);

  EXPECT_EQ(scan(tenant).size(), 2U);
}

TEST_P(RowsStore, ReportsProgressToItsEnd) {
  write_rows(*store, tenant, {contact("a"), contact("b")});
  std::uint64_t last_done = 0;
  std::uint64_t last_total = 0;

  store->scan_histories(
      tenant, [](const ContactHistory&) {},
      [&](std::string_view, std::uint64_t done, std::uint64_t total) {
        last_done = done;
        last_total = total;
      });

  EXPECT_EQ(last_done, 2U);
  EXPECT_EQ(last_total, 2U);
}

TEST_P(RowsStore, HoldsTheSameIdsForTwoTenantsApart) {
  write_rows(*store, tenant, full_rows());
  write_rows(*store, other_tenant, {contact("c1"), contact("c2"), message("m1", "c1", 1)});

  EXPECT_EQ(scan(tenant).size(), 1U);
  EXPECT_EQ(scan(other_tenant).size(), 2U);
  EXPECT_TRUE(scan(other_tenant)[0].orders.empty());
  EXPECT_EQ(store->history(tenant, ContactId("c1"))->messages[0].sent_at, at(12));
  EXPECT_EQ(store->history(other_tenant, ContactId("c1"))->messages[0].sent_at, at(1));
  EXPECT_FALSE(store->history(tenant, ContactId("c2")));
  EXPECT_EQ(store->row_counts(tenant)["contacts"], 1);
  EXPECT_EQ(store->row_counts(other_tenant)["contacts"], 2);
  EXPECT_EQ(store->row_counts(other_tenant)["orders"], 0);
  EXPECT_EQ(store->data_until(tenant), at(21));
  EXPECT_EQ(store->data_until(other_tenant), at(1));
}

TEST_P(RowsStore, LetsNoTenantReferToAnothersRows) {
  write_rows(*store, tenant, full_rows());
  const auto writer = store->bulk_writer(other_tenant);

  EXPECT_EQ(error_of([&] { writer->write(message("m2", "c1", 1)); }), "unknown_contact contact_id");
  writer->write(contact("c1"));
  Message stray = message("m2", "c1", 1);
  stray.conversation = ConversationId("v1");
  EXPECT_EQ(error_of([&] { writer->write(stray); }), "unknown_conversation conversation_id");
  stray.conversation = ConversationId();
  stray.campaign = CampaignId("p1");
  EXPECT_EQ(error_of([&] { writer->write(stray); }), "unknown_campaign campaign_id");
}

TEST_P(RowsStore, CountsEveryTable) {
  write_rows(*store, tenant, full_rows());

  const auto counts = store->row_counts(tenant);

  EXPECT_EQ(counts.size(), 10U);
  for (const auto& [table, count] : counts) EXPECT_EQ(count, 1) << table;
}

TEST_P(RowsStore, KnowsNoEndOfDataWithoutRows) { EXPECT_EQ(store->data_until(tenant), std::nullopt); }

TEST_P(RowsStore, KeepsFactsByTenant) {
  store->put_fact(tenant, "demo.seed", "1");
  store->put_fact(tenant, "demo.seed", "2");
  store->put_fact(other_tenant, "demo.seed", "3");

  EXPECT_EQ(store->facts(tenant), (std::map<std::string, std::string>{{"demo.seed", "2"}}));
  EXPECT_EQ(store->facts(other_tenant), (std::map<std::string, std::string>{{"demo.seed", "3"}}));
}

TEST_P(RowsStore, RefusesRowsOfNoTenant) {
  EXPECT_EQ(error_of([&] { store->bulk_writer(TenantId()); }), "invalid_row tenant_id");
}

TEST_P(RowsStore, RefusesToWriteAfterTheCommit) {
  const auto writer = store->bulk_writer(tenant);
  writer->write(contact("c1"));
  writer->commit();

  EXPECT_EQ(error_of([&] { writer->write(contact("c2")); }), "store_error");
  store->put_fact(tenant, "name", "the lock is free already");
}

TEST_P(RowsStore, KeepsEverythingWhenItIsOpenedAgain) {
  write_rows(*store, tenant, full_rows());
  store.reset();

  store = Store::open(database->url(), clock);

  EXPECT_EQ(scan(tenant).size(), 1U);
  EXPECT_EQ(store->row_counts(tenant)["messages"], 1);
}

TEST_P(RowsStore, RefusesADatabaseOfANewerProgram) {
  store.reset();
  database->run("INSERT INTO schema_version (version, applied_at) VALUES (999, 0)");

  EXPECT_EQ(error_of([&] { Store::open(database->url(), clock); }), "store_newer");
}

TEST_P(RowsStore, HoldsReferencesInTheDatabaseToo) {
  write_rows(*store, tenant, full_rows());

  EXPECT_EQ(error_of([&] {
              database->run("INSERT INTO orders (tenant_id, id, contact_id, placed_at, amount, discount_amount)"
                            " VALUES ('umbrella', 'o1', 'c1', 1, 1, 1)");
            }),
            "store_error");
}

TEST(WriteTransactionOfSqlite, HoldsTheSchemasRulesAgainAfterABulkWrite) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "rapport.db").string();
  const SystemClock clock;
  Store::open("sqlite:" + file, clock);
  const auto pool = ConnectionPool::sqlite(file, std::chrono::seconds(1));
  { WriteTransaction bulk(*pool, WriteTransaction::Purpose::kBulk); }

  for (const char* broken : {"INSERT INTO facts (tenant_id, name, value) VALUES ('acme', '', 'x')",  // a CHECK
                             "INSERT INTO leads (tenant_id, id, contact_id, score, scored_at)"       // a reference
                             " VALUES ('acme', 'l1', 'nobody', 50, 1)"}) {
    WriteTransaction few(*pool);
    EXPECT_EQ(error_of([&] { few->run(broken); }), "store_error") << broken;
  }
}

TEST_P(RowsStore, ChecksThatItReadsAndWrites) {
  store->check();

  const auto writer = store->bulk_writer(tenant);
  store->check();  // another writer at work is no failure
}

}  // namespace
}  // namespace rapport::store
