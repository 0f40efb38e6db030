#pragma once

#include <span>
#include <string_view>

#include "language/letters.h"

namespace rapport::language {

/// How much a language that many people write counts in training.
constexpr double kWidelyWritten = 1;

/// Where the texts of one language are, below the folder of data sets, parted by spaces:
///
///     cv:af         commonvoice_sentences/af.txt            one sentence a line
///     fw:af         frequency_words/af.txt                  word and count
///     udhr:afr      udhr2/afr.txt
///     sub:af        opensubtitles_xed/en-af.tsv             the other side
///     tat:por.more  tatoeba_pairs/en-por.more.tsv           the other side
///     tsv:FOLDER/FILE:TEXT:COLUMN=VALUE                     the column TEXT of rows whose COLUMN is VALUE
///     tsv:FOLDER/FILE:TEXT                                  of all rows
struct LanguageSources {
  std::string_view code;
  Script script;
  double mass;  ///< how much the language counts in training, where several share a script
  std::string_view sources;
};

/// Every language that is learned; scripts with one language need no learning.
std::span<const LanguageSources> language_sources();

}  // namespace rapport::language
