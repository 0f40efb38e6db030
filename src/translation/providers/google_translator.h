#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "base/private_text.h"
#include "translation/providers/service_client.h"
#include "translation/translator.h"

namespace rapport::translation {

struct GoogleSettings {
  std::string endpoint = "https://translation.googleapis.com/language/translate/v2";
  PrivateText key = {};
  ServiceLimits limits = {};
};

/// Google Cloud Translation v2 ("google"). The key goes in a header, where no log of addresses shows it.
///
/// Threads   safe.
/// Throws    the constructor: kInvalid "invalid_setting". translate: as ServiceClient.
/// Source    shared/spec/conventions.md, E4.
class GoogleTranslator final : public Translator {
 public:
  GoogleTranslator(GoogleSettings settings, Metrics& metrics);

  const std::string& name() const override { return name_; }
  std::vector<std::string> languages() const override;
  bool supports(std::string_view source, std::string_view target) const override;
  bool wants_sentences() const override { return false; }
  std::vector<Translated> translate(std::span<const std::string_view> texts, std::string_view source,
                                    std::string_view target, Cancelled cancelled) const override;

 private:
  const std::string name_ = "google";
  const GoogleSettings settings_;
  const std::unique_ptr<ServiceClient> client_;
};

}  // namespace rapport::translation
