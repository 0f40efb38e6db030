#include "language_training/report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

namespace rapport::language {
namespace {

// Lingua's languages by our codes, where several share a script. Source: github.com/pemistahl/lingua-py.
const std::set<std::string>& lingua_languages(Script script) {
  static const std::set<std::string> latin = {
      "af", "az", "bs", "ca", "cs", "cy", "da", "de", "en", "eo", "es", "et", "eu", "fi", "fr", "ga", "hr",
      "hu", "id", "is", "it", "la", "lg", "lt", "lv", "mi", "ms", "nl", "nn", "no", "pl", "pt", "ro", "sk",
      "sl", "sn", "so", "sq", "st", "sv", "sw", "tl", "tn", "tr", "ts", "vi", "xh", "yo", "zu"};
  static const std::set<std::string> others = {"be", "bg", "kk", "mk", "mn", "ru", "sr",
                                               "uk", "ar", "fa", "ur", "bn", "hi", "mr"};
  return script == Script::kLatin ? latin : others;
}
constexpr std::size_t kLinguaScripts = 12;  // el gu he hy ja ka ko pa ta te th zh

struct Mean {
  double sum = 0;
  std::size_t count = 0;
  void add(double value) {
    sum += value;
    ++count;
  }
  double value() const { return count > 0 ? sum / static_cast<double>(count) : 0; }
};
using Means = std::array<Mean, kDevKindNames.size()>;

std::string number(double value, bool is_measured) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "  %.3f", value);
  return is_measured ? buffer : "      -";
}

std::string line(std::string name, const std::array<double, kDevKindNames.size()>& values,
                 const std::array<std::size_t, kDevKindNames.size()>& texts) {
  constexpr std::size_t kNameWidth = 27;
  name.resize(std::max(name.size(), kNameWidth), ' ');
  for (std::size_t kind = 0; kind < values.size(); ++kind) name += number(values[kind], texts[kind] > 0);
  return name + "\n";
}

std::string line(const std::string& name, const Means& means) {
  std::array<double, kDevKindNames.size()> values{};
  std::array<std::size_t, kDevKindNames.size()> languages{};
  for (std::size_t kind = 0; kind < means.size(); ++kind) {
    values[kind] = means[kind].value();
    languages[kind] = means[kind].count;
  }
  return line(name, values, languages);
}

void add(const LanguageFigures& language, Means& to) {
  for (std::size_t kind = 0; kind < to.size(); ++kind) {
    if (language.texts[kind] > 0) to[kind].add(language.accuracy[kind]);
  }
}

}  // namespace

std::string report(const std::vector<ScriptFigures>& scripts) {
  std::string out = "language                      word   pair sentence\n";
  Means lingua;
  for (const ScriptFigures& figures : scripts) {
    Means script;
    for (const LanguageFigures& language : figures.languages) {
      out += line(language.code, language.accuracy, language.texts);
      add(language, script);
      if (lingua_languages(figures.script).contains(language.code)) add(language, lingua);
    }
    const std::string name = "script " + std::to_string(static_cast<int>(figures.script));
    out += line(name + ", mean", script);
    out += line(name + ", calibration error", figures.calibration_error, {1, 1, 1});
  }
  for (Mean& mean : lingua) {
    mean.sum += static_cast<double>(kLinguaScripts);
    mean.count += kLinguaScripts;
  }
  return out + line("Lingua's 75 languages, mean", lingua);
}

}  // namespace rapport::language
