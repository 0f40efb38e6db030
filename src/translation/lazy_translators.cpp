#include "translation/lazy_translators.h"

#include <algorithm>
#include <future>
#include <list>
#include <mutex>
#include <utility>

namespace rapport::translation {

/// The translators in memory, the last one that was asked in front.
class LazyTranslators::Loaded {
 public:
  explicit Loaded(std::size_t max) : max_(max) {}

  using Pointer = std::shared_ptr<const Translator>;

  /// The translator of `entry`, loaded by this call where it is not there.
  Pointer get(const Entry& entry) {
    std::promise<Pointer> promise;
    std::shared_future<Pointer> future;
    std::list<Place> dropped;  // freed without the lock
    {
      const std::lock_guard lock(mutex_);
      const auto found =
          std::find_if(places_.begin(), places_.end(), [&](const Place& place) { return place.entry == &entry; });
      if (found != places_.end()) {
        places_.splice(places_.begin(), places_, found);
        future = found->translator;
      } else {
        places_.push_front({&entry, promise.get_future().share()});
        while (places_.size() > max_) dropped.splice(dropped.end(), places_, std::prev(places_.end()));
      }
    }
    return future.valid() ? future.get() : load(entry, promise);
  }

  void forget(const Entry& entry) {
    const std::lock_guard lock(mutex_);
    places_.remove_if([&](const Place& place) { return place.entry == &entry; });
  }

 private:
  struct Place {
    const Entry* entry;
    std::shared_future<Pointer> translator;
  };

  Pointer load(const Entry& entry, std::promise<Pointer>& promise) {
    try {
      Pointer translator = entry.load();
      promise.set_value(translator);
      return translator;
    } catch (...) {
      promise.set_exception(std::current_exception());
      forget(entry);
      throw;
    }
  }

  const std::size_t max_;
  std::mutex mutex_;
  std::list<Place> places_;
};

class LazyTranslators::Lazy final : public Translator {
 public:
  Lazy(Entry entry, std::shared_ptr<Loaded> loaded) : entry_(std::move(entry)), loaded_(std::move(loaded)) {}
  ~Lazy() override { loaded_->forget(entry_); }
  Lazy(const Lazy&) = delete;
  Lazy& operator=(const Lazy&) = delete;

  const std::string& name() const override { return entry_.name; }
  std::string edition(std::string_view, std::string_view) const override {
    std::call_once(edition_known_, [this] { edition_ = entry_.edition ? entry_.edition() : ""; });
    return edition_;
  }
  std::vector<std::string> languages() const override { return entry_.languages; }
  bool supports(std::string_view source, std::string_view target) const override {
    return entry_.supports(source, target);
  }
  bool wants_sentences() const override { return true; }
  double least_confidence(std::string_view, std::string_view) const override { return entry_.least_confidence; }
  std::vector<Translated> translate(std::span<const std::string_view> texts, std::string_view source,
                                    std::string_view target, Cancelled cancelled) const override {
    return loaded_->get(entry_)->translate(texts, source, target, cancelled);
  }

 private:
  const Entry entry_;
  const std::shared_ptr<Loaded> loaded_;
  mutable std::once_flag edition_known_;
  mutable std::string edition_;
};

LazyTranslators::LazyTranslators(std::size_t max_loaded) : loaded_(std::make_shared<Loaded>(max_loaded)) {}
LazyTranslators::~LazyTranslators() = default;

std::shared_ptr<const Translator> LazyTranslators::add(Entry entry) {
  return std::make_shared<Lazy>(std::move(entry), loaded_);
}

}  // namespace rapport::translation
