#include "cli/translate_campaign.h"

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "app/translation.h"
#include "app/workspace.h"
#include "base/error.h"
#include "base/file.h"
#include "flows/translate_campaign.h"
#include "language/identify.h"
#include "server/api/translation_json.h"
#include "tables/csv_writer.h"

namespace rapport::cli {
namespace {

namespace json = boost::json;
using flows::CampaignLanguage;
using flows::LanguageFrom;
using flows::TranslatedCampaign;

std::size_t found(const TranslatedCampaign& campaign, LanguageFrom from) {
  const auto at = campaign.found.find(from);
  return at == campaign.found.end() ? 0 : at->second;
}

std::size_t left_out(const TranslatedCampaign& campaign) {
  std::size_t contacts = 0;
  for (const CampaignLanguage& each : campaign.languages) contacts += each.message.error ? each.contacts : 0;
  return contacts;
}

Json to_json(const TranslatedCampaign& campaign, const CampaignFlags& flags) {
  json::array languages;
  for (const CampaignLanguage& each : campaign.languages) {
    api::JsonText text;
    text.open_object();
    api::write_translation(text, each.message, flags.text);
    text.close_object();
    json::object language{{"language", each.language},
                          {"language_name", language::english_name(each.language)},
                          {"contacts", each.contacts}};
    const Json said = parse_json_or_throw(std::move(text).take());
    for (const auto& [name, value] : said.get_object()) language[name] = value;
    languages.push_back(std::move(language));
  }
  return json::object{{"languages", std::move(languages)},
                      {"count", campaign.languages.size()},
                      {"contacts", campaign.contacts},
                      {"opted_out", campaign.opted_out},
                      {"left_out", left_out(campaign)},
                      {"language_from", json::object{{"contact", found(campaign, LanguageFrom::kContact)},
                                                     {"messages", found(campaign, LanguageFrom::kMessages)},
                                                     {"fallback", found(campaign, LanguageFrom::kFallback)}}},
                      {"out", flags.out.empty() ? Json() : Json(flags.out)}};
}

std::string to_text(const CampaignLanguage& each) {
  const std::string_view name = language::english_name(each.language);
  std::string text = each.language + (name.empty() ? "" : " (" + std::string(name) + ")") + ": " +
                     std::to_string(each.contacts) + " contacts";
  if (each.message.error) return text + ", LEFT OUT: " + each.message.error->message() + "\n";
  if (each.message.unchanged) {
    text += ", unchanged";
  } else {
    text += ", by " + each.message.model;
  }
  const translation::Placeholders& spans = each.message.placeholders;
  text += ", placeholders " + std::to_string(spans.out) + " of " + std::to_string(spans.in);
  return text + "\n" + each.message.text + "\n";
}

std::string to_text(const TranslatedCampaign& campaign) {
  std::string text;
  for (const CampaignLanguage& each : campaign.languages) text += to_text(each) + "\n";
  text += std::to_string(campaign.contacts) + " contacts in " + std::to_string(campaign.languages.size()) +
          " languages; known of " + std::to_string(found(campaign, LanguageFrom::kContact)) +
          ", from their messages of " + std::to_string(found(campaign, LanguageFrom::kMessages)) + ", assumed of " +
          std::to_string(found(campaign, LanguageFrom::kFallback)) + ". " + std::to_string(campaign.opted_out) +
          " opted out and are not in it.\n";
  return text;
}

/// contact_id,language,text of every contact whose language is translated.
std::string to_csv(const TranslatedCampaign& campaign) {
  std::string text;
  tables::CsvWriter csv(text);
  for (const char* column : {"contact_id", "language", "text"}) csv.text(column);
  csv.end_record();
  for (const auto& [contact, place] : campaign.audience) {
    const CampaignLanguage& language = campaign.languages[place];
    if (language.message.error) continue;
    csv.text(contact.text());
    csv.text(language.language);
    csv.text(language.message.text);
    csv.end_record();
  }
  return text;
}

}  // namespace

int run_campaign(const Context& context, const CampaignFlags& flags, const GlossaryFile& glossary) {
  if (flags.text.empty()) throw Error(ErrorKind::kInvalid, "invalid_setting", "The campaign has no message.");
  app::Workspace workspace(context.settings());
  flows::TranslationMemory memory(workspace.store(), workspace.clock(), workspace.metrics(),
                                  app::memory_options(workspace.settings()));
  const app::Translation translation(workspace.settings(), workspace.metrics(), &memory);
  const TranslatedCampaign campaign = flows::translate_campaign(
      workspace.services(), translation.translator(), context.tenant_id(),
      {.text = flags.text, .source = flags.from, .fallback = flags.fallback, .glossary = glossary.terms()},
      context.progress());
  if (!flags.out.empty()) publish_file(flags.out, to_csv(campaign));
  context.print(to_json(campaign, flags), to_text(campaign));
  return left_out(campaign) > 0 ? 1 : 0;
}

}  // namespace rapport::cli
