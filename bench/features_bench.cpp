// Features of 1,000,000 synthetic messages in memory, per kind of model, and the cues of one text. The database's part
// of the same work is measured where the store is.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "domain/history.h"
#include "features/feature_rows.h"
#include "text/message_cues.h"

namespace {

using namespace rapport;

constexpr int kMessages = 1'000'000;
constexpr int kContacts = 2'000;
const Time kStart = from_epoch_ms(1'735'689'600'000);  // 2025-01-01
constexpr int kDays = 365;

constexpr std::array<std::string_view, 8> kTexts = {
    "Hi Ana, your last order is back in stock. Order now: https://shop.example.com/item?id=42",
    "hola, cuanto cuesta el envio a monterrey? gracias",
    "bhai iska rate kitna hai, COD available hai kya",
    "oi bom dia, vocês têm no tamanho G? amei 😍",
    "When will my order arrive",
    "क्या आप दिल्ली में डिलीवरी करते हैं? धन्यवाद",
    "ok thanks 👍",
    "We are open from 9 to 6 on weekdays and until 2 on Saturdays, see you soon at our shop",
};

std::vector<ContactHistory> make_histories() {
  Rng rng(7);
  std::vector<ContactHistory> histories(kContacts);
  int number = 0;
  for (ContactHistory& h : histories) {
    h.contact.name = PrivateText("Ana Souza");
    h.contact.timezone_offset_hours = -3;
    constexpr int kEach = kMessages / kContacts;
    for (int i = 0; i < kEach; ++i) {
      Message m;
      m.id = MessageId("m" + std::to_string(++number));
      m.direction = rng.chance(0.5) ? Direction::kInbound : Direction::kOutbound;
      m.sent_at = kStart + kDay * kDays / kEach * i;
      m.text = PrivateText(std::string(kTexts[static_cast<std::size_t>(rng.integer(0, 7))]));
      m.conversation = ConversationId("k" + std::to_string(number / 10));
      m.analysis = Analysis{.valence = rng.uniform(), .emotion = "joy", .emotion_prob = 0.5};
      if (i % 10 == 0) h.conversations.push_back({m.conversation, {}, m.sent_at, {}});
      if (i % 100 == 50) h.leads.push_back({RowId("l"), {}, 50, m.sent_at, {}});
      if (m.direction == Direction::kOutbound) {
        m.campaign = CampaignId("c" + std::to_string(i / 10));
        m.read_at = m.sent_at + kHour;
        if (rng.chance(0.2)) {
          h.campaign_events.push_back({RowId("e"), {}, m.campaign, m.id, CampaignEventType::kClick, m.sent_at + kHour});
        }
      }
      h.messages.push_back(std::move(m));
    }
  }
  return histories;
}

void features_of_a_million_messages(benchmark::State& state, ModelKind kind) {
  static const std::vector<ContactHistory> histories = make_histories();
  std::vector<Time> cutoffs;
  for (int day = 90; day + 90 <= kDays; day += 30) cutoffs.push_back(kStart + kDay * day);
  std::int64_t rows = 0;
  for (auto _ : state) {
    rows = 0;
    for (const ContactHistory& h : histories) {
      features::training_rows(kind, h, cutoffs, kStart + kDay * kDays, [&](const features::LabelledRow& row) {
        benchmark::DoNotOptimize(row.features.data());
        ++rows;
      });
    }
  }
  state.SetItemsProcessed(state.iterations() * kMessages);
  state.counters["rows"] = static_cast<double>(rows);
}

void cues_of_a_text(benchmark::State& state) {
  const std::string_view text = kTexts[static_cast<std::size_t>(state.range(0))];
  const text::ContactName name("Ana Souza");
  for (auto _ : state) benchmark::DoNotOptimize(text::read_cues(text, name));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.SetLabel(std::to_string(text.size()) + " bytes");
}

void cues_of_a_hostile_megabyte(benchmark::State& state) {
  const std::array<std::string, 4> units = {"a", "a.", "\u0301", "{{"};
  std::string text;
  while (text.size() < 1'000'000) text += units[static_cast<std::size_t>(state.range(0))];
  for (auto _ : state) benchmark::DoNotOptimize(text::read_cues(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

BENCHMARK_CAPTURE(features_of_a_million_messages, lead, ModelKind::kLeadScoring)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(features_of_a_million_messages, churn, ModelKind::kChurnPrediction)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(features_of_a_million_messages, engagement, ModelKind::kEngagementPrediction)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(cues_of_a_text)->DenseRange(0, kTexts.size() - 1);
BENCHMARK(cues_of_a_hostile_megabyte)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

}  // namespace
