#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "translation/routing.h"
#include "translation/translator.h"

namespace rapport::translation {

/// One way from a language to another: one translator, or two through English.
struct Route {
  /// What one translator does of it; its languages are those that the translator knows the pair by.
  struct Leg {
    const Translator* translator = nullptr;
    std::string source;
    std::string target;
  };
  std::vector<Leg> legs;

  /// As answers name it: "opus-mt-es-en + opus-mt-en-fr".
  std::string model() const;
  /// The editions of its translators.
  std::string edition() const;
  /// The language between, empty when there is none.
  std::string via() const { return legs.size() > 1 ? legs.front().target : ""; }
};

/// Finds the ways between languages.
///
/// Threads   safe.
class Router {
 public:
  Router(std::vector<std::shared_ptr<const Translator>> translators, Routing routing);

  /// In the order in which they are to be tried. Entry by entry of the order: directly, else through English by
  /// translators of that entry; and at the end through English by any two of the whole order.
  std::vector<Route> routes(std::string_view source, std::string_view target) const;

  /// Every language that a translator of any order knows, in order of codes.
  std::vector<std::string> languages() const;

 private:
  using Translators = std::vector<const Translator*>;

  const std::vector<std::string>& order(const std::string& source, const std::string& target) const;
  Translators named(const std::string& entry) const;

  std::vector<std::shared_ptr<const Translator>> translators_;
  Routing routing_;
};

}  // namespace rapport::translation
