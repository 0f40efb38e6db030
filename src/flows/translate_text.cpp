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

std::vector<TranslatedMessage> translate_texts(const translation::MessageTranslator& translator, const TenantId& tenant,
                                               std::span<const std::string_view> texts,
                                               translation::Languages languages,
                                               std::span<const translation::GlossaryTerm> glossary) {
  std::vector<TranslatedMessage> messages =
      translator.translate(texts, languages, {.glossary = glossary, .tenant = tenant.text()});
  throw_where_all_failed(messages);
  return messages;
}

std::vector<TranslatedMessage> translate_into(const translation::MessageTranslator& translator, const TenantId& tenant,
                                              std::string_view text, std::string_view source,
                                              std::span<const std::string> targets,
                                              std::span<const translation::GlossaryTerm> glossary) {
  std::vector<TranslatedMessage> messages(targets.size());
  parallel_for(targets.size(), std::min(targets.size(), kLanguagesAtOnce), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      messages[i] = std::move(translator
                                  .translate(std::span(&text, 1), {.source = source, .target = targets[i]},
                                             {.glossary = glossary, .tenant = tenant.text()})
                                  .front());
    }
  });
  throw_where_all_failed(messages);
  return messages;
}

}  // namespace rapport::flows
