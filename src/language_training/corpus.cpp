#include "language_training/corpus.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <unordered_set>

#include "base/error.h"
#include "base/file.h"
#include "language/letters.h"

namespace rapport::language {
namespace {

constexpr std::uint64_t kHeldOutOf = 10;

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

Error not_understood(std::string_view source) {
  return {ErrorKind::kInvalid, "invalid_source", "No such kind of source: " + std::string(source) + "."};
}

// FNV-1a: the same on every machine.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xCBF29CE484222325;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return value;
}

class Reader {
 public:
  Reader(const std::filesystem::path& datasets, const LanguageSources& sources, std::size_t limit)
      : folder_(datasets / "train"), sources_(sources), limit_(limit) {}

  Corpus read() {
    for (std::string_view source : split(sources_.sources, ' ')) {
      transliterate_ = source.starts_with("cyr:");
      if (transliterate_) source.remove_prefix(4);
      read_source(source);
    }
    return std::move(corpus_);
  }

 private:
  void read_source(std::string_view source) {
    const std::size_t colon = source.find(':');
    const std::string_view kind = source.substr(0, colon);
    const std::string name(source.substr(colon + 1));
    if (kind == "cv") return add_lines("commonvoice_sentences/" + name + ".txt", 0);
    if (kind == "udhr") return add_clauses("udhr2/" + name + ".txt");
    if (kind == "sub") return add_lines("opensubtitles_xed/en-" + name + ".tsv", 1);
    if (kind == "tat") return add_lines("tatoeba_pairs/en-" + name + ".tsv", 1);
    if (kind == "fw") return add_words("frequency_words/" + name + ".txt");
    if (kind == "tsv") return add_table(name);
    throw not_understood(source);
  }

  void add_lines(const std::string& file, std::size_t column) {
    const std::string bytes = read_file(folder_ / file);
    std::vector<std::string_view> texts;
    for (const std::string_view line : split(bytes, '\n')) {
      const auto cells = split(line, '\t');
      if (column < cells.size()) texts.push_back(cells[column]);
    }
    add_texts(texts);
  }

  // The Declaration's sentences are as long as its articles.
  void add_clauses(const std::string& file) {
    std::string bytes = read_file(folder_ / file);
    for (const std::string_view mark : {"،", "؛", "۔", "।", "።", "፤"}) {
      for (std::size_t at = bytes.find(mark); at != std::string::npos; at = bytes.find(mark, at + 1)) {
        bytes.replace(at, mark.size(), "\n");
      }
    }
    for (char& c : bytes) {
      if (c == ',' || c == ';' || c == '.' || c == ':') c = '\n';
    }
    add_texts(split(bytes, '\n'));
  }

  // FOLDER/FILE:TEXT or FOLDER/FILE:TEXT:COLUMN=VALUE
  void add_table(std::string_view name) {
    const auto parts = split(name, ':');
    if (parts.size() < 2) throw not_understood(name);
    const std::string bytes = read_file(folder_ / parts[0]);
    const auto lines = split(bytes, '\n');
    const auto header = split(lines[0], '\t');
    const auto column = [&](std::string_view title) {
      const auto at = std::find(header.begin(), header.end(), title);
      if (at == header.end()) throw not_understood(name);
      return static_cast<std::size_t>(at - header.begin());
    };
    const std::size_t text = column(parts[1]);
    const auto condition = parts.size() > 2 ? split(parts[2], '=') : std::vector<std::string_view>();
    const std::size_t where = condition.empty() ? 0 : column(condition[0]);
    std::vector<std::string_view> texts;
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const auto cells = split(lines[i], '\t');
      if (cells.size() != header.size()) continue;
      if (condition.empty() || cells[where] == condition[1]) texts.push_back(cells[text]);
    }
    add_texts(texts);
  }

  void add_texts(const std::vector<std::string_view>& texts) {
    const double step = std::max(1.0, static_cast<double>(texts.size()) / static_cast<double>(limit_));
    for (double at = 0; at < static_cast<double>(texts.size()); at += step) add(texts[static_cast<std::size_t>(at)]);
  }

  void add(std::string_view text) {
    std::string words = words_of(text);
    if (words.empty() || !seen_.insert(words).second) return;
    if (hash(words) % kHeldOutOf == 0) {
      corpus_.held_out.push_back(std::move(words));
    } else {
      corpus_.sentences.push_back(std::move(words));
    }
  }

  // "" when most letters are of another script.
  std::string words_of(std::string_view text) const {
    const Letters letters = read_letters(transliterate_ ? serbian_in_cyrillic(text) : std::string(text));
    Script script{};
    if (!main_script(letters, script) || script != sources_.script) return {};
    return letters.words;
  }

  void add_words(const std::string& file) {
    const std::string bytes = read_file(folder_ / file);
    std::vector<std::pair<std::string, double>> words;
    double sum = 0;
    for (const std::string_view line : split(bytes, '\n')) {
      const std::size_t space = line.rfind(' ');
      double count = 0;
      if (space == std::string_view::npos) continue;
      std::from_chars(line.data() + space + 1, line.data() + line.size(), count);
      std::string word = words_of(line.substr(0, space));
      if (word.empty() || count <= 0) continue;
      sum += count;
      words.emplace_back(std::move(word), count);
    }
    for (auto& [word, count] : words) corpus_.words.emplace_back(std::move(word), count / sum);
  }

  std::filesystem::path folder_;
  const LanguageSources& sources_;
  std::size_t limit_;
  bool transliterate_ = false;
  std::unordered_set<std::string> seen_;
  Corpus corpus_;
};

}  // namespace

Corpus read_corpus(const std::filesystem::path& datasets, const LanguageSources& sources, std::size_t limit) {
  return Reader(datasets, sources, limit).read();
}

std::string serbian_in_cyrillic(std::string_view latin) {
  static const std::pair<std::string_view, std::string_view> kLetters[] = {
      {"lj", "љ"}, {"nj", "њ"}, {"dž", "џ"}, {"a", "а"}, {"b", "б"}, {"v", "в"}, {"g", "г"}, {"d", "д"},
      {"đ", "ђ"},  {"e", "е"},  {"ž", "ж"},  {"z", "з"}, {"i", "и"}, {"j", "ј"}, {"k", "к"}, {"l", "л"},
      {"m", "м"},  {"n", "н"},  {"o", "о"},  {"p", "п"}, {"r", "р"}, {"s", "с"}, {"t", "т"}, {"ć", "ћ"},
      {"u", "у"},  {"f", "ф"},  {"h", "х"},  {"c", "ц"}, {"č", "ч"}, {"š", "ш"}};
  const std::string words = read_letters(latin).words;  // small letters
  std::string out;
  for (std::size_t at = 0; at < words.size();) {
    const auto found = std::find_if(std::begin(kLetters), std::end(kLetters), [&](const auto& letter) {
      return words.compare(at, letter.first.size(), letter.first) == 0;
    });
    if (found == std::end(kLetters)) {
      out += words[at++];
    } else {
      out += found->second;
      at += found->first.size();
    }
  }
  return out;
}

}  // namespace rapport::language
