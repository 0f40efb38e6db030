#include "flows/analyze_messages.h"

#include <boost/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "base/json.h"

namespace rapport::flows {
namespace {

using sentiment::Outcome;
using store::MessageAnalysis;
using store::MessagePosition;
using store::MessageWords;
using store::ToAnalyze;

/// Where an analysis that does everything over again stands; empty once it came to its end.
constexpr const char* kAgainFact = "analyze.again";

std::string bookmark_text(const MessagePosition& position, const std::vector<std::string>& models) {
  return to_string(boost::json::object{{"models", boost::json::value_from(models)},
                                       {"contact", position.contact.text()},
                                       {"sent_at_ms", to_epoch_ms(position.sent_at)},
                                       {"message", position.message.text()}});
}

/// Where an earlier run with these models was cut off. nullopt: begin at the beginning.
std::optional<MessagePosition> bookmark(const Services& services, const TenantId& tenant,
                                        const std::vector<std::string>& models) {
  const auto facts = services.store.facts(tenant);
  const auto fact = facts.find(kAgainFact);
  if (fact == facts.end() || fact->second.empty()) return std::nullopt;
  const Json kept = parse_json_or_throw(fact->second);
  if (kept.at("models") != boost::json::value_from(models)) return std::nullopt;
  return MessagePosition{ContactId(std::string(kept.at("contact").as_string())),
                         from_epoch_ms(kept.at("sent_at_ms").as_int64()),
                         MessageId(std::string(kept.at("message").as_string()))};
}

Analysis to_analysis(const sentiment::Verdict& verdict) {
  Analysis analysis{.sentiment = verdict.sentiment, .valence = verdict.valence, .emotion = {}, .emotion_prob = {}};
  if (verdict.emotion) {
    analysis.emotion = sentiment::to_string(verdict.emotion->emotion);
    analysis.emotion_prob = verdict.emotion->prob;
  }
  return analysis;
}

std::vector<Outcome> outcomes_of(const sentiment::Analyzer& analyzer, const TenantId& tenant,
                                 const std::vector<MessageWords>& messages) {
  std::vector<sentiment::Text> texts;
  texts.reserve(messages.size());
  for (const MessageWords& message : messages) {
    texts.push_back(
        {.text = message.words.reveal(), .language = message.language, .likely_language = message.contact_language});
  }
  return analyzer.analyze(texts, {.scope = tenant.text()}).texts;
}

/// The rows to write. What has no words is written only to take an earlier analysis away.
std::vector<MessageAnalysis> rows_of(const std::vector<MessageWords>& messages, const std::vector<Outcome>& outcomes,
                                     ToAnalyze which, AnalyzeMessagesReport& report) {
  std::vector<MessageAnalysis> rows;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (outcomes[i].verdict) {
      rows.push_back(analysis_row(messages[i].position.message, messages[i].words.reveal(), *outcomes[i].verdict));
      ++report.by_model[std::string(outcomes[i].verdict->model)];
      ++report.analyzed;
      continue;
    }
    ++report.without_words[sentiment::to_string(outcomes[i].reason)];
    if (which == ToAnalyze::kOurs) {
      rows.push_back({.message = messages[i].position.message,
                      .words = messages[i].words.reveal(),
                      .language = {},
                      .analysis = {},
                      .analyzed_by = {}});
    }
  }
  return rows;
}

}  // namespace

MessageAnalysis analysis_row(const MessageId& message, std::string_view words, const sentiment::Verdict& verdict) {
  MessageAnalysis row{.message = message,
                      .words = words,
                      .language = verdict.text_told_language ? verdict.language : "",
                      .analysis = to_analysis(verdict),
                      .analyzed_by = std::string(verdict.model)};
  if (verdict.emotion) row.analyzed_by.append(" ").append(verdict.emotion->model);
  return row;
}

AnalyzeMessagesReport analyze_messages(const Services& services, const sentiment::Analyzer& analyzer,
                                       const TenantId& tenant, const AnalyzeMessagesOptions& options,
                                       const Progress& progress) {
  const ToAnalyze which = options.again ? ToAnalyze::kOurs : ToAnalyze::kMissing;
  const std::vector<std::string> models = analyzer.model_names();
  std::optional<MessagePosition> after = options.again ? bookmark(services, tenant, models) : std::nullopt;
  const auto total = static_cast<std::uint64_t>(services.store.count_to_analyze(tenant, which));
  AnalyzeMessagesReport report;
  for (std::uint64_t seen = 0;;) {
    const auto messages = services.store.messages_to_analyze(tenant, which, after, options.batch_messages);
    if (messages.empty()) break;
    const std::vector<Outcome> outcomes = outcomes_of(analyzer, tenant, messages);
    const std::vector<MessageAnalysis> rows = rows_of(messages, outcomes, which, report);
    const auto written = static_cast<std::uint64_t>(services.store.write_analyses(tenant, rows));
    report.changed_meanwhile += rows.size() - written;
    after = messages.back().position;
    if (options.again) services.store.put_fact(tenant, kAgainFact, bookmark_text(*after, models));
    seen += messages.size();
    if (progress) progress("messages", seen, total);
  }
  if (options.again) services.store.put_fact(tenant, kAgainFact, "");
  return report;
}

}  // namespace rapport::flows
