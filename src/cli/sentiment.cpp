#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <iostream>
#include <memory>

#include "app/text_analysis.h"
#include "cli/context.h"
#include "cli/text_input.h"
#include "domain/names.h"
#include "server/api/sentiment_texts.h"

namespace rapport::cli {
namespace {

struct SentimentFlags {
  TextInput input;
  std::string language;
  bool no_emotions = false;
  bool all_scores = false;
};

std::string word(std::string_view name, double prob) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*s %.3f", static_cast<int>(name.size()), name.data(), prob);
  return text.data();
}

std::string all_scores(const sentiment::Verdict& verdict) {
  std::string text;
  for (const Sentiment each : {Sentiment::kNegative, Sentiment::kNeutral, Sentiment::kPositive}) {
    text += "\t" + word(to_string(each), verdict.probs[static_cast<std::size_t>(each)]);
  }
  for (std::size_t i = 0; verdict.emotion && i < sentiment::kEmotions; ++i) {
    text += "\t" + word(sentiment::to_string(static_cast<sentiment::Emotion>(i)), verdict.emotion->probs[i]);
  }
  return text;
}

/// Columns between tabs: sentiment, emotion, risk, language, model, the text.
std::string to_text(const sentiment::Outcome& outcome, const std::string& text, const SentimentFlags& flags) {
  if (!outcome.verdict)
    return std::string(sentiment::to_string(outcome.reason)) + "\t-\t-\t-\t-\t" + one_line(text) + "\n";
  const sentiment::Verdict& verdict = *outcome.verdict;
  std::string line = word(to_string(verdict.sentiment), verdict.prob) + "\t";
  line += verdict.emotion ? word(sentiment::to_string(verdict.emotion->emotion), verdict.emotion->prob) : "-";
  line.append("\t").append(sentiment::to_string(verdict.risk)).append("\t").append(verdict.language);
  line.append("\t").append(verdict.model).append("\t").append(one_line(text));
  return line + (flags.all_scores ? all_scores(verdict) : "") + "\n";
}

/// The result of each text as it comes: as one JSON document, {"results": [...], "count": n}, or as lines.
int run_sentiment(const Context& context, const SentimentFlags& flags) {
  const TenantId tenant = context.tenant_id();
  Metrics metrics;
  const app::TextAnalysis analysis(context.settings(), metrics);
  const api::TextOptions options{
      .language = flags.language, .emotions = !flags.no_emotions, .all_scores = flags.all_scores};
  std::size_t count = 0;
  if (context.json) std::cout << "{\"results\":[";
  for_each_text(flags.input, [&](std::span<const std::string> texts) {
    std::vector<sentiment::Text> asked;
    for (const std::string& text : texts) asked.push_back({.text = text, .language = flags.language});
    const sentiment::Analyses analyses = analysis.analyzer().analyze(asked, options.analyze(tenant));
    for (std::size_t i = 0; i < texts.size(); ++i, ++count) {
      if (!context.json) {
        std::cout << to_text(analyses.texts[i], texts[i], flags);
        continue;
      }
      api::JsonText out;
      out.open_object();
      api::write_outcome(out, analyses.texts[i], options);
      out.close_object();
      std::cout << (count > 0 ? "," : "") << std::move(out).take();
    }
    std::cout << std::flush;
  });
  if (context.json) std::cout << "],\"count\":" << count << "}" << std::endl;
  return 0;
}

}  // namespace

void add_sentiment(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("sentiment", "How the writers of messages feel, and whether somebody must act");
  const auto flags = std::make_shared<SentimentFlags>();
  add_text_input(*verb, flags->input);
  verb->add_option("--language", flags->language, "The language of the texts (default: found out for each)");
  verb->add_flag("--no-emotions", flags->no_emotions, "The sentiment alone, in half the time");
  verb->add_flag("--all-scores", flags->all_scores, "With the probability of every class");
  verb->footer("Lines have tabs between sentiment, emotion, risk, language, model and text.");
  verb->callback([&context, flags] { context.run = [&context, flags] { return run_sentiment(context, *flags); }; });
}

}  // namespace rapport::cli
