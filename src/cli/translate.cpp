#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "app/translation.h"
#include "base/error.h"
#include "cli/context.h"
#include "cli/glossary_file.h"
#include "cli/text_input.h"
#include "cli/translate_campaign.h"
#include "server/api/translation_json.h"

namespace rapport::cli {
namespace {

struct TranslateFlags {
  TextInput input;
  std::vector<std::string> to;
  std::string from;
  std::string glossary;
  bool campaign = false;
  CampaignFlags to_contacts;
};

using translation::TranslatedMessage;

/// What of one text could not be translated; on standard error, so that the lines of the output stay the lines of the
/// input.
void report_failure(std::size_t number, const TranslatedMessage& message) {
  std::cerr << "rapport: text " << number << " to " << message.target << ": " << message.error->message() << "\n";
}

/// Translates texts as they come and prints each: {"results": [...], "count": n}, or the translations alone.
class TextPrinter {
 public:
  TextPrinter(const Context& context, const translation::MessageTranslator& translator, const TranslateFlags& flags,
              const GlossaryFile& glossary)
      : context_(context), translator_(translator), flags_(flags), glossary_(glossary) {}

  void print(std::span<const std::string> texts) {
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    std::vector<std::vector<TranslatedMessage>> columns;
    for (const std::string& target : flags_.to) {
      columns.push_back(translator_.translate(views, {.source = flags_.from, .target = target},
                                              {.glossary = glossary_.terms(), .tenant = context_.tenant}));
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      ++count_;
      for (const auto& column : columns) print(column[i], texts[i]);
    }
    std::cout << std::flush;
  }

  std::size_t results() const { return results_; }
  bool any_failed() const { return failed_; }

 private:
  void print(const TranslatedMessage& message, const std::string& text) {
    failed_ = failed_ || message.error.has_value();
    if (context_.json) {
      api::JsonText out;
      out.open_object();
      api::write_translation(out, message, text);
      out.close_object();
      std::cout << (results_ > 0 ? "," : "") << std::move(out).take();
    } else {
      if (message.error) report_failure(count_, message);
      if (flags_.to.size() > 1) std::cout << message.target << "\t";
      std::cout << message.text << "\n";
    }
    ++results_;
  }

  const Context& context_;
  const translation::MessageTranslator& translator_;
  const TranslateFlags& flags_;
  const GlossaryFile& glossary_;
  std::size_t count_ = 0;
  std::size_t results_ = 0;
  bool failed_ = false;
};

/// 1 when any text could not be translated.
int run_texts(const Context& context, const TranslateFlags& flags) {
  if (flags.to.empty()) {
    throw Error(ErrorKind::kInvalid, "invalid_setting", "Say which language to translate to: --to es.");
  }
  const GlossaryFile glossary(flags.glossary);
  Metrics metrics;
  const app::Translation translation(context.settings(), metrics, nullptr);
  TextPrinter printer(context, translation.translator(), flags, glossary);
  if (context.json) std::cout << "{\"results\":[";
  for_each_text(flags.input, [&](std::span<const std::string> texts) { printer.print(texts); });
  if (context.json) std::cout << "],\"count\":" << printer.results() << "}" << std::endl;
  return printer.any_failed() ? 1 : 0;
}

int run_translate(const Context& context, TranslateFlags& flags) {
  context.tenant_id();
  if (!flags.campaign) return run_texts(context, flags);
  if (!flags.to.empty()) {
    throw Error(ErrorKind::kInvalid, "invalid_setting",
                "A campaign goes to each contact in his own language: --campaign takes no --to.");
  }
  for_each_text(flags.input, [&](std::span<const std::string> texts) {
    for (const std::string& text : texts) flags.to_contacts.text += (flags.to_contacts.text.empty() ? "" : "\n") + text;
  });
  flags.to_contacts.from = flags.from;
  const GlossaryFile glossary(flags.glossary);
  return run_campaign(context, flags.to_contacts, glossary);
}

}  // namespace

void add_translate(CLI::App& app, Context& context) {
  CLI::App* verb =
      app.add_subcommand("translate", "Texts in another language; with --campaign, a message for every contact");
  const auto flags = std::make_shared<TranslateFlags>();
  add_text_input(*verb, flags->input);
  verb->add_option("--to", flags->to, "The language to translate to; several: es,hi,pt")
      ->delimiter(',')
      ->allow_extra_args(false);  // what follows is a text
  verb->add_option("--from", flags->from, "The language of the texts (default: found out for each)");
  verb->add_option("--glossary", flags->glossary,
                   "A table with the columns source and target: how to translate terms (no target: the term stays)");
  verb->add_flag(
      "--campaign", flags->campaign,
      "One message (lines of --file belong together) for all stored contacts, each in his language: shows how "
      "many there are of each and what they would get. Nothing is sent");
  verb->add_option("--fallback", flags->to_contacts.fallback,
                   "With --campaign: the language of contacts of whom none is known")
      ->capture_default_str();
  verb->add_option("--out", flags->to_contacts.out, "With --campaign: write contact_id,language,text to this CSV file");
  verb->footer(
      "One line a translation, in the order of the texts; an empty one where a text cannot be translated: then "
      "standard error says why, and the exit status is 1.");
  verb->callback([&context, flags] { context.run = [&context, flags] { return run_translate(context, *flags); }; });
}

}  // namespace rapport::cli
