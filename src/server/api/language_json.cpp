#include "server/api/language_json.h"

namespace rapport::api {

void write_identified(JsonText& out, const language::Identified& found) {
  const bool told = !found.all.empty();
  out.name("language").text(found.code);
  out.name("language_name").text(language::english_name(found.code));
  out.name("confidence");
  if (told) {
    out.rounded(found.prob);
  } else {
    out.json(nullptr);
  }
  out.name("all_probabilities").open_array();
  for (const language::LanguageProb& each : found.all) {
    out.open_object().name("language").text(each.code).name("probability").rounded(each.prob).close_object();
  }
  out.close_array();
  if (!told) out.name("reason").literal("text_does_not_tell");
}

}  // namespace rapport::api
