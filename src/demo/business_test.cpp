#include "demo/business.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/history.h"

namespace rapport::demo {
namespace {

const Time kUntil = *parse_time("2026-11-20T00:00:00Z");

BusinessOptions options(std::size_t contacts, std::uint64_t seed = 1) {
  return {.contacts = contacts, .days = 360, .seed = seed, .until = kUntil};
}

std::vector<Row> rows_of(const BusinessOptions& chosen) {
  std::vector<Row> rows;
  generate_business(chosen, [&rows](const Row& row) { rows.push_back(row); });
  return rows;
}

/// What a row says, in one line: enough that two businesses that differ differ in it.
std::string describe(const Row& row) {
  if (const auto* m = std::get_if<Message>(&row)) {
    return m->id.text() + "@" + std::to_string(to_epoch_ms(m->sent_at)) + ":" + m->text.reveal();
  }
  if (const auto* c = std::get_if<Contact>(&row)) return c->id.text() + c->name.reveal() + c->phone.reveal();
  if (const auto* l = std::get_if<Lead>(&row)) return l->id.text() + "=" + std::to_string(l->score);
  if (const auto* o = std::get_if<Order>(&row)) return o->id.text() + "=" + std::to_string(o->amount);
  if (const auto* e = std::get_if<CampaignEvent>(&row)) return e->id.text() + e->message.text();
  if (const auto* c = std::get_if<Campaign>(&row)) return c->id.text() + c->name;
  return std::to_string(row.index());
}

std::vector<std::string> describe_all(const BusinessOptions& chosen) {
  std::vector<std::string> lines;
  generate_business(chosen, [&lines](const Row& row) { lines.push_back(describe(row)); });
  return lines;
}

TEST(Business, SameSeedGivesSameRows) { EXPECT_EQ(describe_all(options(30)), describe_all(options(30))); }

TEST(Business, OtherSeedGivesOtherRows) { EXPECT_NE(describe_all(options(30, 1)), describe_all(options(30, 2))); }

TEST(Business, MoreContactsLeaveTheOthersAsTheyAre) {
  const auto few = describe_all(options(10));
  const auto many = describe_all(options(25));

  ASSERT_LT(few.size(), many.size());
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
}

/// Checks each row against what was emitted before it, and forgets a contact when the next one begins.
class ForeignKeys {
 public:
  void operator()(const Row& row) {
    std::visit([this](const auto& r) { check(r); }, row);
  }

 private:
  template <class T>
  void belongs(const T& row) {
    EXPECT_EQ(row.contact.text(), contact_) << row.id.text();
    EXPECT_TRUE(ids_.insert(row.id.text()).second) << "twice: " << row.id.text();
  }
  void check(const Campaign& row) {
    EXPECT_TRUE(contact_.empty()) << "campaigns come first";
    campaigns_.insert(row.id.text());
  }
  void check(const Contact& row) {
    EXPECT_TRUE(contacts_.insert(row.id.text()).second);
    contact_ = row.id.text();
    ids_.clear();
  }
  void check(const Message& row) {
    belongs(row);
    if (!row.campaign.empty()) {
      EXPECT_TRUE(campaigns_.count(row.campaign.text()));
    }
    if (!row.conversation.empty()) {
      EXPECT_TRUE(ids_.count(row.conversation.text()));
    }
  }
  void check(const CampaignEvent& row) {
    belongs(row);
    EXPECT_TRUE(campaigns_.count(row.campaign.text()));
    EXPECT_TRUE(ids_.count(row.message.text()));
  }
  template <class T>
  void check(const T& row) {
    belongs(row);
  }

