#include "server/api/translation_json.h"

#include <algorithm>
#include <string>
#include <vector>

namespace rapport::api {
namespace {

using translation::SourceFrom;
using translation::TranslatedMessage;

std::string_view to_string(SourceFrom from) {
  switch (from) {
    case SourceFrom::kGiven:
      return "given";
    case SourceFrom::kDetected:
      return "detected";
    case SourceFrom::kAssumed:
      return "assumed";
  }
  return "";
}

void write_confidence(JsonText& out, const TranslatedMessage& message) {
  out.name("confidence");
  if (message.confidence) {
    out.rounded(*message.confidence);
    return;
  }
  out.json(nullptr).name("confidence_reason");
  out.literal(message.error ? "not_translated" : message.unchanged ? "unchanged" : "not_given_by_translator");
}

void write_text_or_null(JsonText& out, std::string_view text) {
  if (text.empty()) {
    out.json(nullptr);
  } else {
    out.text(text);
  }
}

}  // namespace

void write_translation(JsonText& out, const TranslatedMessage& message, std::string_view original) {
  out.name("translated_text");
  if (message.error) {
    out.json(nullptr);
  } else {
    out.text(message.text);
  }
  out.name("source_language").text(message.source);
  out.name("target_language").text(message.target);
  write_confidence(out, message);
  out.name("original_text").text(original);
  out.name("model");
  write_text_or_null(out, message.model);
  out.name("via");
  write_text_or_null(out, message.via);
  out.name("placeholders").open_object();
  out.name("in").integer(static_cast<std::int64_t>(message.placeholders.in));
  out.name("out").integer(static_cast<std::int64_t>(message.placeholders.out));
  out.name("ok").boolean(message.placeholders.ok).close_object();
  out.name("unchanged").boolean(message.unchanged);
  out.name("source_from").literal(to_string(message.source_from));
  if (message.detected_prob) out.name("source_confidence").rounded(*message.detected_prob);
  if (!message.error) return;
  out.name("error").open_object().name("code").text(message.error->code());
  out.name("message").text(message.error->message()).close_object();
}

std::string models_of(std::span<const TranslatedMessage> messages) {
  std::vector<std::string_view> seen;
  std::string names;
  for (const TranslatedMessage& message : messages) {
    if (message.model.empty() || std::find(seen.begin(), seen.end(), message.model) != seen.end()) continue;
    seen.push_back(message.model);
    names += (names.empty() ? "" : ", ") + message.model;
  }
  return names;
}

}  // namespace rapport::api
