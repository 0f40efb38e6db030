#include "translation/message_translator.h"

#include <algorithm>
#include <list>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "text/unicode.h"
#include "translation/language_codes.h"
#include "translation/message_plan.h"
#include "translation/router.h"

namespace rapport::translation {
namespace {

constexpr std::string_view kUnknown = "und";
constexpr std::size_t kMaxCallBytes = 64 * 1024;  ///< of one call of a translator

std::string normal_or_throw(std::string_view code, const char* field) {
  std::string normal = normal_code(code);
  if (!normal.empty()) return normal;
  const std::string message = "\"" + std::string(code.substr(0, 32)) + "\" is no language's code.";
  throw Error(ErrorKind::kInvalid, "invalid_language", message).with_fields({{std::string("/") + field, message}});
}

std::string name_of(std::string_view code) {
  std::string name(language::english_name(code));
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name.empty() ? std::string(code) : name;
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// What one route made of one message.
struct Outcome {
  std::string text;
  std::optional<double> confidence;
  Placeholders placeholders;
  bool certain = true;  ///< no leg was below its translator's least_confidence()

  bool good() const { return placeholders.ok && certain; }
};

/// Asks a translator for each different text once.
std::vector<Translated> ask(const Route::Leg& leg, std::span<const std::string_view> texts, Cancelled cancelled) {
  std::vector<std::string_view> different;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const std::string_view text : texts) {
    if (places.try_emplace(text, different.size()).second) different.push_back(text);
  }
  std::vector<Translated> answers;
  for (std::size_t begin = 0; begin < different.size();) {
    std::size_t end = begin;
    std::size_t bytes = 0;
    while (end < different.size() && (end == begin || bytes + different[end].size() <= kMaxCallBytes))
      bytes += different[end++].size();
    stop_if_cancelled(cancelled);
    std::vector<Translated> part =
        leg.translator->translate(std::span(different).subspan(begin, end - begin), leg.source, leg.target, cancelled);
    if (part.size() != end - begin) {
      throw Error(ErrorKind::kUnavailable, "translator_failed",
                  "The translator " + leg.translator->name() + " did not answer for every text.");
    }
    std::move(part.begin(), part.end(), std::back_inserter(answers));
    begin = end;
  }
  std::vector<Translated> all;
  all.reserve(texts.size());
  for (const std::string_view text : texts) all.push_back(answers[places.at(text)]);
  return all;
}

std::vector<Outcome> run_leg(const Route::Leg& leg, std::span<const std::string_view> texts, const Glossary& glossary,
                             Cancelled cancelled) {
  const Reader reader = leg.translator->wants_sentences() ? Reader::kModel : Reader::kService;
  std::list<MessagePlan> plans;  // they stay where they are
  for (const std::string_view text : texts) plans.emplace_back(text, glossary, reader);
  while (true) {
    std::vector<std::string_view> requests;
    std::vector<std::size_t> counts;
    for (const MessagePlan& plan : plans) {
      const std::vector<std::string_view> wanted = plan.requests();
      requests.insert(requests.end(), wanted.begin(), wanted.end());
      counts.push_back(wanted.size());
    }
    if (requests.empty()) break;
    const std::vector<Translated> answers = ask(leg, requests, cancelled);
    std::span<const Translated> rest(answers);
    auto count = counts.begin();
    for (MessagePlan& plan : plans) {
      plan.answer(rest.first(*count));
      rest = rest.subspan(*count++);
    }
  }
  std::vector<Outcome> outcomes;
  for (const MessagePlan& plan : plans) {
    const bool ok = !plan.is_damaged();
    const std::optional<double> confidence = ok ? plan.confidence() : std::nullopt;
    outcomes.push_back({.text = ok ? plan.text() : "",
                        .confidence = confidence,
                        .placeholders = {plan.placeholders_in(), plan.placeholders_out(), ok},
                        .certain = confidence.value_or(1) >= leg.translator->least_confidence(leg.source, leg.target)});
  }
  return outcomes;
}

/// Messages of one language that are to be translated to another.
struct Group {
  std::string source;
  std::string target;
  std::vector<std::size_t> texts;  ///< places in the call's list of different texts
};

}  // namespace

struct MessageTranslator::Impl {
  Impl(MessageTranslatorParts given, Metrics& all_metrics)
      : router(std::move(given.translators), std::move(given.routing)),
        cache(given.cache),
        identify(std::move(given.identify)),
        remedy(std::move(given.remedy)),
        metrics(all_metrics) {}

  void find_languages(std::span<const std::string_view> texts, const MessageOptions& options,
                      std::vector<TranslatedMessage>& results) const;
  void translate_group(const Group& group, std::span<const std::string_view> texts, const Glossary& glossary,
                       const MessageOptions& options, std::vector<TranslatedMessage>& results) const;
  std::vector<Outcome> run(const Route& route, std::span<const std::string_view> texts, const Glossary& glossary,
                           Cancelled cancelled) const;
  std::vector<Outcome> recall_or_run(const Route& route, const CacheScope& scope,
                                     std::span<const std::string_view> texts, const Glossary& glossary,
                                     Cancelled cancelled) const;
  Error no_translator(const std::string& source, const std::string& target) const;
  Error uncertain(const std::string& model, const Group& group) const;
  void count(const std::string& model, std::string_view text, bool ok) const;

