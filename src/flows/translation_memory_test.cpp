#include "flows/translation_memory.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "support/temporary_folder.h"

namespace rapport::flows {
namespace {

using translation::CacheScope;
using translation::Translated;

class Remembering : public ::testing::Test {
 protected:
  void open(TranslationMemory::Options options = {}) {
    memory_.reset();
    memory_ = std::make_unique<TranslationMemory>(*store_, clock_, metrics_, options);
  }

  void keep(std::string_view text, std::string_view translated, const CacheScope& scope,
            std::optional<double> confidence = 0.5) {
    const Translated answer{std::string(translated), confidence};
    memory_->keep(scope, std::span(&text, 1), std::span(&answer, 1));
  }

  std::string find(std::string_view text, const CacheScope& scope) {
    const auto found = memory_->find(scope, std::span(&text, 1)).at(0);
    return found ? found->text : "-";
  }

  double count(const std::string& cache, const std::string& result) {
    return metrics_
        .counter("rapport_cache_requests_total", "Texts looked up among recent answers.",
                 {{"cache", cache}, {"result", result}})
        .value();
  }

  rapport::testing::TemporaryFolder folder_;
  ManualClock clock_{from_epoch_ms(1'763'892'000'000)};
  std::unique_ptr<store::Store> store_ = store::Store::open("sqlite:" + (folder_ / "rapport.db"), clock_);
  Metrics metrics_;
  std::unique_ptr<TranslationMemory> memory_;
  const CacheScope shop_{.tenant = "shop", .model = "m", .edition = "1", .source = "en", .target = "es", .glossary = ""};
};

TEST_F(Remembering, GivesBackWhatItKeptAndNothingElse) {
  open();
  keep("Hello", "Hola", shop_);
  const std::vector<std::string_view> texts = {"Hello", "hello", "Hello"};

  const auto found = memory_->find(shop_, texts);

  ASSERT_TRUE(found[0] && found[2]);
  EXPECT_EQ(found[0]->text, "Hola");
  EXPECT_EQ(found[0]->confidence, 0.5);
  EXPECT_FALSE(found[1]) << "another text";
  EXPECT_EQ(count("translation_memory", "hit"), 2);
  EXPECT_EQ(count("translation_memory", "miss"), 1);
}

TEST_F(Remembering, WhateverATranslationDependsOnMakesItAnother) {
  open();
  keep("Hello", "Hola", shop_);
  const auto changed = [&](auto member, std::string_view value) {
    CacheScope scope = shop_;
    scope.*member = value;
    return find("Hello", scope);
  };

  EXPECT_EQ(find("Hello", shop_), "Hola");
  EXPECT_EQ(changed(&CacheScope::tenant, "other"), "-");
  EXPECT_EQ(changed(&CacheScope::model, "n"), "-");
  EXPECT_EQ(changed(&CacheScope::edition, "2"), "-");
  EXPECT_EQ(changed(&CacheScope::source, "fr"), "-");
  EXPECT_EQ(changed(&CacheScope::target, "pt"), "-");
  EXPECT_EQ(changed(&CacheScope::glossary, "abc"), "-");
}

TEST_F(Remembering, SurvivesARestart) {
  open();
  keep("Hello", "Hola", shop_);
  keep("Bye", "Adiós", shop_, std::nullopt);

  open();

  EXPECT_EQ(find("Hello", shop_), "Hola");
  EXPECT_EQ(find("Bye", shop_), "Adiós");
  EXPECT_EQ(count("translation_store", "hit"), 2);
  EXPECT_EQ(find("Hello", shop_), "Hola");
  EXPECT_EQ(count("translation_store", "hit"), 2) << "from memory again";
  EXPECT_EQ(count("translation_store", "miss"), 0);
}

TEST_F(Remembering, IsSeenByAnotherServerOnceItIsWritten) {
  open();
  TranslationMemory other(*store_, clock_, metrics_, {});
  keep("Hello", "Hola", shop_);
  memory_->flush();
  const std::string_view text = "Hello";

  EXPECT_TRUE(other.find(shop_, std::span(&text, 1)).at(0));
}

TEST_F(Remembering, ForgetsWhatIsOld) {
  open({.keep = kDay});
  keep("Hello", "Hola", shop_);
  memory_->flush();
  clock_.advance(kDay);
  EXPECT_EQ(find("Hello", shop_), "Hola");

  clock_.advance(Duration(1));

  EXPECT_EQ(find("Hello", shop_), "-") << "in memory and in the database";
}

TEST_F(Remembering, TheLeastRecentlyUsedLeaveMemoryFirst) {
  open({.memory_bytes = 1200, .stored_per_tenant = 0});
  keep("a", "A", shop_);
  keep("b", "B", shop_);
  keep("c", "C", shop_);
  EXPECT_EQ(find("a", shop_), "A");

  keep("d", "D", shop_);

  EXPECT_EQ(find("a", shop_), "A");
  EXPECT_EQ(find("b", shop_), "-");
  EXPECT_EQ(find("d", shop_), "D");
}

TEST_F(Remembering, KeepsNothingWhereItMayNot) {
  open({.memory_bytes = 0, .stored_per_tenant = 0});
  keep("Hello", "Hola", shop_);

  EXPECT_EQ(find("Hello", shop_), "-");
  EXPECT_EQ(count("translation_store", "miss"), 0) << "the database was not asked";
}

TEST_F(Remembering, TheDatabaseHasNoMoreThanItMay) {
  open({.memory_bytes = 0, .stored_per_tenant = 2});
  for (const char* text : {"a", "b", "c"}) {
    keep(text, text, shop_);
    memory_->flush();
    clock_.advance(Duration(1));
  }

  EXPECT_EQ(find("a", shop_), "-");
  EXPECT_EQ(find("b", shop_), "b");
  EXPECT_EQ(find("c", shop_), "c");
}

TEST_F(Remembering, OneThatNoDatabaseTakesSpoilsNoOther) {
  open({.memory_bytes = 0});
  keep("nul", std::string("a\0b", 3), shop_);
  keep("nan", "x", shop_, std::numeric_limits<double>::quiet_NaN());
  keep("beyond", "y", shop_, 1.0000001);
  keep("good", "z", shop_);
  memory_->flush();

  EXPECT_EQ(find("nul", shop_), "-");
  EXPECT_EQ(find("nan", shop_), "x");
  EXPECT_EQ(find("beyond", shop_), "y");
  EXPECT_EQ(find("good", shop_), "z");
}

}  // namespace
}  // namespace rapport::flows
