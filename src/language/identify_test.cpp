#include "language/identify.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "language/letters.h"

namespace rapport::language {
namespace {

struct Sample {
  std::string_view code;
  std::string_view text;
};

// Written for this test, in the manner of chats with a shop.
const Sample kSamples[] = {
    {"en", "Hi, when will my order arrive? I've been waiting since Monday"},
    {"en", "thanks so much, that was really quick"},
    {"es", "Hola, ¿cuándo llega mi pedido? Lo necesito para mañana"},
    {"es", "muchas gracias, todo perfecto"},
    {"pt", "Olá, vocês ainda têm esse vestido no tamanho M?"},
    {"pt", "não recebi nada até agora, quero meu dinheiro de volta"},
    {"fr", "Bonjour, comment allez-vous? Je voudrais annuler ma commande"},
    {"de", "Guten Tag, ich habe meine Bestellung noch nicht bekommen"},
    {"it", "Buongiorno, vorrei sapere quanto costa la spedizione"},
    {"nl", "Hallo, kunt u mij vertellen wanneer het pakket wordt bezorgd?"},
    {"id", "Halo kak, barangnya masih ada? Bisa kirim hari ini?"},
    {"tr", "Merhaba, siparişim ne zaman gelecek acaba?"},
    {"pl", "Dzień dobry, kiedy dostanę swoją paczkę?"},
    {"cs", "Dobrý den, kdy mi přijde objednávka?"},
    {"ro", "Bună ziua, când ajunge comanda mea?"},
    {"hu", "Jó napot, mikor érkezik meg a csomagom?"},
    {"sv", "Hej, när kommer mitt paket? Jag har väntat länge"},
    {"fi", "Hei, milloin tilaukseni saapuu perille?"},
    {"vi", "Chào bạn, khi nào đơn hàng của tôi được giao?"},
    {"sw", "Habari, mzigo wangu utafika lini tafadhali?"},
    {"hi-Latn", "bhai mera order kab aayega, bahut time ho gaya hai"},
    {"hi-Latn", "haan theek hai, kal bhej dena please"},
    {"hi", "नमस्ते, मेरा ऑर्डर कब आएगा?"},
    {"mr", "नमस्कार, माझी ऑर्डर कधी मिळेल? मला आजच पाहिजे आहे"},
    {"ru", "Здравствуйте, когда придёт мой заказ?"},
    {"uk", "Добрий день, коли прийде моє замовлення?"},
    {"bg", "Здравейте, кога ще пристигне поръчката ми?"},
    {"ar", "مرحبا، متى سيصل طلبي؟"},
    {"fa", "سلام، سفارش من کی می‌رسد؟"},
    {"ur", "السلام علیکم، میرا آرڈر کب تک پہنچے گا؟"},
    {"bn", "আমার অর্ডার কখন আসবে?"},
    {"am", "ሰላም፣ ትዕዛዜ መቼ ይደርሳል?"},
    {"zh", "你好，我的订单什么时候到？"},
    {"ja", "すみません、注文はいつ届きますか？"},
    {"ko", "안녕하세요, 제 주문은 언제 도착하나요?"},
    {"el", "Γεια σας, πότε θα έρθει η παραγγελία μου;"},
    {"he", "שלום, מתי תגיע ההזמנה שלי?"},
    {"th", "สวัสดีค่ะ สินค้าจะมาถึงเมื่อไหร่คะ"},
    {"ta", "வணக்கம், என் ஆர்டர் எப்போது வரும்?"},
    {"te", "నమస్తే, నా ఆర్డర్ ఎప్పుడు వస్తుంది?"},
    {"gu", "નમસ્તે, મારો ઓર્ડર ક્યારે આવશે?"},
    {"pa", "ਸਤ ਸ੍ਰੀ ਅਕਾਲ, ਮੇਰਾ ਆਰਡਰ ਕਦੋਂ ਆਵੇਗਾ?"},
    {"hy", "Բարև ձեզ, ե՞րբ կգա իմ պատվերը"},
    {"ka", "გამარჯობა, როდის მოვა ჩემი შეკვეთა?"},
};

TEST(Identify, KnowsTheLanguageOfChatMessages) {
  for (const Sample& sample : kSamples) EXPECT_EQ(identify(sample.text).code, sample.code) << sample.text;
}

TEST(Identify, KnowsCommonWordsByThemselves) {
  for (const Sample& word : {Sample{"es", "gracias"},
                             {"pt", "obrigado"},
                             {"de", "Entschuldigung"},
                             {"fr", "bonjour"},
                             {"en", "thanks"},
                             {"it", "grazie"},
                             {"pl", "dziękuję"},
                             {"tr", "teşekkürler"},
                             {"hi-Latn", "nahi"},
                             {"ru", "спасибо"}}) {
    EXPECT_EQ(identify(word.text).code, word.code) << word.text;
  }
}

TEST(Identify, SaysUndWhenTheTextDoesNotTell) {
  for (const char* text : {"", "   ", "12345", "+34 600 123 456", "👍👍🙏", "ok", "hi", "?!", "€ 20.00",
                           "https://example.com/buenos-dias", "someone@example.com", "@maria", "\xFF\xFE\x80"}) {
    const Identified answer = identify(text);
    EXPECT_EQ(answer.code, "und") << text;
    EXPECT_EQ(answer.prob, 0) << text;
    EXPECT_TRUE(answer.all.empty()) << text;
  }
}

TEST(Identify, LeavesLinksAndNamesOutOfAccount) {
  EXPECT_EQ(identify("https://example.com/guten-tag-meine-bestellung où est ma commande ?").code, "fr");
  EXPECT_EQ(identify("@guten_tag_meine_bestellung où est ma commande ?").code, "fr");
}

TEST(Identify, GivesProbabilitiesThatSumToOneTheGreatestFirst) {
  for (const Sample& sample : kSamples) {
    const Identified answer = identify(sample.text);
    double sum = 0;
    for (const LanguageProb& one : answer.all) sum += one.prob;
    EXPECT_NEAR(sum, 1, 1e-9);
    EXPECT_TRUE(std::is_sorted(answer.all.begin(), answer.all.end(),
                               [](const LanguageProb& a, const LanguageProb& b) { return a.prob > b.prob; }));
    EXPECT_EQ(answer.code, answer.all.front().code);
    EXPECT_EQ(answer.prob, answer.all.front().prob);
  }
}

TEST(Identify, IsLessSureOfAWordThatManyLanguagesShare) {
  EXPECT_LT(identify("hotel").prob, identify("Guten Tag, ich habe meine Bestellung noch nicht bekommen").prob);
}

TEST(Identify, AnswersAnyBytesAlike) {
  Rng rng(7);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes;
    for (std::int64_t n = rng.integer(0, 80); n > 0; --n) bytes.push_back(static_cast<char>(rng.integer(0, 255)));
    const Identified first = identify(bytes);
    const Identified second = identify(bytes);
    EXPECT_EQ(first.code, second.code);
    EXPECT_EQ(first.prob, second.prob);
    EXPECT_TRUE(std::isfinite(first.prob));
  }
}

TEST(Identify, ReadsTheFirstLettersOfAVeryLongText) {
  std::string text;
  while (text.size() < 1'000'000) text += "¿dónde está mi pedido? ";

  EXPECT_EQ(identify(text).code, "es");
  EXPECT_LE(read_letters(text).words.size(), kMaxLetterBytes + 8);
  EXPECT_EQ(identify(std::string(1'000'000, 'a')).all.empty(), false);
}

TEST(Supported, HasOverAHundredLanguagesWithEnglishNames) {
  EXPECT_GT(supported().size(), 100);
  for (const std::string_view code : supported()) EXPECT_FALSE(english_name(code).empty()) << code;
  for (const Sample& sample : kSamples) {
    EXPECT_TRUE(std::binary_search(supported().begin(), supported().end(), sample.code));
  }
}

TEST(EnglishName, IsAsInTheContract) {
  EXPECT_EQ(english_name("fr"), "french");
  EXPECT_EQ(english_name("hi-Latn"), "hindi (latin script)");
  EXPECT_EQ(english_name("zu"), "zulu");
  EXPECT_EQ(english_name("aa"), "afar");
  EXPECT_EQ(english_name("xx"), "");
  EXPECT_EQ(english_name(""), "");
}

TEST(Letters, KeepWordsAndCountScripts) {
  const Letters letters = read_letters("L’été, 2x  Привет! 😀 a@b.de");

  EXPECT_EQ(letters.words, "l'été x привет");
  EXPECT_EQ(letters.of(Script::kLatin), 5);
  EXPECT_EQ(letters.of(Script::kCyrillic), 6);
}

}  // namespace
}  // namespace rapport::language
