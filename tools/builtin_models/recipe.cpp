#include "recipe.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <span>
#include <sstream>
#include <variant>

#include "base/error.h"
#include "evaluation.h"
#include "ml/ngram_classifier.h"

namespace rapport::training_tool {
namespace {

ml::NgramClassifier read(const std::string& bytes) {
  auto model = ml::NgramClassifier::read(std::as_bytes(std::span(bytes)));
  if (const auto* problem = std::get_if<std::string>(&model)) {
    throw Error(ErrorKind::kInternal, "unreadable_model", *problem);
  }
  return std::get<ml::NgramClassifier>(std::move(model));
}

}  // namespace

std::vector<std::pair<std::uint64_t, float>> vader_lexicon(const std::filesystem::path& datasets,
                                                           const ml::NgramOptions& options) {
  std::map<std::string, float, std::less<>> valences;
  std::ifstream in(datasets / "train/vader_human_ratings/vader_lexicon.txt");
  for (std::string line; std::getline(in, line);) {
    const std::size_t tab = line.find('\t');
    if (tab != std::string::npos) valences[line.substr(0, tab)] = std::strtof(line.c_str() + tab + 1, nullptr);
  }
  std::vector<std::pair<std::uint64_t, float>> units;
  const auto add = [&](std::string_view text, float valence) {
    const std::uint64_t unit = ml::ngram_unit(text, options);
    if (unit != 0 && valence != 0) units.emplace_back(unit, valence);
  };
  for (const auto& [word, valence] : valences) add(word, valence);
  // An emoji is worth what the words of its name are.
  std::ifstream emoji(datasets / "train/vader_human_ratings/emoji_utf8_lexicon.txt");
  for (std::string line; std::getline(emoji, line);) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos) continue;
    float sum = 0;
    std::istringstream name(line.substr(tab + 1));
    for (std::string word; name >> word;) {
      if (const auto found = valences.find(word); found != valences.end()) sum += found->second;
    }
    add(std::string_view(line).substr(0, tab), std::clamp(sum, -4.0F, 4.0F));
  }
  return units;
}

std::string train(const Recipe& recipe) {
  std::vector<ml::NgramTask> tasks{{recipe.labels, true}};
  for (const auto& [labels, samples] : recipe.side_tasks) tasks.push_back({labels, false});
  ml::NgramTrainer trainer(recipe.training, tasks, recipe.lexicon);
  for (const Sample& sample : recipe.train) trainer.add(sample.text, 0, sample.target, sample.weight);
  for (std::size_t i = 0; i < recipe.side_tasks.size(); ++i) {
    for (const Sample& sample : recipe.side_tasks[i].second) {
      trainer.add(sample.text, i + 1, sample.target, sample.weight);
    }
  }
  trainer.fit([&](std::string_view, std::uint64_t done, std::uint64_t total) {
    std::fprintf(stderr, "\r%s: %3.0f %%", recipe.name.c_str(),
                 100.0 * static_cast<double>(done) / static_cast<double>(total));
  });
  std::fprintf(stderr, "\r%s: done \n", recipe.name.c_str());
  const std::string plain = pack_ngram_model(trainer.model(0), recipe.training.log2_groups);
  const float temperature = fit_temperature(read(plain), recipe.calibration);
  return pack_ngram_model(trainer.model(0, temperature), recipe.training.log2_groups);
}

std::string figures(const Recipe& recipe, const std::string& model) {
  std::string table = "set\ttexts\taccuracy\tmacro_recall\tmacro_f1\tece";
  for (const std::string& label : recipe.labels) table += "\tf1_" + label;
  table += '\n';
  const ml::NgramClassifier classifier = read(model);
  const auto number = [](double value) {
    char text[32];
    std::snprintf(text, sizeof text, "\t%.3f", value);
    return std::string(text);
  };
  for (const auto& [name, samples] : recipe.figures) {
    const Quality quality = measure(classifier, samples);
    table += name + '\t' + std::to_string(quality.texts) + number(quality.accuracy) + number(quality.macro_recall) +
             number(quality.macro_f1) + number(quality.ece);
    for (const double f1 : quality.f1) table += number(f1);
    table += '\n';
  }
  return table;
}

}  // namespace rapport::training_tool
