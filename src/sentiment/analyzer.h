#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inference/text_classifier.h"
#include "language/identify.h"
#include "sentiment/message_text.h"
#include "sentiment/verdict.h"

namespace rapport::sentiment {

/// The models to choose from. Those that are not installed are null; the built-in ones are always there.
struct Models {
  const inference::TextClassifier* english_sentiment = nullptr;
  const inference::TextClassifier* english_emotion = nullptr;
  const inference::TextClassifier* multilingual_sentiment = nullptr;
  const inference::TextClassifier* builtin_sentiment = nullptr;
  const inference::TextClassifier* builtin_emotion = nullptr;
  /// Languages of the built-in emotion model. In any other it is asked only for texts without a letter (emoji).
  std::vector<std::string> builtin_emotion_languages = {};
};

/// A text, and what is known of its language beforehand.
struct Text {
  std::string_view text;
  std::string_view language = {};         ///< known: taken as it is ("pt-BR", "en"); empty: found out
  std::string_view likely_language = {};  ///< taken when the text itself does not tell
};

struct EmotionVerdict {
  Emotion emotion = Emotion::kNeutral;
  double prob = 0;  ///< of that emotion
  EmotionProbs probs{};
  std::string_view model;
};

struct Verdict {
  Sentiment sentiment = Sentiment::kNeutral;
  double prob = 0;  ///< of that sentiment: the contract's sentiment_score and confidence
  SentimentProbs probs{};
  double valence = 0.5;
  std::optional<EmotionVerdict> emotion;  ///< nullopt: not asked for, or no model knows emotions in this language
  Risk risk = Risk::kLow;                 ///< without an emotion: of the sentiment alone
  std::string language;                   ///< the one that decided which models answered; "und": not known
  bool text_told_language = false;        ///< it was found in the text itself
  std::string_view model;                 ///< that answered for the sentiment
  std::size_t windows = 1;                ///< parts in which it read a long text
};

/// What is said of one text: a verdict, or the reason why there is none.
struct Outcome {
  std::optional<Verdict> verdict;
  NotAnalyzed reason = NotAnalyzed::kBlank;  ///< when there is no verdict
};

struct Analyses {
  std::vector<Outcome> texts;  ///< in the order of the texts
  inference::StageTimes times;
};

struct AnalyzeOptions {
  bool emotions = true;         ///< false: no emotion model runs
  std::string_view scope = {};  ///< the tenant that asks
};

/// Says how the writers of messages feel.
///
/// A text is read by the model that is installed for its language: English by the English ones, any other language by
/// the multilingual one, else by the built-in ones, which know several languages and emoji. A text that does not tell
/// its language ("ok", "👍") goes to the multilingual model when there is one; without letters to the English one, whose
/// emoji are everybody's; else to the built-in one.
///
/// Threads   safe.
/// Throws    the constructor: kUnavailable "model_labels_unknown" when a model does not sort into the contract's
///           classes. analyze: what the models throw: kOverloaded before any work.
class Analyzer {
 public:
  using Identify = std::function<language::Identified(std::string_view)>;

  /// The models must outlive the analyzer. `identify` finds out a text's language.
  explicit Analyzer(Models models, Identify identify = language::identify);

  Analyses analyze(std::span<const Text> texts, const AnalyzeOptions& options) const;

  /// Whether only built-in models answer: at once, with nothing to wait for.
  bool is_builtin_only() const;
  /// The models in use, by name, each once: "builtin-sentiment".
  std::vector<std::string> model_names() const;

  /// The language of a text as `analyze` would find it out, "und" when it does not tell.
  std::string language_of(std::string_view text) const;

 private:
  template <std::size_t N>
  struct Model {
    const inference::TextClassifier* classifier = nullptr;
    std::array<std::size_t, N> positions{};  ///< of our classes among the model's labels
  };
  struct Prepared;

  Prepared prepare(const Text& text) const;
  const Model<kSentiments>* sentiment_model(const Prepared& text) const;
  const Model<kEmotions>* emotion_model(const Prepared& text) const;

  Model<kSentiments> english_sentiment_;
  Model<kSentiments> multilingual_sentiment_;
  Model<kSentiments> builtin_sentiment_;
  Model<kEmotions> english_emotion_;
  Model<kEmotions> builtin_emotion_;
  std::vector<std::string> builtin_emotion_languages_;
  Identify identify_;
};

}  // namespace rapport::sentiment
