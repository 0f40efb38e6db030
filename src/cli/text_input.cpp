#include "cli/text_input.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <istream>

#include "base/error.h"

namespace rapport::cli {
namespace {

constexpr std::size_t kTextsAtOnce = 1000;
constexpr std::size_t kBytesAtOnce = 4 << 20;
constexpr std::size_t kMaxLineBytes = 1 << 20;

/// Reads one line without its end. False at the end of the input.
bool read_line(std::istream& in, std::string& line, std::size_t number) {
  line.clear();
  auto& buffer = *in.rdbuf();
  constexpr auto kEnd = std::istream::traits_type::eof();
  int c = buffer.sbumpc();
  if (c == kEnd) return false;
  for (; c != kEnd && c != '\n'; c = buffer.sbumpc()) {
    line += static_cast<char>(c);
    if (line.size() > kMaxLineBytes) {
      throw Error(ErrorKind::kTooLarge, "line_too_long", "Line " + std::to_string(number) + " has more than 1 MiB.");
    }
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return true;
}

void read_lines(std::istream& in, const std::function<void(std::span<const std::string>)>& visit) {
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  std::size_t number = 1;
  for (std::string line; read_line(in, line, number); ++number) {
    bytes += line.size();
    texts.push_back(std::move(line));
    if (texts.size() < kTextsAtOnce && bytes < kBytesAtOnce) continue;
    visit(texts);
    texts.clear();
    bytes = 0;
  }
  if (!texts.empty()) visit(texts);
}

}  // namespace

void add_text_input(CLI::App& verb, TextInput& input) {
  verb.add_option("text", input.texts, "The texts (without any: --file, or standard input)");
  verb.add_option("--file", input.file, "A file with one text a line; - is standard input");
}

void for_each_text(const TextInput& input, const std::function<void(std::span<const std::string>)>& visit) {
  if (!input.texts.empty() && !input.file.empty()) {
    throw Error(ErrorKind::kInvalid, "invalid_setting", "Give texts or --file, not both.");
  }
  if (!input.texts.empty()) return visit(input.texts);
  if (input.file.empty() || input.file == "-") return read_lines(std::cin, visit);
  std::ifstream in(input.file, std::ios::binary);
  if (!in) throw Error(ErrorKind::kNotFound, "file_not_found", "The file " + input.file + " cannot be opened.");
  read_lines(in, visit);
}

std::string one_line(const std::string& text) {
  std::string line = text;
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return line;
}

}  // namespace rapport::cli
