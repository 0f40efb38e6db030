#include "distill.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <span>
#include <variant>

#include "ml/ngram_classifier.h"

namespace rapport::training_tool {
namespace {

namespace fs = std::filesystem;

constexpr float kOrdinaryFrom = 0.5F;     // probability of the ordinary label
constexpr std::size_t kOrdinaryKept = 4;  // one in so many

/// File name -> language of the other side.
const std::map<std::string, std::string, std::less<>> kTatoeba = {
    {"en-spa.tsv", "es"},      {"en-fra.tsv", "fr"},      {"en-deu.tsv", "de"},      {"en-por.more.tsv", "pt"},
    {"en-ita.more.tsv", "it"}, {"en-ara.more.tsv", "ar"}, {"en-hin.tsv", "hi"},      {"en-hin.more.tsv", "hi"},
    {"en-ind.more.tsv", "id"}, {"en-rus.more.tsv", "ru"}, {"en-nld.more.tsv", "nl"}, {"en-tur.more.tsv", "tr"},
    {"en-pol.more.tsv", "pl"}, {"en-ukr.more.tsv", "uk"}, {"en-jpn.more.tsv", "ja"}, {"en-vie.tsv", "vi"},
    {"en-mar.more.tsv", "mr"}, {"en-fas.more.tsv", "fa"}, {"en-heb.more.tsv", "he"}};

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

struct Teacher {
  const ml::NgramClassifier& model;
  std::size_t ordinary;  ///< its class of which only some examples are kept
};

/// Up to about `limit` of the pairs in `file`: the translation, with what the teacher says of the English side.
void add_pairs(const Teacher& teacher, const fs::path& file, const std::string& language, std::size_t limit,
               Samples& out) {
  const std::vector<std::string> lines = lines_of(file);
  // The files are sorted by length: every n-th line keeps the mixture.
  const std::size_t stride = std::max<std::size_t>(1, lines.size() / limit);
  std::vector<float> probs(teacher.model.labels().size());
  std::size_t ordinary_seen = 0;
  for (std::size_t i = 0; i < lines.size(); i += stride) {
    const std::size_t tab = lines[i].find('\t');
    if (tab == std::string::npos) continue;
    teacher.model.probabilities(std::string_view(lines[i]).substr(0, tab), probs);
    if (probs[teacher.ordinary] > kOrdinaryFrom && ordinary_seen++ % kOrdinaryKept != 0) continue;
    out.push_back({lines[i].substr(tab + 1), language, probs, 1});
  }
}

}  // namespace

Samples distilled(const Recipe& teacher, std::string_view ordinary, const fs::path& datasets, std::size_t limit) {
  const std::string bytes = train(teacher);
  const auto model = std::get<ml::NgramClassifier>(ml::NgramClassifier::read(std::as_bytes(std::span(bytes))));
  const auto label = static_cast<std::size_t>(std::find(teacher.labels.begin(), teacher.labels.end(), ordinary) -
                                              teacher.labels.begin());
  Samples samples;
  for (const auto& [file, language] : kTatoeba) {
    add_pairs({model, label}, datasets / "train/tatoeba_pairs" / file, language, limit, samples);
  }
  std::vector<fs::path> subtitles;
  for (const auto& entry : fs::directory_iterator(datasets / "train/opensubtitles_xed")) {
    if (entry.path().extension() == ".tsv") subtitles.push_back(entry.path());
  }
  std::sort(subtitles.begin(), subtitles.end());
  for (const fs::path& file : subtitles) {
    const std::string language = file.stem().string().substr(3, 2);  // "en-pt_br" -> "pt"
    add_pairs({model, label}, file, language, limit, samples);
  }
  return samples;
}

}  // namespace rapport::training_tool
