#include "language_training/recipe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include "base/rng.h"
#include "language/language_model.h"
#include "language_training/corpus.h"
#include "language_training/evaluation.h"
#include "language_training/report.h"
#include "language_training/sources.h"
#include "ml/ngram_trainer.h"

namespace rapport::language {
namespace {

constexpr std::size_t kSentencesOfSource = 6000;
constexpr std::size_t kSentences = 5000;  // of a language, chosen at random, and as many as there are of the rest
constexpr std::size_t kSpans = 9000;
constexpr std::size_t kMaxSpanWords = 3;

// Shares of a language's weight.
constexpr double kWordShare = 0.42;
constexpr double kSpanShare = 0.36;
constexpr double kSentenceShare = 1 - kWordShare - kSpanShare;
// A word counts as the power of its frequency: between every token the same (1) and every word the same (0).
constexpr double kFrequencyPower = 0.4;

// Languages known from a few pages lose most of their new words to those known from thousands: they are told apart by
// fewer features. What stands against it is added to their bias; not to those that few people write.
constexpr std::size_t kScarceTexts = 900;
constexpr float kScarceBias = 1;

struct Example {
  std::string text;
  double weight = 0;
};

void add_share(std::vector<Example> examples, double share, std::vector<Example>& to) {
  double sum = 0;
  for (const Example& example : examples) sum += example.weight;
  for (Example& example : examples) {
    example.weight *= share / sum;
    to.push_back(std::move(example));
  }
}

std::vector<std::string> words_in(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::vector<Example> word_examples(const Corpus& corpus) {
  std::map<std::string, double> frequency;
  for (const auto& [word, share] : corpus.words) frequency[word] += share;
  std::vector<std::string> written;
  for (const std::string& sentence : corpus.sentences) {
    for (std::string& word : words_in(sentence)) written.push_back(std::move(word));
  }
  for (const std::string& word : written) frequency[word] += 1 / static_cast<double>(written.size());
  std::vector<Example> examples;
  for (const auto& [word, share] : frequency) examples.push_back({word, std::pow(share, kFrequencyPower)});
  return examples;
}

std::vector<Example> span_examples(const Corpus& corpus, Rng& rng) {
  std::vector<Example> examples;
  for (std::size_t i = 0; i < kSpans && !corpus.sentences.empty(); ++i) {
    const auto pick = static_cast<std::size_t>(rng.integer(0, std::ssize(corpus.sentences) - 1));
    const auto words = words_in(corpus.sentences[pick]);
    const auto length = std::min<std::size_t>(static_cast<std::size_t>(rng.integer(1, kMaxSpanWords)), words.size());
    const auto first = static_cast<std::size_t>(rng.integer(0, static_cast<std::int64_t>(words.size() - length)));
    std::string text;
    for (std::size_t w = first; w < first + length; ++w) text += (text.empty() ? "" : " ") + words[w];
    examples.push_back({std::move(text), 1});
  }
  return examples;
}

std::vector<Example> sentence_examples(const Corpus& corpus, Rng& rng) {
  std::vector<std::string> sentences = corpus.sentences;
  rng.shuffle(sentences);
  sentences.resize(std::min(sentences.size(), kSentences));
  std::vector<Example> examples;
  for (std::string& sentence : sentences) examples.push_back({std::move(sentence), 1});
  return examples;
}

std::vector<Example> examples_of(const Corpus& corpus, Rng rng) {
  std::vector<Example> examples;
  add_share(word_examples(corpus), kWordShare, examples);
  add_share(span_examples(corpus, rng), kSpanShare, examples);
  add_share(sentence_examples(corpus, rng), kSentenceShare, examples);
  return examples;
}

struct Group {
  std::vector<std::string> labels;
  std::vector<double> mass;
  std::vector<Corpus> corpora;
};

std::map<Script, Group> read_groups(const std::filesystem::path& datasets, const LanguageRecipe& recipe) {
  std::map<Script, Group> groups;
  for (const LanguageSources& sources : language_sources()) {
    if (recipe.only && *recipe.only != sources.script) continue;
    Group& group = groups[sources.script];
    group.labels.emplace_back(sources.code);
    group.mass.push_back(sources.mass);
    group.corpora.push_back(read_corpus(datasets, sources, kSentencesOfSource));
  }
  return groups;
}

struct Size {
  unsigned log2_groups;
  std::size_t weights;  // that are kept
};

Size size_of(Script script) {
  if (script == Script::kLatin) return {15, 2'000'000};
  return script == Script::kCyrillic ? Size{14, 600'000} : Size{13, 100'000};
}

std::string pack(const ml::NgramModel& model, Script script) {
  return ml::pack_sparse_ngram_model(model, size_of(script).log2_groups, size_of(script).weights);
}

ml::NgramTraining settings(Script script, const LanguageRecipe& recipe) {
  ml::NgramTraining training;
  training.options.families = ml::bit(ml::NgramFamily::kWord) | ml::bit(ml::NgramFamily::kCharInWord);
  training.options.char_min = 1;
  training.options.char_max = 5;
  training.options.fold = false;
  training.log2_groups = size_of(script).log2_groups;
  training.min_texts = 3;
  training.epochs = 5;
  training.rate = 0.6F;
  training.feature_dropout_prob = 0.3F;
  training.seed = recipe.seed;
  training.threads = recipe.threads;
  return training;
}

ml::NgramModel fit(const Group& group, Script script, const LanguageRecipe& recipe) {
  ml::NgramTrainer trainer(settings(script, recipe), {{group.labels, true}});
  std::vector<std::vector<Example>> examples;
  double count = 0;
  double mass = 0;
  for (std::size_t label = 0; label < group.labels.size(); ++label) {
    examples.push_back(examples_of(group.corpora[label], Rng(recipe.seed).split(label)));
    count += static_cast<double>(examples.back().size());
    mass += group.mass[label];
  }
  std::vector<float> target(group.labels.size());
  for (std::size_t label = 0; label < group.labels.size(); ++label) {
    target.assign(target.size(), 0);
    target[label] = 1;
    for (const Example& example : examples[label]) {
      const double weight = example.weight * group.mass[label] / mass * count;  // 1 on average
      trainer.add(example.text, 0, target, static_cast<float>(weight));
    }
  }
  trainer.fit(recipe.progress);
  ml::NgramModel model = trainer.model(0);
  for (std::size_t label = 0; label < group.labels.size(); ++label) {
    const Corpus& corpus = group.corpora[label];
    const bool scarce = corpus.sentences.size() + corpus.words.size() < kScarceTexts;
    if (scarce && group.mass[label] == kWidelyWritten) model.bias[label] += kScarceBias;
  }
  return model;
}

}  // namespace

TrainedLanguages train_languages(const std::filesystem::path& datasets, const LanguageRecipe& recipe) {
  const auto groups = read_groups(datasets, recipe);
  TrainedLanguages trained;
  std::vector<std::pair<Script, std::string>> packed;
  std::vector<ScriptFigures> measured;
  for (const auto& [script, group] : groups) {
    ml::NgramModel model = fit(group, script, recipe);
    const std::vector<DevText> texts = dev_texts(group.labels, group.corpora, recipe.seed);
    model.temperature = best_temperature(pack(model, script), texts);
    std::string bytes = pack(model, script);
    measured.push_back(measure(script, bytes, texts));
    packed.emplace_back(script, std::move(bytes));
  }
  trained.bytes = pack_language_model(packed);
  trained.figures = report(measured);
  return trained;
}

}  // namespace rapport::language
