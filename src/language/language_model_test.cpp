#include "language/language_model.h"

#include <gtest/gtest.h>

#include <span>
#include <string>

#include "builtin/embedded_files.h"

namespace rapport::language {
namespace {

bool is_refused(std::span<const std::byte> bytes) {
  return std::holds_alternative<std::string>(LanguageModel::read(bytes));
}

TEST(LanguageModel, OfTheProgramHasAClassifierForEverySharedScript) {
  const auto read = LanguageModel::read(builtin::language_file());

  const auto& model = std::get<LanguageModel>(read);
  for (const Script script :
       {Script::kLatin, Script::kCyrillic, Script::kArabic, Script::kDevanagari, Script::kBengali, Script::kEthiopic}) {
    EXPECT_NE(model.of(script), nullptr);
  }
  EXPECT_EQ(model.of(Script::kGreek), nullptr);
  EXPECT_LT(builtin::language_file().size(), 10'000'000);
}

TEST(LanguageModel, RefusesBytesThatAreCutAnywhere) {
  const auto whole = builtin::language_file();

  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{12}, std::size_t{40}, std::size_t{1000},
                                 whole.size() / 2, whole.size() - 1}) {
    EXPECT_TRUE(is_refused(whole.first(size))) << size;
  }
}

TEST(LanguageModel, RefusesAScriptOrASizeThatCannotBe) {
  std::string bytes = pack_language_model({});
  EXPECT_FALSE(is_refused(std::as_bytes(std::span(bytes))));

  bytes[8] = '\xFF';  // 255 models, and no room for their entries
  EXPECT_TRUE(is_refused(std::as_bytes(std::span(bytes))));
}

}  // namespace
}  // namespace rapport::language
