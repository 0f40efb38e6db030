#include "translation/lazy_translators.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "base/error.h"

namespace rapport::translation {
namespace {

class Named final : public Translator {
 public:
  explicit Named(std::string name) : name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  std::vector<std::string> languages() const override { return {"en", "es"}; }
  bool supports(std::string_view, std::string_view) const override { return true; }
  bool wants_sentences() const override { return true; }
  std::vector<Translated> translate(std::span<const std::string_view> texts, std::string_view, std::string_view,
                                    Cancelled) const override {
    return {texts.size(), Translated{name_, {}}};
  }

 private:
  std::string name_;
};

class Lazily : public ::testing::Test {
 protected:
  std::shared_ptr<const Translator> add(LazyTranslators& all, const std::string& name) {
    return all.add({.name = name,
                    .languages = {"en", "es"},
                    .supports = [](std::string_view source, std::string_view) { return source == "en"; },
                    .load = [this, name]() -> std::unique_ptr<const Translator> {
                      ++loads_;
                      std::this_thread::sleep_for(loading_time_);
                      if (fails_) throw Error(ErrorKind::kUnavailable, "model_damaged", "It is damaged.");
                      return std::make_unique<Named>(name);
                    }});
  }

  static std::string ask(const Translator& translator) {
    return translator.translate(std::array<std::string_view, 1>{"x"}, "en", "es", nullptr).at(0).text;
  }

  std::atomic<int> loads_ = 0;
  std::atomic<bool> fails_ = false;
  std::chrono::milliseconds loading_time_{0};
};

TEST_F(Lazily, LoadsWhatIsAskedOnceAndNothingElse) {
  LazyTranslators all(8);
  const auto a = add(all, "a");
  const auto b = add(all, "b");
  EXPECT_TRUE(a->supports("en", "es"));
  EXPECT_FALSE(a->supports("es", "en"));
  EXPECT_EQ(b->name(), "b");
  EXPECT_EQ(loads_, 0);

  EXPECT_EQ(ask(*a), "a");
  EXPECT_EQ(ask(*a), "a");

  EXPECT_EQ(loads_, 1);
}

TEST_F(Lazily, LetsGoOfTheOneThatWasNotAskedForLongest) {
  LazyTranslators all(2);
  const auto a = add(all, "a");
  const auto b = add(all, "b");
  const auto c = add(all, "c");
  ask(*a);
  ask(*b);
  ask(*a);

  ask(*c);

  EXPECT_EQ(loads_, 3);
  ask(*a);
  ask(*c);
  EXPECT_EQ(loads_, 3) << "both are still there";
  EXPECT_EQ(ask(*b), "b");
  EXPECT_EQ(loads_, 4);
}

TEST_F(Lazily, TriesAgainAfterAFailure) {
  LazyTranslators all(2);
  const auto a = add(all, "a");
  fails_ = true;
  EXPECT_THROW(ask(*a), Error);
  EXPECT_THROW(ask(*a), Error);
  fails_ = false;

  EXPECT_EQ(ask(*a), "a");
  EXPECT_EQ(loads_, 3);
}

TEST_F(Lazily, ConcurrentCallersShareOneLoad) {
  LazyTranslators all(2);
  const auto a = add(all, "a");
  loading_time_ = std::chrono::milliseconds(50);

  std::vector<std::future<std::string>> answers;
  for (int i = 0; i < 4; ++i) answers.push_back(std::async(std::launch::async, [&] { return ask(*a); }));
  for (auto& answer : answers) EXPECT_EQ(answer.get(), "a");

  EXPECT_EQ(loads_, 1);
}

TEST_F(Lazily, ATranslatorOutlivesItsOwner) {
  std::shared_ptr<const Translator> a;
  {
    LazyTranslators all(2);
    a = add(all, "a");
  }

  EXPECT_EQ(ask(*a), "a");
}

}  // namespace
}  // namespace rapport::translation
