#include "support/markdown.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace rapport::testing {

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<MarkdownBlock> markdown_blocks(const std::string& path) {
  std::istringstream lines(file_text(path));
  const std::string name = std::filesystem::path(path).filename().string();
  std::vector<MarkdownBlock> blocks;
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.starts_with("```")) {
      inside = !inside;
      if (inside) blocks.push_back({line.substr(3), "", name + ":" + std::to_string(number)});
    } else if (inside) {
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

HttpExample http_example(const std::string& text) {
  std::istringstream lines(text);
  HttpExample example;
  std::getline(lines, example.first_line);
  for (std::string line; std::getline(lines, line) && !line.empty();) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) throw std::runtime_error("no header: " + line);
    example.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  std::ostringstream body;
  body << lines.rdbuf();
  example.body = body.str();
  return example;
}

}  // namespace rapport::testing
