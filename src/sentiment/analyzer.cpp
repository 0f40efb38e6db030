#include "sentiment/analyzer.h"

#include <algorithm>
#include <future>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/thread_pool.h"
#include "text/message_cues.h"

namespace rapport::sentiment {
namespace {

using inference::Classified;
using inference::TextClasses;
using inference::TextClassifier;

constexpr std::string_view kUndetermined = "und";
constexpr double kSureLanguageProb = 0.5;  // the language is more likely this one than all others together
constexpr std::size_t kTextsWorthThreads = 256;

/// "pt-BR" is Portuguese; "hi-Latn", in other letters, is not what is meant by "hi".
bool is_language(std::string_view language, std::string_view code) {
  constexpr std::size_t kScriptSubtag = 4;
  if (!language.starts_with(code)) return false;
  const std::string_view rest = language.substr(code.size());
  return rest.empty() || ((rest[0] == '-' || rest[0] == '_') && rest.size() != kScriptSubtag + 1);
}

template <std::size_t N>
std::array<std::size_t, N> require_positions(const TextClassifier& classifier,
                                             const std::optional<std::array<std::size_t, N>>& positions,
                                             const char* what) {
  if (positions) return *positions;
  throw Error(
      ErrorKind::kUnavailable, "model_labels_unknown",
      "The model " + classifier.name() + " does not sort texts into " + what + ": choose another one in the settings.");
}

template <std::size_t N>
std::array<double, N> probs_of(const TextClasses& classes, const std::array<std::size_t, N>& positions) {
  std::array<double, N> probs{};
  for (std::size_t i = 0; i < N; ++i) {
    probs[i] = std::clamp(static_cast<double>(classes.probs[positions[i]]), 0.0, 1.0);  // a float may say 1.0000001
  }
  return probs;
}

/// The texts that go to one model, and its answer.
struct Share {
  std::vector<std::size_t> indices;
  std::vector<std::string_view> texts;
  std::future<Classified> answer;
};

void add(inference::StageTimes& total, const inference::StageTimes& times) {
  total.tokenize_ms += times.tokenize_ms;
  total.queue_ms += times.queue_ms;
  total.compute_ms += times.compute_ms;
}

/// Splits texts among models, starts all of them, and only then waits.
template <class Model>
class Shares {
 public:
  void give(const Model& model, std::size_t index, std::string_view text) {
    Share& share = shares_[&model];
    share.indices.push_back(index);
    share.texts.push_back(text);
  }

  void start(std::string_view scope) {
    for (auto& [model, share] : shares_) share.answer = model->classifier->start(share.texts, scope);
  }

  /// Calls visit(index of the text, model, classes) for every text.
  template <class Visit>
  void finish(inference::StageTimes& times, const Visit& visit) {
    for (auto& [model, share] : shares_) {
      const Classified classified = share.answer.get();
      add(times, classified.times);
      for (std::size_t i = 0; i < share.indices.size(); ++i) visit(share.indices[i], *model, classified.texts[i]);
    }
  }