  Router router;
  TranslationCache* cache;
  std::function<language::Identified(std::string_view)> identify;
  std::function<std::string(std::string_view, std::string_view)> remedy;
  Metrics& metrics;
};

/// Fills in `source` of the results that have none. A text that does not tell has the language that was thought likely,
/// or that of most of the others.
void MessageTranslator::Impl::find_languages(std::span<const std::string_view> texts, const MessageOptions& options,
                                             std::vector<TranslatedMessage>& results) const {
  std::map<std::string, std::size_t> counts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!results[i].source.empty()) continue;
    const language::Identified identified = identify(texts[i]);
    const std::string code = normal_code(identified.code);
    if (code.empty()) continue;
    results[i].source = code;
    results[i].source_from = SourceFrom::kDetected;
    results[i].detected_prob = identified.prob;
    ++counts[code];
  }
  std::string assumed = normal_code(options.likely_source);
  if (assumed.empty() && !counts.empty()) {
    assumed = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
                return a.second < b.second;
              })->first;
  }
  for (TranslatedMessage& result : results) {
    if (!result.source.empty()) continue;
    result.source_from = SourceFrom::kAssumed;
    result.source = assumed.empty() ? kUnknown : assumed;
    if (assumed.empty()) {
      result.error = Error(ErrorKind::kInvalid, "language_unknown",
                           "The text does not tell its language: name it in source_language.");
    }
  }
}

Error MessageTranslator::Impl::no_translator(const std::string& source, const std::string& target) const {
  std::string message = "Nothing that is set up translates " + name_of(source) + " to " + name_of(target) + ".";
  const std::string mend = remedy ? remedy(source, target) : "";
  if (!mend.empty()) message += " To mend that: " + mend + ".";
  return Error(ErrorKind::kUnavailable, "no_translator", message);
}

Error MessageTranslator::Impl::uncertain(const std::string& model, const Group& group) const {
  std::string message =
      "The translator " + model + " is not sure enough of this text: its translation would probably be wrong.";
  const std::string mend = remedy ? remedy(group.source, group.target) : "";
  if (!mend.empty()) message += " To mend that: " + mend + ".";
  return Error(ErrorKind::kUnavailable, "translation_uncertain", message);
}

/// By model alone: pairs of languages would be some 15,000 series with one service.
void MessageTranslator::Impl::count(const std::string& model, std::string_view text, bool ok) const {
  const Metrics::Labels labels = {{"model", model}};
  if (ok) {
    metrics.counter("rapport_translation_chars_total", "Characters that were translated.", labels)
        .add(static_cast<double>(code_points(text)));
  } else {
    metrics
        .counter("rapport_placeholder_mismatch_total", "Messages that a translator could not bring through whole.",
                 labels)
        .add();
  }
}

std::vector<Outcome> MessageTranslator::Impl::run(const Route& route, std::span<const std::string_view> texts,
                                                  const Glossary& glossary, Cancelled cancelled) const {
  if (route.legs.size() == 1) return run_leg(route.legs.front(), texts, glossary, cancelled);
  const Glossary kept = glossary.keeping_terms();
  std::vector<Outcome> between = run_leg(route.legs.front(), texts, kept, cancelled);
  std::vector<std::string_view> whole;
  for (const Outcome& outcome : between) {
    if (outcome.good()) whole.push_back(outcome.text);
  }
  const std::vector<Outcome> last = run_leg(route.legs.back(), whole, glossary, cancelled);
  auto next = last.begin();
  std::vector<Outcome> outcomes = between;
  for (Outcome& outcome : outcomes) {
    if (!outcome.good()) continue;
    const Outcome& second = *next++;
    outcome.certain = second.certain;
    outcome.placeholders.ok = second.placeholders.ok;
    if (!second.placeholders.ok) outcome.placeholders.out = std::min(outcome.placeholders.in, second.placeholders.out);
    outcome.text = second.text;
    outcome.confidence = outcome.confidence && second.confidence
                             ? std::optional(*outcome.confidence * *second.confidence)
                             : std::nullopt;
  }
  return outcomes;
}

std::vector<Outcome> MessageTranslator::Impl::recall_or_run(const Route& route, const CacheScope& scope,
                                                            std::span<const std::string_view> texts,
                                                            const Glossary& glossary, Cancelled cancelled) const {
  if (cache == nullptr) return run(route, texts, glossary, cancelled);
  const std::vector<std::optional<Translated>> known = cache->find(scope, texts);
  std::vector<std::string_view> missing;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!known[i]) missing.push_back(texts[i]);
  }
  std::vector<Outcome> computed;
  if (!missing.empty()) computed = run(route, missing, glossary, cancelled);
  std::vector<std::string_view> kept_texts;
  std::vector<Translated> kept;
  std::vector<Outcome> outcomes;
  std::size_t next = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (known[i]) {
      const std::size_t spans = placeholder_count(protected_spans(texts[i], glossary));
      outcomes.push_back(
          {.text = known[i]->text, .confidence = known[i]->confidence, .placeholders = {spans, spans, true}});
      continue;
    }
    outcomes.push_back(std::move(computed[next++]));
    if (!outcomes.back().good()) continue;
    kept_texts.push_back(texts[i]);
    kept.push_back({outcomes.back().text, outcomes.back().confidence});
  }
  if (!kept.empty()) cache->keep(scope, kept_texts, kept);
  return outcomes;
}

