#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "text/message_cues.h"

namespace rapport::text {
namespace {

struct Case {
  std::string_view text;
  bool expected;
};

class Question : public testing::TestWithParam<Case> {};

TEST_P(Question, IsFoundWhereOneIsAsked) {
  EXPECT_EQ(read_cues(GetParam().text).is_question, GetParam().expected) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(English, Question,
                         testing::ValuesIn(std::to_array<Case>({
                             {"When will my order arrive", true},
                             {"when will my order arrive?", true},
                             {"hi, do you have this in blue", true},
                             {"Hi Ravi how much is the red one", true},
                             {"can you tell me the price pls", true},
                             {"is this available in size M", true},
                             {"any update on my refund", true},
                             {"where is my parcel its been 5 days", true},
                             {"helo wats the delivery time", true},
                             {"r u open on sunday", true},
                             {"ok so what about the other color", true},
                             {"You deliver to Pune right", true},
                             {"I wanted to know if you ship to Canada", true},
                             {"Really?!", true},
                             {"*How long* does shipping take", true},
                             {"What a beautiful dress", false},
                             {"how nice of you", false},
                             {"I will call you when I get home", false},
                             {"Thanks, got it 👍", false},
                             {"all right", false},
                             {"You are right", false},
                             {"see https://shop.example.com/item?id=5", false},
                             {"I'd like two of the large ones please", false},
                             {"Your order has been shipped.", false},
                             {"ok will do", false},
                             {"have you seen https://shop.example.com/a?", true},
                         })));

INSTANTIATE_TEST_SUITE_P(Spanish, Question,
                         testing::ValuesIn(std::to_array<Case>({
                             {"cuanto cuesta", true},
                             {"hola cuanto vale el envio a monterrey", true},
                             {"¿Tienen talla 40", true},
                             {"Tienen talla 40", true},
                             {"buenas tardes, donde queda la tienda", true},
                             {"me puede mandar el catalogo porfa", true},
                             {"cuándo llega mi pedido", true},
                             {"hola maria a que hora abren mañana", true},
                             {"aceptan tarjeta", true},
                             {"quisiera saber si hacen envíos", true},
                             {"hay stock del negro", true},
                             {"lo tienen en rojo verdad", true},
                             {"ya salio mi paquete??", true},
                             {"quieres que te mande mi direccion", true},
                             {"de que color es", true},
                             {"que me recomiendas para piel seca", true},
                             {"te importaria esperar un poco", true},
                             {"sabes algo de mi pedido", true},
                             {"Qué bonito vestido", false},
                             {"cuando llegue te aviso", false},
                             {"muchas gracias, todo perfecto", false},
                             {"tienen que mejorar el servicio", false},
                             {"la verdad me encanta", false},
                             {"ok, espero su respuesta", false},
                             {"no sé, lo pienso y te digo", false},
                             {"no tiene garantía", false},
                             {"puede que vaya mañana", false},
                             {"que te vaya bien", false},
                             {"para que me lo envien hoy", false},
                         })));

INSTANTIATE_TEST_SUITE_P(Portuguese, Question,
                         testing::ValuesIn(std::to_array<Case>({
                             {"quanto custa", true},
                             {"oi bom dia, quanto fica o frete pra curitiba", true},
                             {"vcs entregam em campinas", true},
                             {"tem no tamanho G", true},
                             {"qual o valor do kit", true},
                             {"cadê meu pedido", true},
                             {"aceita pix", true},
                             {"vocês abrem domingo né", true},
                             {"tem como parcelar em 3x", true},
                             {"será que chega até sexta", true},
                             {"onde fica a loja de vocês", true},
                             {"Oi! Qual o prazo de entrega?", true},
                             {"o que vcs recomendam", true},
                             {"em que horário vocês atendem", true},
                             {"vc já enviou o pedido", true},
                             {"como assim", true},
                             {"que lindo, amei demais", false},
                             {"obrigada, chegou certinho", false},
                             {"quando chegar eu aviso", false},
                             {"pode deixar", false},
                             {"vou pensar e te falo", false},
                             {"quer dizer que chegou", false},
                             {"para que eu possa pagar", false},
                             {"Seu pedido saiu para entrega.", false},
                         })));

INSTANTIATE_TEST_SUITE_P(Hinglish, Question,
                         testing::ValuesIn(std::to_array<Case>({
                             {"kitna hai", true},
                             {"iska rate kitna h bhai", true},
                             {"mera order kab aayega", true},
                             {"kya ye available hai", true},
                             {"delivery kitne din me hogi", true},
                             {"aap kahan se ho", true},
                             {"isme aur color milega", true},
                             {"COD hai kya", true},
                             {"acha theek hai na", true},
                             {"size chart bhej sakte ho", true},
                             {"kyu nahi aaya abhi tak", true},
                             {"kya baat hai bhai mast", false},
                             {"maine kaha tha na bhai ko", false},
                             {"theek hai le lunga", false},
                             {"mujhe 2 piece chahiye", false},
                             {"nahi chahiye dhanyavad", false},
                             {"ho sakta hai", false},
                             {"order mil gaya shukriya", false},
                         })));

INSTANTIATE_TEST_SUITE_P(Devanagari, Question,
                         testing::ValuesIn(std::to_array<Case>({
                             {"यह कितने का है", true},
                             {"मेरा ऑर्डर कब आएगा", true},
                             {"क्या आप दिल्ली में डिलीवरी करते हैं", true},
                             {"दुकान कहाँ है", true},
                             {"दुकान कहां है", true},
                             {"और कौन सा रंग मिलेगा", true},
                             {"ठीक है ना", true},
                             {"क्या बात है, बहुत सुंदर", false},
                             {"मुझे दो पीस चाहिए", false},
                             {"धन्यवाद, मिल गया।", false},
                             {"मैं कल पैसे भेज दूंगा।", false},
                         })));

INSTANTIATE_TEST_SUITE_P(MarksOfOtherScripts, Question,
                         testing::ValuesIn(std::to_array<Case>({
                             {"كم السعر؟", true},
                             {"شكرا جزيلا", false},
                             {"多少钱？", true},
                             {"谢谢", false},
                             {"❓", true},
                             {"Πού είναι;", false},  // U+003B is a semicolon everywhere else
                         })));

}  // namespace
}  // namespace rapport::text
