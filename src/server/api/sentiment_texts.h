#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "sentiment/analyzer.h"
#include "server/api/endpoint.h"
#include "server/api/json_text.h"
#include "server/http/router.h"

/// What the sentiment endpoints share: texts and options as requests give them, verdicts as the contract writes them.
namespace rapport::api {

constexpr std::size_t kMaxTextBytes = 100'000;  ///< a message of WhatsApp has at most 65,536 characters
constexpr std::size_t kTextBody = 1024 * 1024;  ///< of requests about one text

/// How texts are to be analysed and answered.
struct TextOptions {
  std::string language;  ///< of all texts; empty: to be found out
  bool emotions = true;
  bool all_scores = false;

  sentiment::AnalyzeOptions analyze(const TenantId& tenant) const {
    return {.emotions = emotions, .scope = tenant.text()};
  }
};

/// Reads "language", "include_emotions" and "return_all_scores".
TextOptions read_text_options(JsonReader& reader);

/// Looks at one text of a request: a mistake unless it is a string of 1 to `max_bytes` bytes that shows something.
/// The text lives as long as `value`; empty when it was a mistake.
std::string_view read_text(const Json& value, const std::string& pointer, std::vector<FieldError>& mistakes,
                           std::size_t max_bytes = kMaxTextBytes);

/// The same for the field "text", which must be there.
std::string_view read_text_field(JsonReader& reader, std::vector<FieldError>& mistakes,
                                 std::size_t max_bytes = kMaxTextBytes);

/// "en", "pt-BR", "hi-Latn": letters and digits in parts of 1 to 8, the first of 2 or 3 letters.
bool is_language_code(std::string_view code);

/// Writes the members of one outcome into an object that the caller has opened and closes.
void write_outcome(JsonText& out, const sentiment::Outcome& outcome, const TextOptions& options);

/// The answer, with the names of the models that made it and a Server-Timing header.
Scored analyzed(JsonText text, const std::vector<sentiment::Outcome>& outcomes, const inference::StageTimes& times);

/// A route of texts: answered at once while the models are built in and the request is small, by threads that wait for
/// a model otherwise.
http::Route text_route(const ContextPointer& context, std::string pattern, std::size_t max_body_bytes,
                       std::function<Scored(const Context&, const http::Request&)> handler);

namespace schema {

Json text_language();
Json include_emotions();
Json return_all_scores();
Json text_field(std::string_view description, std::size_t max_bytes = kMaxTextBytes);
Json text_outcome();

}  // namespace schema
}  // namespace rapport::api
