#include "translation/providers/libre_translator.h"

#include <array>
#include <boost/json.hpp>
#include <utility>

#include "translation/language_codes.h"
#include "translation/providers/service_batches.h"

namespace rapport::translation {
namespace {

namespace json = boost::json;

constexpr BatchLimits kBatch = {.texts = 50, .characters = 5000};
constexpr std::chrono::milliseconds kLanguagesTimeout{3000};

constexpr std::array<std::string_view, 45> kUsual = {
    "ar", "az", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "eo", "es", "et", "eu", "fa",
    "fi", "fr", "ga", "gl", "he", "hi", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "nb",
    "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sv", "th", "tl", "tr", "uk", "ur", "zh"};

ServiceFailure classify(long status, const std::string&) {
  if (status == 429) return ServiceFailure::kOverloaded;
  if (status == 408 || status >= 500) return ServiceFailure::kBroken;
  return ServiceFailure::kRefused;
}

ServiceLimits for_languages(ServiceLimits limits) {
  limits.timeout = std::min(limits.timeout, kLanguagesTimeout);
  limits.attempts = 1;
  return limits;
}

LibreSettings without_slash(LibreSettings settings) {
  while (settings.url.ends_with('/')) settings.url.pop_back();
  return settings;
}

/// One text or a list of them, as many as were sent.
bool read_answer(const Json& answer, std::span<const std::string_view> batch, std::vector<Translated>& out) {
  const json::object* document = answer.if_object();
  const json::value* translated = document != nullptr ? document->if_contains("translatedText") : nullptr;
  return take_texts(
      translated != nullptr ? translated->if_array() : nullptr, batch, [](const json::value& item) { return &item; },
      out);
}

}  // namespace

LibreTranslator::LibreTranslator(LibreSettings settings, Metrics& metrics)
    : settings_(without_slash(std::move(settings))),
      client_(std::make_unique<ServiceClient>(name_, settings_.limits, classify, metrics)),
      languages_client_(std::make_unique<ServiceClient>(name_, for_languages(settings_.limits), classify, metrics)) {
  check_service_address(settings_.url, "translation.libretranslate.url");
  check_service_key(settings_.key, "translation.libretranslate.api_key");
}

LibreTranslator::Languages LibreTranslator::usual() {
  Languages languages;
  for (const std::string_view code : kUsual) languages[normal_code(code)].code = code;
  for (auto& [code, language] : languages) {
    for (const auto& [target, ignored] : languages) language.targets.insert(target);
  }
  return languages;
}

/// [{"code","name","targets":[...]}]; languages that this project does not know are left out.
bool LibreTranslator::read_languages(const Json& answer, Languages& out) {
  const json::array* list = answer.if_array();
  if (list == nullptr) return false;
  Languages languages;
  for (const json::value& item : *list) {
    const json::object* fields = item.if_object();
    const json::value* code = fields != nullptr ? fields->if_contains("code") : nullptr;
    const json::value* targets = fields != nullptr ? fields->if_contains("targets") : nullptr;
    if (code == nullptr || !code->is_string() || targets == nullptr || !targets->is_array()) return false;
    const std::string normal = normal_code(std::string_view(code->get_string()));
    if (normal.empty()) continue;
    Language& language = languages[normal];
    if (language.code.empty()) language.code = code->get_string();
    for (const json::value& target : targets->get_array()) {
      if (target.is_string()) language.targets.insert(normal_code(std::string_view(target.get_string())));
    }
    language.targets.erase("");
  }
  out = std::move(languages);
  return true;
}

std::shared_ptr<const LibreTranslator::Languages> LibreTranslator::known() const {
  std::unique_lock lock(mutex_);
  if (!asking_ && std::chrono::steady_clock::now() >= fresh_until_) {
    asked_ = std::async(std::launch::async, [this] { ask_for_languages(); });
    asking_ = true;
  }
  answered_.wait(lock, [&] { return languages_ != nullptr; });
  return languages_;
}

void LibreTranslator::ask_for_languages() const {
  std::shared_ptr<const Languages> answer;
  try {
    Languages languages;
    languages_client_->ask({.url = settings_.url + "/languages", .body = {}, .header = {}}, 0,
                           [&](const Json& json) { return read_languages(json, languages); });
    answer = std::make_shared<const Languages>(std::move(languages));
  } catch (...) {  // logged by the client; callers wait for an end, whatever it is
  }
  {
    const std::lock_guard lock(mutex_);
    fresh_until_ = std::chrono::steady_clock::now() + (answer != nullptr ? settings_.fresh : settings_.ask_again);
    if (answer == nullptr && languages_ == nullptr) answer = std::make_shared<const Languages>(usual());
    if (answer != nullptr) languages_ = std::move(answer);
    asking_ = false;
  }
  answered_.notify_all();
}

std::vector<std::string> LibreTranslator::languages() const {
  std::vector<std::string> codes;
  for (const auto& [code, language] : *known()) codes.push_back(code);
  return codes;
}

bool LibreTranslator::supports(std::string_view source, std::string_view target) const {
  const auto languages = known();
  const auto found = languages->find(source);
  return source != target && found != languages->end() && languages->contains(target) &&
         found->second.targets.contains(std::string(target));
}

std::vector<Translated> LibreTranslator::translate(std::span<const std::string_view> texts, std::string_view source,
                                                   std::string_view target, Cancelled cancelled) const {
  const auto languages = known();
  const auto code_of = [&](std::string_view code) {
    const auto found = languages->find(code);
    return found == languages->end() ? std::string(code) : found->second.code;
  };
  std::vector<Translated> answers;
  for_each_batch(texts, kBatch, [&](std::span<const std::string_view> batch, std::size_t characters) {
    json::array q;
    for (const std::string_view text : batch) q.emplace_back(json::string(text));
    json::object body = {
        {"q", std::move(q)}, {"source", code_of(source)}, {"target", code_of(target)}, {"format", "text"}};
    if (!settings_.key.empty()) body["api_key"] = settings_.key.reveal();
    client_->ask(
        {.url = settings_.url + "/translate", .body = PrivateText(json::serialize(body)), .header = {}}, characters,
        [&](const Json& answer) { return read_answer(answer, batch, answers); }, cancelled);
  });
  return answers;
}

}  // namespace rapport::translation
