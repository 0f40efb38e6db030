// What the shipped models promise of short messages in ten languages. A few of them, or their like, stand in the
// training texts (tools/builtin_models/chat_phrases.tsv): quality is measured elsewhere (models/builtin/*.figures.tsv).
#include "builtin/builtin_models.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rapport::builtin {
namespace {

struct Expected {
  std::string_view label;
  std::string_view text;
};

std::string most_likely(const ml::NgramClassifier& model, std::string_view text) {
  std::vector<float> probs(model.labels().size());
  model.probabilities(text, probs);
  return model.labels()[static_cast<std::size_t>(std::max_element(probs.begin(), probs.end()) - probs.begin())];
}

TEST(BuiltinModels, SentimentNamesItsThreeLabels) {
  EXPECT_EQ(sentiment_model().labels(), (std::vector<std::string>{"negative", "neutral", "positive"}));
}

TEST(BuiltinModels, EmotionNamesTheSevenLabelsOfTheContract) {
  EXPECT_EQ(emotion_model().labels(),
            (std::vector<std::string>{"anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"}));
}

TEST(BuiltinModels, ReadsTheMoodOfShortMessagesInTenLanguages) {
  const std::vector<Expected> messages = {
      {"positive", "I love this!"},
      {"negative", "This is terrible service"},
      {"neutral", "When will my order arrive?"},
      {"positive", "Thank you so much! This product is amazing!"},
      {"negative", "not good"},
      {"negative", "my order is late again, very disappointed"},
      {"positive", "great job guys, really happy with the result"},
      {"negative", "the app keeps crashing, I hate it"},
      {"neutral", "what are your opening hours?"},
      {"negative", "no me gusta"},
      {"positive", "me encanta, muchas gracias por todo"},
      {"neutral", "¿cuándo llega mi pedido?"},
      {"positive", "amei o produto, obrigada!"},
      {"negative", "estou muito decepcionado com a entrega"},
      {"positive", "merci beaucoup, c'est super"},
      {"negative", "je suis très déçu de ce produit"},
      {"positive", "vielen Dank, das ist toll"},
      {"negative", "das ist wirklich schlecht, ich bin enttäuscht"},
      {"positive", "grazie mille, sono molto felice"},
      {"negative", "che schifo, sono molto deluso"},
      {"negative", "bilkul accha nahi"},
      {"positive", "bahut accha hai, shukriya"},
      {"positive", "बहुत अच्छा है, धन्यवाद"},
      {"positive", "شكرا جزيلا، خدمة رائعة"},
      {"negative", "خدمة سيئة جدا"},
      {"positive", "terima kasih banyak, bagus sekali"},
      {"negative", "saya sangat kecewa dengan pelayanannya"},
      {"positive", "👍"},
      {"positive", "👍🏽"},
      {"negative", "👎"},
      {"negative", "👎🏽"},
      {"negative", "😡"},
      {"negative", "🤬"},
      {"positive", "👏"},
      {"negative", "💔"},
  };
  for (const Expected& message : messages) {
    EXPECT_EQ(most_likely(sentiment_model(), message.text), message.label) << message.text;
  }
}

TEST(BuiltinModels, ReadsTheEmotionOfShortMessages) {
  const std::vector<Expected> messages = {
      {"joy", "I love this!"},
      {"joy", "Thank you so much! This product is amazing!"},
      {"anger", "This is terrible service"},
      {"neutral", "When will my order arrive?"},
      {"anger", "I hate you, this makes me so angry"},
      {"sadness", "I am so sad about it, I cried all day"},
      {"fear", "I am scared and terrified"},
      {"disgust", "that is disgusting, gross"},
      {"surprise", "wow, I was so surprised"},
      {"joy", "muchas gracias"},
      {"neutral", "¿a qué hora cierran?"},
  };
  for (const Expected& message : messages) {
    EXPECT_EQ(most_likely(emotion_model(), message.text), message.label) << message.text;
  }
}

TEST(BuiltinModels, TogetherStayUnderTwentyMegabytes) {
  // The weights are read where they lie in the program, so their size is their memory.
  EXPECT_LT(sentiment_model().size_bytes() + emotion_model().size_bytes(), std::size_t{20'000'000});
}

TEST(BuiltinModels, AnswerTheSameFromManyThreadsAtOnce) {
  const ml::NgramClassifier& model = sentiment_model();
  std::vector<float> alone(3);
  model.probabilities("not a bad idea at all 😊", alone);

  std::vector<std::vector<float>> together(4, std::vector<float>(3));
  std::vector<std::thread> threads;
  for (auto& probs : together) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) model.probabilities("not a bad idea at all 😊", probs);
    });
  }
  for (std::thread& thread : threads) thread.join();

  for (const auto& probs : together) EXPECT_EQ(probs, alone);
}

TEST(BuiltinModels, GiveThePriorForATextWithoutAnyFeature) {
  std::vector<float> nothing(3);
  sentiment_model().probabilities("", nothing);
  EXPECT_NEAR(nothing[0] + nothing[1] + nothing[2], 1, 1e-5);
  EXPECT_EQ(sentiment_model().known_features(""), 0U);
}

}  // namespace
}  // namespace rapport::builtin
