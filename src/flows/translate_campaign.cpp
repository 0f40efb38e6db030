#include "flows/translate_campaign.h"

#include <algorithm>
#include <optional>

#include "flows/translate_text.h"
#include "translation/language_codes.h"

namespace rapport::flows {
namespace {

/// The language in which to write to somebody who writes in `code`; empty for what is no language. Nobody translates to
/// Hindi in Latin letters: who writes it reads Hindi.
std::string known_language(std::string_view code) {
  std::string language = translation::normal_code(code);
  if (language == "und") return "";
  return language == "hi-Latn" ? "hi" : language;
}

/// Who is written to, and in which language, before anything is translated.
struct Audience {
  std::vector<std::pair<ContactId, std::string>> contacts;
  std::map<std::string, std::size_t> counts;
};

Audience find_audience(const Services& services, const TenantId& tenant, const std::string& fallback,
                       TranslatedCampaign& campaign, const Progress& progress) {
  Audience audience;
  services.store.scan_histories(
      tenant,
      [&](const ContactHistory& history) {
        if (has_opted_out(history)) {
          ++campaign.opted_out;
          return;
        }
        ContactLanguage found = contact_language(history);
        ++campaign.found[found.from];
        if (found.from == LanguageFrom::kFallback) found.language = fallback;
        ++audience.counts[found.language];
        audience.contacts.emplace_back(history.contact.id, std::move(found.language));
      },
      progress);
  return audience;
}

std::vector<std::string> most_frequent_first(const std::map<std::string, std::size_t>& counts) {
  std::vector<std::string> languages;
  for (const auto& [language, count] : counts) languages.push_back(language);
  std::stable_sort(languages.begin(), languages.end(),
                   [&](const std::string& a, const std::string& b) { return counts.at(a) > counts.at(b); });
  return languages;
}

}  // namespace

ContactLanguage contact_language(const ContactHistory& history) {
  if (std::string known = known_language(history.contact.language); !known.empty()) {
    return {std::move(known), LanguageFrom::kContact};
  }
  std::map<std::string, std::size_t> counts;
  ContactLanguage found;
  for (const Message& message : history.messages) {
    if (message.direction != Direction::kInbound) continue;
    const std::string language = known_language(message.language);
    if (language.empty()) continue;
    if (++counts[language] >= counts[found.language]) found = {language, LanguageFrom::kMessages};
  }
  return found;
}

bool has_opted_out(const ContactHistory& history) {
  std::optional<Time> out;
  std::optional<Time> in;
  for (const PreferenceEvent& event : history.preference_events) {
    if (event.type == PreferenceEventType::kOptOut) out = event.at;
    if (event.type == PreferenceEventType::kOptIn) in = event.at;
  }
  for (const CampaignEvent& event : history.campaign_events) {
    if (event.type == CampaignEventType::kUnsubscribe) out = out ? std::max(*out, event.at) : event.at;
  }
  return out && (!in || *in <= *out);
}

TranslatedCampaign translate_campaign(const Services& services, const translation::MessageTranslator& translator,
                                      const TenantId& tenant, const CampaignOrder& order, const Progress& progress) {
  TranslatedCampaign campaign;
  const Audience audience = find_audience(services, tenant, std::string(order.fallback), campaign, progress);
  const std::vector<std::string> languages = most_frequent_first(audience.counts);
  std::vector<translation::TranslatedMessage> messages =
      translate_into(translator, order.text, languages, {tenant, order.source, order.glossary});
  std::map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < languages.size(); ++i) {
    places[languages[i]] = i;
    campaign.languages.push_back({languages[i], audience.counts.at(languages[i]), std::move(messages[i])});
  }
  for (const auto& [contact, language] : audience.contacts)
    campaign.audience.emplace_back(contact, places.at(language));
  campaign.contacts = campaign.audience.size();
  return campaign;
}

}  // namespace rapport::flows
