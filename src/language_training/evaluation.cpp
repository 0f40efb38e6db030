#include "language_training/evaluation.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <variant>

#include "base/rng.h"
#include "ml/ngram_classifier.h"

namespace rapport::language {
namespace {

constexpr std::size_t kTextsOfKind = 300;
constexpr std::size_t kMinWordLetters = 5;

std::size_t letters_in(std::string_view word) {
  return static_cast<std::size_t>(
      std::count_if(word.begin(), word.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::vector<std::string> long_words(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (letters_in(word) >= kMinWordLetters) words.push_back(word);
    at = end + 1;
  }
  return words;
}

void add_some(std::vector<std::string> texts, std::size_t label, DevKind kind, Rng& rng, std::vector<DevText>& to) {
  rng.shuffle(texts);
  texts.resize(std::min(texts.size(), kTextsOfKind));
  for (std::string& text : texts) to.push_back({std::move(text), label, kind});
}

ml::NgramClassifier classifier(const std::string& model) {
  const std::span<const char> bytes(model);
  return std::get<ml::NgramClassifier>(ml::NgramClassifier::read(std::as_bytes(bytes)));
}

std::vector<std::vector<float>> logits_of(const ml::NgramClassifier& model, const std::vector<DevText>& texts) {
  std::vector<std::vector<float>> all;
  for (const DevText& text : texts) {
    all.emplace_back(model.labels().size());
    model.logits(text.text, all.back());
  }
  return all;
}

std::vector<double> softmax(const std::vector<float>& logits, double temperature) {
  const float most = *std::max_element(logits.begin(), logits.end());
  std::vector<double> probs;
  double sum = 0;
  for (const float logit : logits) {
    probs.push_back(std::exp((logit - most) / temperature));
    sum += probs.back();
  }
  for (double& prob : probs) prob /= sum;
  return probs;
}

// Mean distance between confidence and accuracy over ten steps of confidence.
double calibration_error(const std::vector<std::pair<double, bool>>& answers) {
  std::array<double, 10> confidence{};
  std::array<double, 10> right{};
  for (const auto& [prob, is_right] : answers) {
    const auto step = std::min<std::size_t>(9, static_cast<std::size_t>(prob * 10));
    confidence[step] += prob;
    right[step] += is_right ? 1 : 0;
  }
  double error = 0;
  for (std::size_t i = 0; i < confidence.size(); ++i) error += std::abs(confidence[i] - right[i]);
  return error / static_cast<double>(answers.size());
}

}  // namespace

std::vector<DevText> dev_texts(const std::vector<std::string>& labels, const std::vector<Corpus>& corpora,
                               std::uint64_t seed) {
  std::vector<DevText> texts;
  for (std::size_t label = 0; label < labels.size(); ++label) {
    Rng rng = Rng(seed).split(1000 + label);
    std::set<std::string> words;
    std::set<std::string> pairs;
    for (const std::string& sentence : corpora[label].held_out) {
      const auto found = long_words(sentence);
      words.insert(found.begin(), found.end());
      for (std::size_t i = 0; i + 1 < found.size(); ++i) pairs.insert(found[i] + " " + found[i + 1]);
    }
    add_some({words.begin(), words.end()}, label, DevKind::kWord, rng, texts);
    add_some({pairs.begin(), pairs.end()}, label, DevKind::kPair, rng, texts);
    add_some(corpora[label].held_out, label, DevKind::kSentence, rng, texts);
  }
  return texts;
}

float best_temperature(const std::string& model, const std::vector<DevText>& texts) {
  const auto logits = logits_of(classifier(model), texts);
  std::array<double, kDevKindNames.size()> count{};
  for (const DevText& text : texts) count[static_cast<std::size_t>(text.kind)] += 1;
  double best = 1;
  double least = 1e300;
  for (double temperature = 0.2; temperature < 3; temperature *= 1.03) {
    double surprise = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const double prob = softmax(logits[i], temperature)[texts[i].label];
      surprise -= std::log(std::max(prob, 1e-9)) / count[static_cast<std::size_t>(texts[i].kind)];
    }
    if (surprise < least) {
      least = surprise;
      best = temperature;
    }
  }
  return static_cast<float>(best);
}

ScriptFigures measure(Script script, const std::string& bytes, const std::vector<DevText>& texts) {
  const ml::NgramClassifier model = classifier(bytes);
  const auto logits = logits_of(model, texts);
  ScriptFigures figures{script, {}, {}};
  for (const std::string& label : model.labels()) figures.languages.push_back({label, {}, {}});
  std::array<std::vector<std::pair<double, bool>>, kDevKindNames.size()> answers;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto probs = softmax(logits[i], 1);
    const auto best = static_cast<std::size_t>(std::max_element(probs.begin(), probs.end()) - probs.begin());
    const bool is_right = best == texts[i].label;
    const auto kind = static_cast<std::size_t>(texts[i].kind);
    LanguageFigures& language = figures.languages[texts[i].label];
    language.accuracy[kind] += is_right ? 1 : 0;
    ++language.texts[kind];
    answers[kind].emplace_back(probs[best], is_right);
  }
  for (LanguageFigures& language : figures.languages) {
    for (std::size_t kind = 0; kind < kDevKindNames.size(); ++kind) {
      language.accuracy[kind] /= static_cast<double>(std::max<std::size_t>(language.texts[kind], 1));
    }
  }
  for (std::size_t kind = 0; kind < kDevKindNames.size(); ++kind) {
    figures.calibration_error[kind] = calibration_error(answers[kind]);
  }
  return figures;
}

}  // namespace rapport::language