  std::string contact_;
  std::set<std::string> contacts_, campaigns_, ids_;
};

TEST(Business, ForeignKeysHoldInTheOrderOfEmission) {
  ForeignKeys keys;

  generate_business(options(60), std::ref(keys));
}

void expect_inside(Time at) {
  EXPECT_GT(at, kUntil - 360 * kDay);
  EXPECT_LE(at, kUntil);
}
void expect_after(Time earlier, std::optional<Time> later) {
  if (!later) return;
  EXPECT_GE(*later, earlier);
  EXPECT_LE(*later, kUntil);
}

TEST(Business, TimesLieInsideTheWindowAndFollowTheirCauses) {
  std::map<std::string, Time> sent;
  Time created;
  generate_business(options(80), [&](const Row& row) {
    if (const auto* c = std::get_if<Contact>(&row)) {
      created = *c->created_at;
      expect_inside(created);
      sent.clear();
    } else if (const auto* m = std::get_if<Message>(&row)) {
      EXPECT_GE(m->sent_at, created);
      expect_inside(m->sent_at);
      expect_after(m->sent_at, m->delivered_at);
      expect_after(m->sent_at, m->read_at);
      sent[m->id.text()] = m->sent_at;
    } else if (const auto* e = std::get_if<CampaignEvent>(&row)) {
      expect_after(sent.at(e->message.text()), e->at);
    } else if (const auto* v = std::get_if<Conversation>(&row)) {
      expect_inside(v->started_at);
      expect_after(v->started_at, v->ended_at);
    } else if (const auto* t = std::get_if<Ticket>(&row)) {
      expect_inside(t->opened_at);
      expect_after(t->opened_at, t->resolved_at);
    } else if (const auto* o = std::get_if<Order>(&row)) {
      expect_inside(o->placed_at);
    } else if (const auto* p = std::get_if<ProductEvent>(&row)) {
      expect_inside(p->at);
    } else if (const auto* f = std::get_if<PreferenceEvent>(&row)) {
      expect_inside(f->at);
    } else if (const auto* l = std::get_if<Lead>(&row)) {
      expect_inside(l->scored_at);
    }
  });
}

TEST(Business, RowsOfOneContactComeByTime) {
  Time last_message;
  Time last_event;
  generate_business(options(60), [&](const Row& row) {
    if (std::holds_alternative<Contact>(row)) last_message = last_event = Time{};
    if (const auto* m = std::get_if<Message>(&row)) {
      EXPECT_GE(m->sent_at, last_message);
      last_message = m->sent_at;
    }
    if (const auto* e = std::get_if<CampaignEvent>(&row)) {
      EXPECT_GE(e->at, last_event);
      last_event = e->at;
    }
  });
}

TEST(Business, SpeaksEveryLanguageInThousandsOfSentences) {
  std::set<std::string> languages;
  std::set<std::string> texts;
  std::size_t voice_notes = 0;
  for (const Row& row : rows_of(options(200))) {
    const auto* message = std::get_if<Message>(&row);
    if (message == nullptr) continue;
    languages.insert(message->language);
    texts.insert(message->text.reveal());
    voice_notes += message->media_type == "audio";
    EXPECT_EQ(message->text.empty(), message->media_type == "audio");
    EXPECT_FALSE(message->analysis.has_value());
    EXPECT_EQ(message->text.reveal().find_first_of("[]|"), std::string::npos) << message->text.reveal();
  }

  EXPECT_EQ(languages, (std::set<std::string>{"en", "es", "pt-BR", "hi", "hi-Latn"}));
  EXPECT_GT(texts.size(), 5000u);
  EXPECT_GT(voice_notes, 0u);
}

TEST(Business, PhonesComeFromTheNumbersReservedForFiction) {
  for (const Row& row : rows_of(options(50))) {
    const auto* contact = std::get_if<Contact>(&row);
    if (contact == nullptr) continue;
    EXPECT_EQ(contact->phone.reveal().size(), 12u);
    EXPECT_EQ(contact->phone.reveal().substr(5, 5), "55501");
  }
}

TEST(Business, ClassesAreNeitherRareNorCommon) {
  const BestPossible best = generate_business(options(600), [](const Row&) {});

  const double churned = static_cast<double>(best.churned) / static_cast<double>(best.churn_rows);
  const double engaged = static_cast<double>(best.engaged) / static_cast<double>(best.engagement_rows);
  EXPECT_GT(churned, 0.15);
  EXPECT_LT(churned, 0.40);
  EXPECT_GT(engaged, 0.20);
  EXPECT_LT(engaged, 0.50);
}

TEST(Business, GivesCampaignsAloneWithoutContacts) {
  const std::vector<Row> rows = rows_of(options(0));
  const BestPossible best = generate_business(options(0), [](const Row&) {});

  EXPECT_FALSE(rows.empty());
  for (const Row& row : rows) EXPECT_TRUE(std::holds_alternative<Campaign>(row));
  EXPECT_TRUE(std::isnan(best.lead_r2) && std::isnan(best.churn_auc) && std::isnan(best.engagement_auc));
}

TEST(Business, OneContactIsABusiness) {
  std::size_t contacts = 0;
  for (const Row& row : rows_of(options(1))) contacts += std::holds_alternative<Contact>(row);

  EXPECT_EQ(contacts, 1u);
}

TEST(Business, ReportsProgressUpToTheLastContact) {
  std::vector<std::uint64_t> seen;

  generate_business(options(250), [](const Row&) {},
                    [&seen](std::string_view, std::uint64_t done, std::uint64_t total) {
                      EXPECT_EQ(total, 250u);
                      seen.push_back(done);
                    });

  EXPECT_LE(seen.size(), 130u);
  EXPECT_EQ(seen.back(), 250u);
}

TEST(Business, RefusesTooFewDaysAndAMissingEndNamingBoth) {
  BusinessOptions wrong;
  wrong.days = kMinDays - 1;
  try {
    generate_business(wrong, [](const Row&) {});
    FAIL() << "was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    ASSERT_EQ(error.fields().size(), 2u);
    EXPECT_EQ(error.fields()[0].pointer, "/days");
    EXPECT_EQ(error.fields()[1].pointer, "/until");
    EXPECT_EQ(error.message().back(), '.');
  }
}

TEST(ChurnCutoffs, LieNinetyDaysApartWithHistoryBeforeEach) {
  EXPECT_EQ(churn_cutoffs(kUntil, 360),
            (std::vector<Time>{kUntil - 270 * kDay, kUntil - 180 * kDay, kUntil - 90 * kDay}));
  EXPECT_EQ(churn_cutoffs(kUntil, 210), (std::vector<Time>{kUntil - 90 * kDay}));
  EXPECT_EQ(churn_cutoffs(kUntil, 3650).size(), 3u);
}

}  // namespace
}  // namespace rapport::demo
