#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rapport::testing {

/// A fenced block of a Markdown file.
struct MarkdownBlock {
  std::string language;  ///< "http", "json", ...
  std::string text;
  std::string place;  ///< "api.md:120", for messages
};

std::vector<MarkdownBlock> markdown_blocks(const std::string& path);

/// A request or an answer as such a block shows it.
struct HttpExample {
  std::string first_line;  ///< "POST /api/v1/ml/...", "HTTP/1.1 200 OK"
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

HttpExample http_example(const std::string& text);

/// The whole file. Throws when it cannot be read.
std::string file_text(const std::string& path);

}  // namespace rapport::testing
