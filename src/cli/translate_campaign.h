#pragma once

#include <string>

#include "cli/context.h"
#include "cli/glossary_file.h"

namespace rapport::cli {

/// What "translate --campaign" is given.
struct CampaignFlags {
  std::string text;
  std::string from;
  std::string fallback = "en";
  std::string out;  ///< a CSV file to write; empty: only the preview
};

/// Shows for how many contacts the message is translated into which language, and how it reads; writes each contact's
/// text to the file. 1 when a language could not be translated: its contacts are left out.
int run_campaign(const Context& context, const CampaignFlags& flags, const GlossaryFile& glossary);

}  // namespace rapport::cli
