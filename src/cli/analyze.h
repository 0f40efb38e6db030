#pragma once

#include <boost/json.hpp>
#include <string>

#include "flows/analyze_messages.h"

namespace rapport::cli {

/// What an analysis of the stored messages came to, for --json and for people.
boost::json::object to_json(const flows::AnalyzeMessagesReport& report);
std::string to_text(const flows::AnalyzeMessagesReport& report);

}  // namespace rapport::cli
