#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"

namespace rapport::translation {

/// What a translator says of one piece of text.
struct Translated {
  std::string text;
  std::optional<double> confidence;  ///< 0..1: exp(mean log-probability of a token); absent where a provider says none
};

/// A model on this machine, or somebody else's service: pieces of text of one language to another.
///
/// Languages are codes as language::english_name knows them ("pt", "zh", "hi").
/// Threads   safe.
class Translator {
 public:
  virtual ~Translator() = default;

  /// How answers name it: "opus-mt-en-es", "builtin", "google".
  virtual const std::string& name() const = 0;
  /// Changes whenever the same text may get another answer: a newer model of the name, other settings. Empty: unknown.
  virtual std::string edition(std::string_view /*source*/, std::string_view /*target*/) const { return ""; }
  /// Every language that it knows as a source or a target, for lists; `supports` says which pairs of them it does.
  virtual std::vector<std::string> languages() const = 0;
  /// Whether it translates that pair by itself, without a language between.
  virtual bool supports(std::string_view source, std::string_view target) const = 0;
  /// Whether texts must be single sentences (models), or may be whole messages (services).
  virtual bool wants_sentences() const = 0;
  /// 0..1: answers for the pair that it is less sure of are not good enough, and nobody gets to see them.
  virtual double least_confidence(std::string_view /*source*/, std::string_view /*target*/) const { return 0; }

  /// One answer for each text, in order.
  ///
  /// Requires  supports(source, target); texts of valid UTF-8.
  /// Throws    kTimeout "cancelled" soon after it is; kOverloaded, kUnavailable or kTimeout, with Retry-After where one
  ///           is known: then another may be asked.
  virtual std::vector<Translated> translate(std::span<const std::string_view> texts, std::string_view source,
                                            std::string_view target, Cancelled cancelled) const = 0;
};

}  // namespace rapport::translation
