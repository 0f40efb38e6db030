#include "language_training/report.h"

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
constexpr double kLinguaScripts = 12;  // el gu he hy ja ka ko pa ta te th zh

struct Mean {
  double sum = 0;
  double count = 0;
  void add(double value) {
    sum += value;
    count += 1;
  }
  double value() const { return count > 0 ? sum / count : 0; }
};
using Means = std::array<Mean, kDevKindNames.size()>;

std::string line(const std::string& name, const std::array<double, kDevKindNames.size()>& values) {
  char buffer[128];
  std::snprintf(buffer, sizeof buffer, "%-28s %.3f  %.3f  %.3f\n", name.c_str(), values[0], values[1], values[2]);
  return buffer;
}

std::string line(const std::string& name, const Means& means) {
  return line(name, std::array{means[0].value(), means[1].value(), means[2].value()});
}

void add(const LanguageFigures& language, Means& to) {
  for (std::size_t kind = 0; kind < to.size(); ++kind) {
    if (language.texts[kind] > 0) to[kind].add(language.accuracy[kind]);
  }
}

}  // namespace

std::string report(const std::vector<ScriptFigures>& scripts) {
  std::string out = "language                     word   pair   sentence\n";
  Means lingua;
  for (const ScriptFigures& figures : scripts) {
    Means script;
    for (const LanguageFigures& language : figures.languages) {
      out += line(language.code, language.accuracy);
      add(language, script);
      if (lingua_languages(figures.script).contains(language.code)) add(language, lingua);
    }
    const std::string name = "script " + std::to_string(static_cast<int>(figures.script));
    out += line(name + ", mean", script);
    out += line(name + ", calibration error", figures.calibration_error);
  }
  for (Mean& mean : lingua) {
    mean.sum += kLinguaScripts;
    mean.count += kLinguaScripts;
  }
  return out + line("Lingua's 75 languages, mean", lingua);
}

}  // namespace rapport::language
