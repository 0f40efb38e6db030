#include "text/message_cues.h"

#include <gtest/gtest.h>

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"

namespace rapport::text {
namespace {

struct Case {
  std::string_view text;
  bool expected;
};
struct Count {
  std::string_view text;
  std::uint32_t expected;
};

TEST(PriceInquiry, IsFoundInFourLanguages) {
  const Case cases[] = {
      {"how much is it", true},
      {"price pls", true},
      {"whats ur best rate for 10 pcs", true},
      {"any discount on bulk", true},
      {"can you send me a quotation", true},
      {"How much time will it take", false},
      {"Please rate us on Google", false},
      {"I paid already", false},
      {"cuanto cuesta el azul", true},
      {"precio por favor", true},
      {"me pasa los precios de mayoreo", true},
      {"a cómo está la docena", true},
      {"necesito una cotización", true},
      {"cuanto tarda el envio", false},
      {"me llega el lunes", false},
      {"quanto custa o kit", true},
      {"qual o valor do frete", true},
      {"manda o preço amiga", true},
      {"tem desconto à vista", true},
      {"quanto tempo demora", false},
      {"chegou tudo certinho", false},
      {"kitna hai", true},
      {"iska price kya hai", true},
      {"kitne ka padega 5 piece", true},
      {"kitne ka hai bhai", true},
      {"thoda kam karo bhaiya", true},
      {"kitna time lagega", false},
      {"kitne din me aayega", false},
      {"यह कितने का है", true},
      {"इसकी क़ीमत बताइए", true},
      {"इसकी कीमत बताइए", true},
      {"कितना समय लगेगा", false},
      {"कब आएगा", false},
  };
  for (const Case& c : cases) EXPECT_EQ(read_cues(c.text).is_price_inquiry, c.expected) << c.text;
}

TEST(MeetingRequest, IsFoundInFourLanguages) {
  const Case cases[] = {
      {"Can we meet tomorrow at 5", true},
      {"pls call me after 6", true},
      {"I want to book an appointment", true},
      {"can i visit your showroom on sat", true},
      {"let's schedule a demo", true},
      {"Nice to meet you", false},
      {"please stop calling me", false},
      {"thanks for the update", false},
      {"podemos agendar una cita", true},
      {"me puede llamar mañana", true},
      {"quiero una videollamada con el asesor", true},
      {"no me llamen por favor", false},
      {"gracias por su ayuda", false},
      {"quero marcar um horário", true},
      {"pode me ligar amanhã", true},
      {"vamos fazer uma reunião", true},
      {"obrigada pela atenção", false},
      {"kal milte hain shop pe", true},
      {"mujhe call karo", true},
      {"aapse baat karni hai", true},
      {"call mat karo", false},
      {"order bhej do", false},
      {"मुझे कॉल करें", true},
      {"कल मिलने आ सकता हूँ", true},
      {"पैसे भेज दिए", false},
  };
  for (const Case& c : cases) EXPECT_EQ(read_cues(c.text).is_meeting_request, c.expected) << c.text;
}

TEST(CallToAction, IsFoundInFourLanguages) {
  const Case cases[] = {
      {"Order now and save 20%", true},
      {"Click the link below", true},
      {"Reply YES to confirm", true},
      {"Hurry, only today!", true},
      {"Book your slot today", true},
      {"Your parcel is on its way.", false},
      {"Good morning Ana", false},
      {"why did you not reply", false},
      {"Haz clic aquí", true},
      {"Compra ya y recibe mañana", true},
      {"Escríbenos por WhatsApp", true},
      {"Aprovecha esta promo", true},
      {"Tu pedido va en camino.", false},
      {"nadie responde", false},
      {"Clique no link e garanta já o seu", true},
      {"Chama no zap!", true},
      {"Saiba mais em nosso site", true},
      {"Cadastre-se hoje", true},
      {"Seu pedido foi entregue.", false},
      {"Abhi order karein", true},
      {"Link par click karo", true},
      {"jaldi karo offer khatam hone wala hai", true},
      {"Aapka order nikal gaya hai", false},
      {"अभी ऑर्डर करें", true},
      {"यहाँ क्लिक करें", true},
      {"संपर्क करें", true},
      {"आपका ऑर्डर भेज दिया गया है।", false},
  };
  for (const Case& c : cases) EXPECT_EQ(read_cues(c.text).has_call_to_action, c.expected) << c.text;
}

TEST(PositiveWords, AreCountedUnlessDenied) {
  const Count cases[] = {
      {"great product, thanks", 2},
      {"I love it!!", 1},
      {"not good", 0},
      {"it is not a very good phone", 0},
      {"not bad, thanks", 1},
      {"isn't great", 0},
      {"Good morning", 0},
      {"thank you so much", 1},
      {"soooo goooood", 1},
      {"no thanks", 0},
      {"the delivery was late", 0},
      {"*AWESOME*", 1},
      {"excelente, muchas gracias", 2},
      {"me encantó", 1},
      {"no me gusta", 0},
      {"buenos días", 0},
      {"está todo perfecto y muy lindo", 2},
      {"amei, obrigada", 2},
      {"não gostei", 0},
      {"bom dia", 0},
      {"muito legal", 1},
      {"the legal team", 0},
      {"bahut accha hai bhai", 1},
      {"accha nahi hai", 0},
      {"ekdum mast, dhanyavad", 2},
      {"pasand nahi aaya", 0},
      {"बहुत अच्छा, धन्यवाद", 2},
      {"अच्छा नहीं है", 0},
      {"😍", 1},
      {"😍😍😍", 1},
      {"👍🏽 ❤️", 2},
      {"😭😡", 0},
      {":)", 1},
      {"thanks :-)", 2},
      {"", 0},
  };
  for (const Count& c : cases) EXPECT_EQ(read_cues(c.text).positive_words, c.expected) << c.text;
}

TEST(Link, IsAnAddressAndNothingElse) {
  const Case cases[] = {
      {"https://example.com/x?y=1", true},
      {"see http://a.b", true},
      {"wa.me/5511999990000", true},
      {"chat: wa.me/message/ABC.", true},
      {"www.tienda.mx", true},
      {"visit tienda-bonita.com.mx today", true},
      {"bit.ly/3xYz", true},
      {"Shop.Example.COM", true},
      {"flipkart.in/offers", true},
      {"*example.com*", true},
      {"(example.com)", true},
      {"ana@example.com", false},
      {"ana.gomez@mail.example.com", false},
      {"3.5 kg", false},
      {"10.30 am", false},
      {"ok.me avisas", false},
      {"gracias.es todo", false},
      {"thanks.in the morning", false},
      {"Hello.How are you", false},
      {"wait...what", false},
      {"file.pdf", false},
      {"e.g. this", false},
      {"", false},
  };
  for (const Case& c : cases) EXPECT_EQ(read_cues(c.text).has_link, c.expected) << c.text;
}

TEST(Personalization, IsTheSumOfNameOwnHistoryAndAddress) {
  const ContactName ana("Ana María López");
  const struct {
    std::string_view text;
    double expected;
  } cases[] = {
      {"Big sale today", 0},
      {"A sale for you", 0.2},
      {"Hi ana, big sale today", 0.5},
      {"Ana, we have something for you", 0.7},
      {"Hola Maria, tu pedido va en camino", 1.0},
      {"Hello {{1}}", 0.5},
      {"Hello {name}, sale on now", 0.5},
      {"Olá $nome$", 0.5},
      {"Hi %s", 0.5},
      {"Hi {{1}}, {{2}} is ready", 0.8},
      {"Hi {{1}}, your last order is ready", 1.0},
      {"Anabel was here", 0},
      {"costs $5 or 100%s", 0},
      {"{", 0},
  };
  for (const auto& c : cases) EXPECT_DOUBLE_EQ(read_cues(c.text, ana).personalization, c.expected) << c.text;
}

TEST(Personalization, KnowsNamesInOtherScriptsAndNotTitles) {
  EXPECT_DOUBLE_EQ(read_cues("नमस्ते प्रिया, नया स्टॉक आ गया", ContactName("प्रिया शर्मा")).personalization, 0.5);
  EXPECT_DOUBLE_EQ(read_cues("Dear Mr Smith", ContactName("Mr Smith")).personalization, 0.5);
  EXPECT_DOUBLE_EQ(read_cues("Dear Mr Jones", ContactName("Mr Smith")).personalization, 0.0);
  EXPECT_DOUBLE_EQ(read_cues("a casa de todos", ContactName("Maria de Souza")).personalization, 0.0);
}

TEST(Quality, IsFullForAPlainInvitation) {
  EXPECT_DOUBLE_EQ(read_cues("Hi Ana, your table is ready. Reply YES to confirm.").quality, 1.0);
}

TEST(Quality, LosesExactlyWhatEachFaultWeighs) {
  const double plain = read_cues("Your parcel has left our warehouse.").quality;
  EXPECT_DOUBLE_EQ(plain, 0.85);  // no call to action
  EXPECT_DOUBLE_EQ(read_cues("YOUR PARCEL HAS LEFT OUR WAREHOUSE.").quality, 0.65);
  EXPECT_DOUBLE_EQ(read_cues("Your parcel has left our warehouse!!!!!!!!!!!!!").quality, 0.70);
  EXPECT_DOUBLE_EQ(read_cues("parcel sent").quality, 0.85 - 0.30 * 9 / 20);  // 11 of 20 characters
  EXPECT_DOUBLE_EQ(read_cues("").quality, 0);
}

TEST(Quality, StaysWithinItsRangeForAnyText) {
  const std::string long_word(5000, 'a');
  std::string words;
  for (int i = 0; i < 2000; ++i) words += "word ";
  for (const std::string& text :
       {long_word, words, std::string(500, '!'), std::string("😀😀😀😀😀😀😀😀😀😀😀😀😀"), std::string("\xff\xfe")}) {
    const double quality = read_cues(text).quality;
    EXPECT_GE(quality, 0);
    EXPECT_LT(quality, 0.75) << text.substr(0, 20);
  }
}

TEST(MessageCues, CountCharactersAsAReaderDoes) {
  EXPECT_EQ(read_cues("hello").characters, 5u);
  EXPECT_EQ(read_cues("caf\u0065\u0301").characters, 4u);
  EXPECT_EQ(read_cues("👨‍👩‍👧🇧🇷").characters, 2u);
  EXPECT_EQ(read_cues("a\r\nb").characters, 3u);
}

TEST(MessageCues, ReadFormattedFullwidthAndStyledLetters) {
  EXPECT_TRUE(read_cues("*_how much is it_*").is_price_inquiry);
  EXPECT_TRUE(read_cues("ＰＲＩＣＥ").is_price_inquiry);
  EXPECT_TRUE(read_cues("𝗢𝗿𝗱𝗲𝗿 𝗻𝗼𝘄").has_call_to_action);
}

// Pieces that the reader treats specially, glued together at random with broken bytes between them.
TEST(MessageCues, StayInTheirRangesForRandomBytes) {
  const std::vector<std::string> pieces = {
      "http://", "www.", "a.com",   "@", "{{1}}", "{",        "$n$",    "%s", "?",  "!", ":-)", "kya ",  "not ",
      "good",    "क्या ", "👨\u200D", "🇧", "\xff",  "\xe0\xa4", "\u0301", "'",  "\n", " ", "3.5", "GOOOOD"};
  Rng rng(11);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (auto n = rng.integer(0, 20); n > 0; --n) {
      text += rng.chance(0.8) ? pieces[static_cast<std::size_t>(rng.integer(0, std::ssize(pieces) - 1))]
                              : std::string(1, static_cast<char>(rng.integer(0, 255)));
    }

    const MessageCues cues = read_cues(text, ContactName(text));

    EXPECT_GE(cues.quality, 0);
    EXPECT_LE(cues.quality, 1);
    EXPECT_LE(cues.personalization, 1);
    EXPECT_LE(cues.characters, text.size());
    EXPECT_LE(cues.positive_words, text.size());
  }
}

// Timing is the benchmark's; here a quadratic reader would not come back before the test's limit.
TEST(MessageCues, ReadAMegabyteOfAnything) {
  constexpr std::size_t kSize = 1 << 20;
  const std::vector<std::string> units = {"a",
                                          "a.",
                                          "a.a",
                                          "{{",
                                          "{a",
                                          "$a",
                                          "%",
                                          "@",
                                          "a@",
                                          "?",
                                          "!?",
                                          "\xff",
                                          "\xe0\xa4",
                                          "\u0301",
                                          "क्",
                                          "👨\u200D",
                                          "🇧",
                                          "http://",
                                          "www.",
                                          "kya ",
                                          "no ",
                                          "\n",
                                          "'",
                                          "good ",
                                          "1.",
                                          "a-",
                                          ":-",
                                          "<3",
                                          std::string(1, '\0')};
  for (const std::string& unit : units) {
    std::string text;
    while (text.size() < kSize) text += unit;

    const MessageCues cues = read_cues(text);

    EXPECT_GE(cues.quality, 0) << unit;
    EXPECT_LE(cues.quality, 1) << unit;
  }
}

}  // namespace
}  // namespace rapport::text
