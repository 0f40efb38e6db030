#include "translation/providers/google_translator.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "translation/providers/service_batches.h"

namespace rapport::translation {
namespace {

namespace json = boost::json;

constexpr BatchLimits kBatch = {.texts = 128, .characters = 5000};

// The languages of the service's public list that this project has names for, by our codes, in order.
constexpr std::array<std::string_view, 107> kLanguages = {
    "af", "ak", "am", "ar",  "as", "ay", "az", "be", "bg", "bho", "bm", "bn", "bs", "ca", "ceb", "ckb", "co", "cs",
    "cy", "da", "de", "dv",  "ee", "el", "en", "eo", "es", "et",  "eu", "fa", "fi", "fr", "fy",  "ga",  "gd", "gl",
    "gn", "gu", "ha", "haw", "he", "hi", "hr", "ht", "hu", "hy",  "id", "ig", "is", "it", "ja",  "jv",  "ka", "kk",
    "km", "kn", "ko", "ku",  "ky", "la", "lb", "lg", "ln", "lo",  "lt", "lv", "mg", "mi", "mk",  "ml",  "mn", "mr",
    "ms", "mt", "my", "ne",  "nl", "no", "ny", "om", "or", "pa",  "pl", "ps", "pt", "qu", "ro",  "ru",  "rw", "sa",
    "sd", "si", "sk", "sl",  "sm", "sn", "so", "sq", "sr", "st",  "su", "sv", "sw", "ta", "te",  "th",  "tr"};
constexpr std::array<std::string_view, 16> kMoreLanguages = {"tg", "tk", "tl", "ts", "tt", "ug", "uk",    "ur",
                                                             "uz", "vi", "xh", "yi", "yo", "zh", "zh-TW", "zu"};

std::string their_code(std::string_view code) {
  return code == "zh" ? "zh-CN" : std::string(code);
}

bool is_known(std::string_view code) {
  return std::find(kLanguages.begin(), kLanguages.end(), code) != kLanguages.end() ||
         std::find(kMoreLanguages.begin(), kMoreLanguages.end(), code) != kMoreLanguages.end();
}

/// A used-up quota is a 403 here, like a key that is not permitted: the error's own words tell them apart.
ServiceFailure classify(long status, const std::string& body) {
  const auto says = [&](std::string_view words) { return body.find(words) != std::string::npos; };
  if (status == 429) return ServiceFailure::kOverloaded;
  if (status == 403 &&
      (says("User Rate Limit Exceeded") || says("userRateLimitExceeded") || says("rateLimitExceeded"))) {
    return ServiceFailure::kOverloaded;
  }
  if (status == 403 && (says("Limit Exceeded") || says("LimitExceeded") || says("quota")))
    return ServiceFailure::kExhausted;
  if (status == 408 || status >= 500) return ServiceFailure::kBroken;
  return ServiceFailure::kRefused;
}

/// False when the answer is not one text for each of the batch.
bool read_answer(const Json& answer, std::span<const std::string_view> batch, std::vector<Translated>& out) {
  const json::object* document = answer.if_object();
  const json::value* data = document != nullptr ? document->if_contains("data") : nullptr;
  const json::object* fields = data != nullptr ? data->if_object() : nullptr;
  const json::value* list = fields != nullptr ? fields->if_contains("translations") : nullptr;
  const auto text_of = [](const json::value& item) {
    const json::object* members = item.if_object();
    return members != nullptr ? members->if_contains("translatedText") : nullptr;
  };
  return take_texts(list != nullptr ? list->if_array() : nullptr, batch, text_of, out);
}

}  // namespace

GoogleTranslator::GoogleTranslator(GoogleSettings settings, Metrics& metrics)
    : settings_(std::move(settings)),
      client_(std::make_unique<ServiceClient>(name_, settings_.limits, classify, metrics)) {
  check_service_address(settings_.endpoint, "translation.google.endpoint");
  check_service_key(settings_.key, "translation.google.api_key");
}

std::vector<std::string> GoogleTranslator::languages() const {
  std::vector<std::string> codes(kLanguages.begin(), kLanguages.end());
  codes.insert(codes.end(), kMoreLanguages.begin(), kMoreLanguages.end());
  return codes;
}

bool GoogleTranslator::supports(std::string_view source, std::string_view target) const {
  return source != target && is_known(source) && is_known(target);
}

std::vector<Translated> GoogleTranslator::translate(std::span<const std::string_view> texts, std::string_view source,
                                                    std::string_view target, Cancelled cancelled) const {
  std::vector<Translated> answers;
  for_each_batch(texts, kBatch, [&](std::span<const std::string_view> batch, std::size_t characters) {
    json::array q;
    for (const std::string_view text : batch) q.emplace_back(json::string(text));
    const json::object body = {
        {"q", std::move(q)}, {"source", their_code(source)}, {"target", their_code(target)}, {"format", "text"}};
    client_->ask(
        {.url = settings_.endpoint,
         .body = PrivateText(json::serialize(body)),
         .header = PrivateText("X-Goog-Api-Key: " + settings_.key.reveal())},
        characters, [&](const Json& answer) { return read_answer(answer, batch, answers); }, cancelled);
  });
  return answers;
}

}  // namespace rapport::translation
