#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/error.h"
#include "base/metrics.h"
#include "language/identify.h"
#include "translation/glossary.h"
#include "translation/routing.h"
#include "translation/translation_cache.h"
#include "translation/translator.h"

namespace rapport::translation {

/// From which language to which: codes in any usual writing ("pt", "pt-BR", "zh_Hans", "iw").
struct Languages {
  std::string_view source = {};  ///< empty: found out for each text
  std::string_view target;
};

struct MessageOptions {
  std::span<const GlossaryTerm> glossary = {};
  std::string_view tenant = {};         ///< who asks: what the cache remembers is kept apart for each
  std::string_view likely_source = {};  ///< taken for texts that do not tell their language ("ok")
  Cancelled cancelled = nullptr;        ///< then the whole call stops
};

/// How many spans had to survive (links, prices, {{1}}, emoji ...: protected_spans.h), and how many did.
struct Placeholders {
  std::size_t in = 0;
  std::size_t out = 0;
  bool ok = true;  ///< every one came out, in the same nesting
};

enum class SourceFrom {
  kGiven,     ///< the caller named it
  kDetected,  ///< the text told it
  kAssumed,   ///< the text does not tell; `likely_source`, or what most texts of the call are in
};

/// One message in the other language, or the reason why there is none.
struct TranslatedMessage {
  std::string text;    ///< empty where there is an error
  std::string source;  ///< normal codes ("pt" for "pt-BR"); "und" where the text has no words
  std::string target;
  SourceFrom source_from = SourceFrom::kGiven;
  std::optional<double> detected_prob;  ///< 0..1, where it was detected
  std::optional<double> confidence;     ///< 0..1; absent where the translator says none
  std::string model;  ///< who translated: "builtin", "google", "opus-mt-es-en + opus-mt-en-fr"; empty when unchanged
  std::string via;    ///< the language between the two models: "en"; empty when there is none
  Placeholders placeholders;
  bool unchanged = false;      ///< it is in the target language already, or has no words (emoji, links, placeholders)
  std::optional<Error> error;  ///< then nothing was translated; `placeholders` says whether that is why
};

/// A language of a list, as the translators that are set up carry it.
struct SupportedLanguage {
  std::string code;
  std::vector<std::string> targets;  ///< what it can be translated to, directly or through English; in order of codes
};

/// What a MessageTranslator works with. All of it outlives the translator.
struct MessageTranslatorParts {
  /// Those that are set up, in no order. Each has a name of its own.
  std::vector<std::shared_ptr<const Translator>> translators;
  Routing routing;
  TranslationCache* cache = nullptr;  ///< null: nothing is remembered
  std::function<language::Identified(std::string_view)> identify = language::identify;
  /// What the user can do so that a pair works: "Install it: rapport models pull opus-mt-en-es". May be empty.
  std::function<std::string(std::string_view source, std::string_view target)> remedy = {};
};

/// Translates whole messages: sentence by sentence where models want that, with line breaks and spacing kept, and with
/// what must not change (links, e-mails, placeholders, prices, codes, WhatsApp's marks, emoji) protected and checked. A
/// message that would come out damaged is translated around its spans, and if even that fails it is an error.
///
/// Who translates is decided by the routing: the first translator that knows the pair and does not fail; where none
/// knows it, two of them through English.
///
/// Threads   safe.
class MessageTranslator {
 public:
  MessageTranslator(MessageTranslatorParts parts, Metrics& metrics);
  ~MessageTranslator();

  /// One answer for each text, in order. Texts that are the same are translated once. A text fails by itself:
  ///   - "no_translator" (kUnavailable): nothing that is set up translates the pair; the message says what to install
  ///   - "language_unknown" (kInvalid): its language was asked for and it does not tell
  ///   - "translation_uncertain" (kUnavailable): the last translator that was asked, or one of the two where it goes
  ///     through English, is below its least_confidence
  ///   - "placeholders_damaged" (kUnavailable): every translator damaged what must survive
  ///   - as the last translator that was asked failed (kOverloaded, kTimeout, kUnavailable)
  ///
  /// Requires  texts of valid UTF-8.
  /// Throws    kInvalid "invalid_language" for a code that no language has, "invalid_glossary"; kTimeout "cancelled";
  ///           nothing else.
  std::vector<TranslatedMessage> translate(std::span<const std::string_view> texts, Languages languages,
                                           const MessageOptions& options = {}) const;

  /// What can be translated now: a service may learn languages while it runs. In order of codes.
  ///
  /// Cost      every pair is asked about: some milliseconds, and seconds where a service must be asked and is slow.
  std::vector<SupportedLanguage> languages() const;

 private:
  struct Impl;
  const std::unique_ptr<const Impl> impl_;
};

}  // namespace rapport::translation
