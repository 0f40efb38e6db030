// What the emotion model learns from.
#include "distill.h"
#include "recipe.h"
#include "sources.h"

namespace rapport::training_tool {
namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::string, std::less<>> kOtherNames = {
    {"joyful", "joy"},   {"mad", "anger"}, {"scared", "fear"}, {"sad", "sadness"},
    {"optimism", "joy"}, {"happy", "joy"}, {"angry", "anger"}};

Samples read(const fs::path& file, std::string_view column = "label") {
  return labelled(read_table(file), column, kEmotions, kOtherNames);
}

Samples single(Samples samples) {
  std::erase_if(samples, [](const Sample& sample) {
    for (const float share : sample.target) {
      if (share == 1) return false;
    }
    return true;
  });
  return samples;
}

Samples english_texts(const fs::path& sets) {
  Samples all;
  add_source(all, read(sets / "train/goemotions/train.tsv", "ekman"), 0.4, 1);
  add_source(all, read(sets / "train/emorynlp_chat_emotion/train.tsv"), 0.5, 0.2);
  add_source(all, read(sets / "train/tweeteval_emotion/train.tsv"), 0.5, 0.5);
  add_source(all, bank_questions(sets, {0.06F, 0, 0.03F, 0, 0.85F, 0.03F, 0.03F}), 0, 0.3);
  add_source(all, chat_phrases("emotion", kEmotions), 0.5, 25);
  return all;
}

void add_other_languages(Samples& all, const fs::path& sets) {
  add_source(all, read(sets / "train/xed_en_fi_annotated/all.tsv"), 0.5, 0.2);
  add_source(all, read(sets / "train/xed_projected_30lang/all.tsv"), 0.5, 0.1);
}

}  // namespace

Recipe emotion_recipe(const fs::path& sets, std::size_t threads) {
  Recipe recipe;
  recipe.name = "emotion";
  recipe.labels = kEmotions;
  recipe.training.log2_groups = 16;
  recipe.training.min_texts = 4;
  recipe.training.epochs = 4;
  recipe.training.feature_dropout_prob = 0.3F;
  recipe.training.threads = threads;
  recipe.lexicon = vader_lexicon(sets, recipe.training.options);
  recipe.train = english_texts(sets);
  const Samples reddit = read(sets / "train/goemotions/dev.tsv", "ekman");
  recipe.calibration = reddit;
  Samples translated = distilled(recipe, "neutral", sets, 8000);
  add_other_languages(recipe.train, sets);
  add_source(recipe.train, std::move(translated), 0.3, 0.4);

  recipe.figures.emplace_back("goemotions dev, any of a text's labels is right", reddit);
  recipe.figures.emplace_back("goemotions dev, texts of one label", single(reddit));
  recipe.figures.emplace_back("emotionlines_emotionpush dev", read(sets / "eval/emotionlines_emotionpush/dev.tsv"));
  recipe.figures.emplace_back("emoevent_en dev (without others)", read(sets / "eval/emoevent_en/dev.tsv"));
  recipe.figures.emplace_back("emoevent_es dev (without others)", read(sets / "eval/emoevent_es/dev.tsv"));
  recipe.figures.emplace_back("masac_hinglish_emotion dev", read(sets / "eval/masac_hinglish_emotion/dev.tsv"));
  return recipe;
}

}  // namespace rapport::training_tool