 private:
  std::map<const Model*, Share> shares_;
};

Verdict sentiment_verdict(const SentimentProbs& probs) {
  Verdict verdict;
  verdict.sentiment = likeliest(probs);
  verdict.prob = probs[static_cast<std::size_t>(verdict.sentiment)];
  verdict.probs = probs;
  verdict.valence = valence(probs);
  return verdict;
}

EmotionVerdict emotion_verdict(const EmotionProbs& probs) {
  EmotionVerdict verdict;
  verdict.emotion = likeliest(probs);
  verdict.prob = probs[static_cast<std::size_t>(verdict.emotion)];
  verdict.probs = probs;
  return verdict;
}

}  // namespace

struct Analyzer::Prepared {
  MessageText message;
  std::string language;
  bool text_told_language = false;
};

Analyzer::Analyzer(Models models, Identify identify)
    : builtin_emotion_languages_(std::move(models.builtin_emotion_languages)), identify_(std::move(identify)) {
  const auto take_sentiment = [](Model<kSentiments>& model, const TextClassifier* classifier) {
    if (classifier == nullptr) return;
    model = {classifier, require_positions(*classifier, sentiment_positions(classifier->labels()),
                                           "negative, neutral and positive")};
  };
  const auto take_emotion = [](Model<kEmotions>& model, const TextClassifier* classifier) {
    if (classifier == nullptr) return;
    model = {classifier, require_positions(*classifier, emotion_positions(classifier->labels()),
                                           "anger, disgust, fear, joy, neutral, sadness and surprise")};
  };
  take_sentiment(english_sentiment_, models.english_sentiment);
  take_sentiment(multilingual_sentiment_, models.multilingual_sentiment);
  take_sentiment(builtin_sentiment_, models.builtin_sentiment);
  take_emotion(english_emotion_, models.english_emotion);
  take_emotion(builtin_emotion_, models.builtin_emotion);
}

bool Analyzer::is_builtin_only() const {
  return english_sentiment_.classifier == nullptr && english_emotion_.classifier == nullptr &&
         multilingual_sentiment_.classifier == nullptr;
}

std::vector<std::string> Analyzer::model_names() const {
  std::vector<std::string> names;
  for (const TextClassifier* classifier :
       {english_sentiment_.classifier, english_emotion_.classifier, multilingual_sentiment_.classifier,
        builtin_sentiment_.classifier, builtin_emotion_.classifier}) {
    const bool known =
        classifier == nullptr || std::find(names.begin(), names.end(), classifier->name()) != names.end();
    if (!known) names.push_back(classifier->name());
  }
  return names;
}

std::string Analyzer::language_of(std::string_view text) const {
  const language::Identified found = identify_(text);
  return std::string(found.prob >= kSureLanguageProb ? found.code : kUndetermined);
}

Analyzer::Prepared Analyzer::prepare(const Text& text) const {
  Prepared prepared{.message = read_message(text.text), .language = std::string(text.language)};
  if (!prepared.language.empty() || !prepared.message.has_words) return prepared;
  prepared.language = prepared.message.has_letters ? language_of(prepared.message.words) : kUndetermined;
  prepared.text_told_language = prepared.language != kUndetermined;
  if (prepared.language == kUndetermined && !text.likely_language.empty()) prepared.language = text.likely_language;
  return prepared;
}

const Analyzer::Model<kSentiments>* Analyzer::sentiment_model(const Prepared& text) const {
  const auto installed = [](const auto& model) { return model.classifier != nullptr ? &model : nullptr; };
  if (is_language(text.language, "en") && installed(english_sentiment_)) return &english_sentiment_;
  if (installed(multilingual_sentiment_)) return &multilingual_sentiment_;
  if (!text.message.has_letters && installed(english_sentiment_)) return &english_sentiment_;
  return installed(builtin_sentiment_);
}

const Analyzer::Model<kEmotions>* Analyzer::emotion_model(const Prepared& text) const {
  const bool everybodys = !text.message.has_letters;
  if (english_emotion_.classifier != nullptr && (everybodys || is_language(text.language, "en"))) {
    return &english_emotion_;
  }
  const bool covered = everybodys || text.language == kUndetermined ||
                       std::any_of(builtin_emotion_languages_.begin(), builtin_emotion_languages_.end(),
                                   [&](const std::string& code) { return is_language(text.language, code); });
  return covered && builtin_emotion_.classifier != nullptr ? &builtin_emotion_ : nullptr;
}

Analyses Analyzer::analyze(std::span<const Text> texts, const AnalyzeOptions& options) const {
  std::vector<Prepared> prepared(texts.size());
  parallel_for(texts.size(), texts.size() < kTextsWorthThreads ? 1 : usable_cores(),
               [&](std::size_t begin, std::size_t end) {
                 for (std::size_t i = begin; i < end; ++i) prepared[i] = prepare(texts[i]);
               });

  Analyses analyses;
  analyses.texts.resize(texts.size());
  Shares<Model<kSentiments>> sentiments;
  Shares<Model<kEmotions>> emotions;
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    const MessageText& message = prepared[i].message;
    analyses.texts[i].reason = message.reason;
    if (!message.has_words) continue;
    sentiments.give(*sentiment_model(prepared[i]), i, message.words);
    const Model<kEmotions>* emotion = options.emotions ? emotion_model(prepared[i]) : nullptr;
    if (emotion != nullptr) emotions.give(*emotion, i, message.words);
  }
  sentiments.start(options.scope);
  emotions.start(options.scope);

  sentiments.finish(analyses.times, [&](std::size_t i, const auto& model, const TextClasses& classes) {
    Verdict verdict = sentiment_verdict(probs_of(classes, model.positions));
    verdict.language = prepared[i].language;
    verdict.text_told_language = prepared[i].text_told_language;
    verdict.model = model.classifier->name();
    verdict.windows = classes.windows;
    analyses.texts[i].verdict = std::move(verdict);
  });
  emotions.finish(analyses.times, [&](std::size_t i, const auto& model, const TextClasses& classes) {
    EmotionVerdict verdict = emotion_verdict(probs_of(classes, model.positions));
    verdict.model = model.classifier->name();
    analyses.texts[i].verdict->emotion = verdict;
  });
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    std::optional<Verdict>& verdict = analyses.texts[i].verdict;
    if (!verdict) continue;
    const bool may_ask = verdict->sentiment == Sentiment::kNeutral;
    const bool asks = may_ask && text::read_cues(prepared[i].message.words).is_question;
    verdict->risk = risk_of(verdict->probs, verdict->emotion ? &verdict->emotion->probs : nullptr, asks);
  }
  return analyses;
}

}  // namespace rapport::sentiment
