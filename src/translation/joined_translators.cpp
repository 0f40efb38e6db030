#include "translation/joined_translators.h"

#include <algorithm>
#include <set>

namespace rapport::translation {

std::vector<std::string> JoinedTranslators::languages() const {
  std::set<std::string> codes;
  for (const auto& part : parts_) {
    for (std::string& code : part->languages()) codes.insert(std::move(code));
  }
  return {codes.begin(), codes.end()};
}

const Translator* JoinedTranslators::find(std::string_view source, std::string_view target) const {
  const auto found =
      std::find_if(parts_.begin(), parts_.end(), [&](const auto& part) { return part->supports(source, target); });
  return found == parts_.end() ? nullptr : found->get();
}

}  // namespace rapport::translation
