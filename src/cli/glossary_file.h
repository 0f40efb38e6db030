#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "translation/message_translator.h"

namespace rapport::cli {

/// The terms of a glossary: a CSV or JSON Lines file with the columns "source" and "target".
class GlossaryFile {
 public:
  /// Empty for no file. Throws kNotFound "no_such_file", kInvalid "invalid_glossary" that says where it is wrong.
  explicit GlossaryFile(const std::string& file);
  GlossaryFile(const GlossaryFile&) = delete;
  GlossaryFile& operator=(const GlossaryFile&) = delete;

  std::span<const translation::GlossaryTerm> terms() const { return terms_; }

 private:
  std::vector<std::pair<std::string, std::string>> texts_;
  std::vector<translation::GlossaryTerm> terms_;  ///< views of texts_
};

}  // namespace rapport::cli
