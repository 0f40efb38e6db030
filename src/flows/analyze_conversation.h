#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/rows.h"
#include "sentiment/analyzer.h"
#include "sentiment/conversation.h"

namespace rapport::flows {

struct ConversationMessage {
  std::string_view text;
  Direction direction = Direction::kInbound;
};

struct ConversationAnalysis {
  sentiment::ConversationMood mood;
  std::vector<sentiment::Outcome> messages;  ///< in the order of the messages
  inference::StageTimes times;
};

/// How a customer feels in a conversation, where the mood goes and where it turned. What the business wrote is not
/// analysed. Messages that do not tell their language are taken to be in that of the whole. `language` empty: not known
/// beforehand. Throws what the models throw.
ConversationAnalysis analyze_conversation(const sentiment::Analyzer& analyzer,
                                          std::span<const ConversationMessage> messages, std::string_view language,
                                          const sentiment::AnalyzeOptions& options);

}  // namespace rapport::flows
