#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rapport::translation {

/// In which order translators are asked. An entry is a translator's name ("google", "opus-mt-en-es"), or "local": all
/// that run on this machine, in the order in which they are set up.
struct Routing {
  std::vector<std::string> order = {"local"};
  /// For one pair, in place of `order`. A side may be "*": {"en", "*"}; the more exact one wins, the source first.
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> pairs;
};

/// Reads "local,google" with pairs of their own behind it: "local,google; en-hi=google,local; *-ja=google". White space
/// does not matter; language codes may be in any usual writing ("pt-BR").
///
/// Throws    kInvalid "invalid_setting" that says what is wrong; names are not checked here.
Routing parse_routing(std::string_view text);

}  // namespace rapport::translation
