#include "builtin/translation_models.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

namespace rapport::builtin {
namespace {

std::string_view text_of(const TranslationModel& model, std::string_view name) {
  for (const CarriedFile& file : model.files) {
    if (file.name == name) return {reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()};
  }
  return {};
}

TEST(TranslationModels, CarryTheFilesOfAMarianFolder) {
  for (const TranslationModel& model : translation_models()) {
    EXPECT_NE(text_of(model, "config.json").find("\"model_type\": \"marian\""), std::string_view::npos) << model.name;
    EXPECT_NE(text_of(model, "generation_config.json").find("\"eos_token_id\": 0"), std::string_view::npos);
    EXPECT_NE(text_of(model, "vocab.json").find("\"<pad>\""), std::string_view::npos);
    EXPECT_GT(text_of(model, "source.spm").size(), 50'000U);
    EXPECT_NE(text_of(model, "model.safetensors").substr(0, 10'000).find("\"model.shared.weight\""),
              std::string_view::npos);
  }
}

TEST(TranslationModels, KnowTheTokenOfEachTargetOtherThanEnglish) {
  for (const TranslationModel& model : translation_models()) {
    for (std::string_view target : model.targets) {
      if (target == "en") continue;
      EXPECT_NE(text_of(model, "vocab.json").find("\">>" + std::string(target) + "<<\""), std::string_view::npos)
          << target;
    }
  }
}

TEST(TranslationModels, HaveEnglishOnOneSideAndAllFitInSixtyMegabytes) {
  std::size_t bytes = 0;
  for (const TranslationModel& model : translation_models()) {
    const auto is_english = [](std::string_view language) { return language == "en"; };
    EXPECT_NE(std::all_of(model.sources.begin(), model.sources.end(), is_english),
              std::all_of(model.targets.begin(), model.targets.end(), is_english))
        << model.name;
    for (const CarriedFile& file : model.files) bytes += file.bytes.size();
  }
  EXPECT_LT(bytes, 60'000'000U);
}

}  // namespace
}  // namespace rapport::builtin
