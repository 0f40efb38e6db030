#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "translation/translator.h"

namespace rapport::translation {

/// Translators that are loaded when they are first asked: many may be installed and few in use. So many stay loaded at
/// once; the one that has not been asked for longest makes room for another.
///
/// Threads   safe. Who asks for a translator that is being loaded waits for it; the others go on.
class LazyTranslators {
 public:
  explicit LazyTranslators(std::size_t max_loaded);
  ~LazyTranslators();

  /// What is known of a translator before it is loaded.
  struct Entry {
    std::string name;
    std::function<std::string()> edition = {};  ///< called when it is first asked for; none: ""
    std::vector<std::string> languages;
    std::function<bool(std::string_view source, std::string_view target)> supports;
    double least_confidence = 0;
    std::function<std::unique_ptr<const Translator>()> load;  ///< again after it was let go, or after it has failed
  };

  /// A translator of single sentences that stands for the entry. It lives as long as anybody holds it, beyond this
  /// object too. Its translate() throws what `load` throws.
  std::shared_ptr<const Translator> add(Entry entry);

 private:
  class Loaded;
  class Lazy;

  std::shared_ptr<Loaded> loaded_;
};

}  // namespace rapport::translation
