#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/progress.h"
#include "flows/services.h"
#include "sentiment/analyzer.h"

namespace rapport::flows {

struct AnalyzeMessagesOptions {
  bool again = false;                 ///< also what was analysed here before, by other models perhaps
  std::size_t batch_messages = 1000;  ///< in one transaction: what a crash can lose
};

struct AnalyzeMessagesReport {
  std::uint64_t analyzed = 0;
  std::map<std::string, std::uint64_t> by_model;            ///< of these: who answered for the sentiment
  std::map<std::string_view, std::uint64_t> without_words;  ///< messages that have nothing to analyse, by reason
  std::uint64_t changed_meanwhile = 0;  ///< whose words an import replaced while they were read: the next run has them
};

/// The row that keeps a verdict on a message's words.
store::MessageAnalysis analysis_row(const MessageId& message, std::string_view words, const sentiment::Verdict& verdict);

/// Gives every message that a contact wrote, and that has no analysis yet, its sentiment and emotion, so that the
/// features of lead, churn and engagement see them; and its language where none was known. An analysis that the
/// business brought itself is never touched; messages without words have none.
///
/// Goes through the messages batch by batch, each written in one transaction: a run that was cut off goes on where it
/// stood, `again` too as long as the same models are in use. Memory is bounded by one batch.
AnalyzeMessagesReport analyze_messages(const Services& services, const sentiment::Analyzer& analyzer,
                                       const TenantId& tenant, const AnalyzeMessagesOptions& options,
                                       const Progress& progress = {});

}  // namespace rapport::flows
