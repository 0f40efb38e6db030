#pragma once

#include "language/identify.h"
#include "server/api/json_text.h"

namespace rapport::api {

/// Writes the members of an answer about a text's language into an object that the caller has opened and closes:
/// "language", "language_name", "confidence" and "all_probabilities". A text that does not tell its language is "und",
/// "unknown", null and [], with the "reason".
void write_identified(JsonText& out, const language::Identified& found);

}  // namespace rapport::api
