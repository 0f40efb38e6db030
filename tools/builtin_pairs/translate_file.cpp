// Translates with a model folder by the program's engine, to hold it against the training tool (evaluate.py --write):
//
//   translate_file FOLDER f32|bf16|int8 BEAMS SOURCES TARGETS < lines of "target<TAB>text..."
//
// SOURCES and TARGETS are codes with commas. Writes "translation<TAB>exp(mean log-probability)" a line; the time goes
// to standard error.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "inference/translation_batch.h"
#include "inference/translator_folder.h"

namespace {

using namespace rapport;

constexpr std::size_t kAtOnce = 64;

std::vector<std::string> split(const std::string& text, char between) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == between) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

struct Line {
  std::string target;
  std::vector<nn::TokenId> ids;
};

std::vector<Line> read_lines(const inference::TranslatorFolder& folder, const std::string& source) {
  std::vector<Line> lines;
  for (std::string line; std::getline(std::cin, line);) {
    const std::vector<std::string> fields = split(line, '\t');
    if (fields.size() < 2) continue;
    lines.push_back({fields[0], folder.source_ids(fields[1], source, fields[0])});
  }
  return lines;
}

std::vector<nn::FoundSequence> translate(const inference::TranslatorFolder& folder, const std::vector<Line>& lines,
                                         std::size_t beams) {
  std::vector<nn::FoundSequence> answers(lines.size());
  inference::TranslationBatch batch(folder.model());
  for (std::size_t next = 0, left = lines.size(); left > 0;) {
    std::vector<inference::TranslationBatch::Sentence> joining;
    for (; next < lines.size() && batch.sentences() + joining.size() < kAtOnce; ++next) {
      nn::SearchRules rules = folder.rules(lines[next].target);
      rules.beams = beams;
      rules.max_length = std::min(rules.max_length, 2 * lines[next].ids.size() + 9);
      joining.push_back({next, lines[next].ids, std::move(rules)});
    }
    if (!joining.empty()) batch.add(joining);
    for (auto& finished : batch.step()) {
      answers[finished.key] = std::move(finished.answer);
      --left;
    }
  }
  return answers;
}

int run(char** arguments) {
  const auto precision = nn::parse_precision(arguments[2]);
  if (!precision) return 2;
  const std::vector<std::string> sources = split(arguments[4], ',');
  const inference::TranslatorFolder folder(nn::ModelFiles(std::filesystem::path(arguments[1])), *precision,
                                           {sources, split(arguments[5], ','), ""});
  const std::vector<Line> lines = read_lines(folder, sources.front());
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t used = std::clock();
  const auto answers = translate(folder, lines, std::stoul(arguments[3]));
  std::fprintf(stderr, "%zu sentences, %.2f s, %.2f s of CPU\n", lines.size(),
               std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
               static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC);
  for (const nn::FoundSequence& answer : answers) {
    const auto count = static_cast<double>(answer.tokens.size() - 1);
    std::printf("%s\t%.5f\n", folder.tokenizer().decode(answer.tokens).c_str(), std::exp(answer.log_prob / count));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("translate_file FOLDER f32|bf16|int8 BEAMS SOURCES TARGETS < TSV\n", stderr);
    return 2;
  }
  try {
    return run(argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
