#include "flows/translate_text.h"

#include <algorithm>

#include "base/thread_pool.h"

namespace rapport::flows {
namespace {

using translation::TranslatedMessage;

/// Models share the cores anyway; services answer several requests in the time of one.
constexpr std::size_t kLanguagesAtOnce = 8;

void throw_where_all_failed(const std::vector<TranslatedMessage>& messages) {
  const bool some = std::any_of(messages.begin(), messages.end(), [](const auto& each) { return !each.error; });
  if (!some && !messages.empty()) throw *messages.front().error;
}

}  // namespace

std::vector<TranslatedMessage> translate_texts(const translation::MessageTranslator& translator,
                                               std::span<const std::string_view> texts, std::string_view target,
                                               const TranslateOptions& options) {
  std::vector<TranslatedMessage> messages = translator.translate(
      texts, {.source = options.source, .target = target},
      {.glossary = options.glossary, .tenant = options.tenant.text(), .cancelled = options.cancelled});
  throw_where_all_failed(messages);
  return messages;
}

std::vector<TranslatedMessage> translate_into(const translation::MessageTranslator& translator, std::string_view text,
                                              std::span<const std::string> targets, const TranslateOptions& options) {
  std::vector<TranslatedMessage> messages(targets.size());
  parallel_for(targets.size(), std::min(targets.size(), kLanguagesAtOnce), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      messages[i] = std::move(
          translator
              .translate(
                  std::span(&text, 1), {.source = options.source, .target = targets[i]},
                  {.glossary = options.glossary, .tenant = options.tenant.text(), .cancelled = options.cancelled})
              .front());
    }
  });
  throw_where_all_failed(messages);
  return messages;
}

}  // namespace rapport::flows