void MessageTranslator::Impl::translate_group(const Group& group, std::span<const std::string_view> texts,
                                              const Glossary& glossary, const MessageOptions& options,
                                              std::vector<TranslatedMessage>& results) const {
  std::vector<std::size_t> pending = group.texts;
  const std::vector<Route> routes = router.routes(group.source, group.target);
  for (const std::size_t i : pending) {
    if (routes.empty()) results[i].error = no_translator(group.source, group.target);
  }
  for (const Route& route : routes) {
    std::vector<std::string_view> asked;
    for (const std::size_t i : pending) asked.push_back(texts[i]);
    std::vector<std::size_t> left;
    try {
      const std::string model = route.model();
      const std::string edition = cache != nullptr ? route.edition() : "";
      const CacheScope scope = {options.tenant, model, edition, group.source, group.target, glossary.digest()};
      std::vector<Outcome> outcomes = recall_or_run(route, scope, asked, glossary, options.cancelled);
      for (std::size_t k = 0; k < pending.size(); ++k) {
        TranslatedMessage& result = results[pending[k]];
        result.placeholders = outcomes[k].placeholders;
        count(model, asked[k], result.placeholders.ok);
        if (!result.placeholders.ok) {
          result.error = Error(ErrorKind::kUnavailable, "placeholders_damaged",
                               "No translator brought this text's placeholders, links or numbers through unharmed.");
          left.push_back(pending[k]);
          continue;
        }
        if (!outcomes[k].certain) {
          result.error = uncertain(model, group);
          left.push_back(pending[k]);
          continue;
        }
        result.text = std::move(outcomes[k].text);
        result.confidence = outcomes[k].confidence;
        result.model = model;
        result.via = route.via();
        result.error.reset();
      }
    } catch (const Error& error) {
      stop_if_cancelled(options.cancelled);
      for (const std::size_t i : pending) results[i].error = error;
      left = pending;
    }
    pending = std::move(left);
    if (pending.empty()) break;
  }
}

MessageTranslator::MessageTranslator(MessageTranslatorParts parts, Metrics& metrics)
    : impl_(std::make_unique<const Impl>(std::move(parts), metrics)) {}

MessageTranslator::~MessageTranslator() = default;

std::vector<TranslatedMessage> MessageTranslator::translate(std::span<const std::string_view> texts,
                                                            Languages languages, const MessageOptions& options) const {
  const std::string target = normal_or_throw(languages.target, "target_language");
  const std::string source = languages.source.empty() ? "" : normal_or_throw(languages.source, "source_language");
  const Glossary glossary(options.glossary);
  std::vector<std::string_view> different;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const std::string_view text : texts) {
    if (places.try_emplace(text, different.size()).second) different.push_back(text);
  }

  std::vector<TranslatedMessage> results(different.size());
  for (std::size_t i = 0; i < different.size(); ++i) {
    const MessageSpans message(different[i], glossary);
    results[i].target = target;
    results[i].source = source;
    const std::size_t count = placeholder_count(message.spans);
    results[i].placeholders = {count, count, true};
    if (message.has_words(0, different[i].size())) continue;
    results[i].unchanged = true;
    results[i].text = message.copied(0, different[i].size());
    if (source.empty()) results[i].source = kUnknown;
  }
  impl_->find_languages(different, options, results);

  std::map<std::string, Group> groups;
  for (std::size_t i = 0; i < different.size(); ++i) {
    TranslatedMessage& result = results[i];
    if (result.unchanged || result.error) continue;
    if (result.source == target) {
      result.unchanged = true;
      result.text = different[i];
      continue;
    }
    Group& group = groups[result.source];
    group.source = result.source;
    group.target = target;
    group.texts.push_back(i);
  }
  for (const auto& [code, group] : groups) impl_->translate_group(group, different, glossary, options, results);

  std::vector<TranslatedMessage> all;
  all.reserve(texts.size());
  for (const std::string_view text : texts) all.push_back(results[places.at(text)]);
  return all;
}

std::vector<SupportedLanguage> MessageTranslator::languages() const {
  const std::vector<std::string> codes = impl_->router.languages();
  std::vector<SupportedLanguage> languages;
  for (const std::string& source : codes) {
    SupportedLanguage language{source, {}};
    for (const std::string& target : codes) {
      if (source != target && !impl_->router.routes(source, target).empty()) language.targets.push_back(target);
    }
    languages.push_back(std::move(language));
  }
  return languages;
}

}  // namespace rapport::translation
