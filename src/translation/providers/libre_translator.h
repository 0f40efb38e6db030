#pragma once

#include <chrono>
#include <condition_variable>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "base/private_text.h"
#include "translation/providers/service_client.h"
#include "translation/translator.h"

namespace rapport::translation {

struct LibreSettings {
  std::string url;       ///< "http://127.0.0.1:5000"
  PrivateText key = {};  ///< may be empty
  ServiceLimits limits = {};
  std::chrono::milliseconds fresh = std::chrono::minutes(10);     ///< how long its list of languages is good
  std::chrono::milliseconds ask_again = std::chrono::minutes(1);  ///< where it did not say
};

/// A LibreTranslate server ("libretranslate"). It is asked which languages it has when that is first needed, and again
/// after a while; where it does not say, it is taken to have those that it had last, or usually has. Callers wait for
/// the first answer, 3 seconds at most; later ones are asked for beside them, and nobody waits.
///
/// Threads   safe.
/// Throws    the constructor: kInvalid "invalid_setting". translate: as ServiceClient.
/// Source    shared/spec/conventions.md, E5.
class LibreTranslator final : public Translator {
 public:
  LibreTranslator(LibreSettings settings, Metrics& metrics);

  const std::string& name() const override { return name_; }
  std::vector<std::string> languages() const override;
  bool supports(std::string_view source, std::string_view target) const override;
  bool wants_sentences() const override { return false; }
  std::vector<Translated> translate(std::span<const std::string_view> texts, std::string_view source,
                                    std::string_view target, Cancelled cancelled) const override;

 private:
  struct Language {
    std::string code;               ///< the server's own
    std::set<std::string> targets;  ///< our codes
  };
  using Languages = std::map<std::string, Language, std::less<>>;  ///< by our codes

  std::shared_ptr<const Languages> known() const;
  void ask_for_languages() const;
  static Languages usual();
  static bool read_languages(const Json& answer, Languages& out);

  const std::string name_ = "libretranslate";
  const LibreSettings settings_;
  const std::unique_ptr<ServiceClient> client_;
  const std::unique_ptr<ServiceClient> languages_client_;  ///< its failures say nothing of translations
  mutable std::mutex mutex_;
  mutable std::condition_variable answered_;
  mutable std::shared_ptr<const Languages> languages_;  ///< null until it has answered or failed
  mutable std::chrono::steady_clock::time_point fresh_until_;
  mutable bool asking_ = false;
  mutable std::future<void> asked_;  ///< the last: its end waits for the question's
};

}  // namespace rapport::translation
