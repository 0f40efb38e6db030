#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/progress.h"
#include "domain/history.h"
#include "flows/services.h"
#include "translation/message_translator.h"

namespace rapport::flows {

/// Where it was found which language a contact reads.
enum class LanguageFrom {
  kContact,   ///< the contact's own row says it
  kMessages,  ///< most of what the contact wrote is in it
  kFallback,  ///< nothing tells
};

struct ContactLanguage {
  std::string language;  ///< empty for kFallback
  LanguageFrom from = LanguageFrom::kFallback;
};

/// The language in which to write to a contact; of two that are equally frequent in his messages the later one.
ContactLanguage contact_language(const ContactHistory& history);

/// Whether the contact must not be written to: the last word was to opt out.
bool has_opted_out(const ContactHistory& history);

/// One message to every contact, in the contact's language.
struct CampaignOrder {
  std::string_view text;
  std::string_view source = {};      ///< empty: found out
  std::string_view fallback = "en";  ///< of contacts whose language nobody knows
  std::span<const translation::GlossaryTerm> glossary = {};
};

/// The message in one language, and for how many it is.
struct CampaignLanguage {
  std::string language;
  std::size_t contacts = 0;
  translation::TranslatedMessage message;
};

struct TranslatedCampaign {
  std::vector<CampaignLanguage> languages;                  ///< the one of most contacts first
  std::size_t contacts = 0;                                 ///< that may get it
  std::size_t opted_out = 0;                                ///< that must not get it
  std::map<LanguageFrom, std::size_t> found;                ///< of these contacts: how their languages were found
  std::vector<std::pair<ContactId, std::size_t>> audience;  ///< each of them, by id, and its place in `languages`
};

/// Finds out each contact's language and translates the message once for each of them. Nothing is sent. A language
/// that cannot be translated has its error.
///
/// Throws    kInvalid "invalid_language", "invalid_glossary", "language_unknown".
/// Cost      one pass over the tenant's rows.
TranslatedCampaign translate_campaign(const Services& services, const translation::MessageTranslator& translator,
                                      const TenantId& tenant, const CampaignOrder& order,
                                      const Progress& progress = {});

}  // namespace rapport::flows
