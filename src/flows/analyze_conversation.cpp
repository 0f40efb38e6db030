#include "flows/analyze_conversation.h"

#include <cstddef>
#include <utility>

namespace rapport::flows {
namespace {

constexpr std::size_t kTellingBytes = 4096;  // so much tells the language

std::string language_of_all(const sentiment::Analyzer& analyzer, std::span<const ConversationMessage> messages) {
  std::string all;
  for (const ConversationMessage& message : messages) {
    if (message.direction != Direction::kInbound || all.size() >= kTellingBytes) continue;
    all += sentiment::read_message(message.text).words + "\n";
  }
  std::string language = analyzer.language_of(all);
  return language == "und" ? "" : language;
}

}  // namespace

ConversationAnalysis analyze_conversation(const sentiment::Analyzer& analyzer,
                                          std::span<const ConversationMessage> messages, std::string_view language,
                                          const sentiment::AnalyzeOptions& options) {
  const std::string likely = language.empty() ? language_of_all(analyzer, messages) : "";
  std::vector<sentiment::Text> texts;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].direction != Direction::kInbound) continue;
    texts.push_back({.text = messages[i].text, .language = language, .likely_language = likely});
    places.push_back(i);
  }
  sentiment::Analyses analyses = analyzer.analyze(texts, options);

  ConversationAnalysis result;
  result.messages.assign(messages.size(), {.verdict = {}, .reason = sentiment::NotAnalyzed::kOutbound});
  for (std::size_t i = 0; i < places.size(); ++i) result.messages[places[i]] = std::move(analyses.texts[i]);
  result.mood = sentiment::mood_of(result.messages);
  result.times = analyses.times;
  return result;
}

}  // namespace rapport::flows
