#include "demo/sentence.h"

namespace rapport::demo {
namespace {

using Lines = std::string_view[];

constexpr Lines kGreeting = {
    "[Oi|Olá|Bom dia|Boa tarde|Boa noite][|, {a}][!|.]",
    "[Oi|Olá], achei vocês [no Instagram|por um amigo|na internet] e quis dar um oi.",
    "[Oi|Olá], estou [olhando|vendo opções] [hoje|esta semana].",
    "Olá, aqui é {n}.",
};
constexpr Lines kQuestion = {
    "[Oi, |Olá, |]vocês têm {p} em {k}?",
    "Tem {p} [disponível|em estoque] [na {d}|esta semana|agora]?",
    "Quando [chega|sai] o pedido de {p} se eu pedir na {d}?",
    "Para {p}, o que [vocês recomendam|é melhor] para [{q} pessoas|um apartamento pequeno|presente]?",
    "[Oi, |]posso [devolver|trocar] {p} se não servir?",
    "Qual a diferença entre {p} e {p}?",
    "Vocês [entregam|enviam] {p} [na {d}|fora da cidade|em {q} dias]?",
    "Quanto tempo de garantia tem {p}?",
    "Onde fica a loja e que horas abre na {d}?",
};
constexpr Lines kPrice = {
    "[Oi, |Olá, |]quanto custa {p}[ em {k}|]?",
    "Qual o preço de {q} [unidades|peças] de {p}?",
    "Podem me mandar [um orçamento|a tabela de preços] de {p}[ em {k}|], por favor?",
    "{m} é o melhor preço de {p}?",
    "Quanto custa {p} [com entrega na {d}|com frete|hoje]?",
    "Tem desconto no preço se eu levar {q} de {p}?",
};
constexpr Lines kMeeting = {
    "Podemos [agendar uma ligação|marcar uma reunião] na {d} às {h}?",
    "Gostaria de agendar um horário [para {d}|na {d} por volta das {h}].",
    "Podemos marcar uma reunião [na {d}|na {d} às {h}] para [ver|falar de] {p}?",
    "Dá para agendar uma demonstração de {p} na {d}?",
    "Vocês podem fazer uma reunião na {d} às {h}?",
};
constexpr Lines kBuy = {
    "[Certo, |Beleza, |Fechado, ]vou levar {q} de {p}[ em {k}|].",
    "Quero pedir {p}[ em {k}|][, por favor|].",
    "Por favor separem {p} para mim, pago [na {d}|hoje|no cartão].",
    "Pode fechar, [um|{q}] de {p} por {m}.",
};
constexpr Lines kStatus = {
    "Onde está meu pedido {o}?",
    "[Oi, |Olá, |]quando chega o pedido {o}?",
    "Já enviaram {o}?",
    "O rastreio de {o} não anda desde {d}, o que houve?",
    "Podem ver o status de {o}, por favor?",
};
constexpr Lines kComplaint = {
    "O pedido {o} [chegou quebrado|parou de funcionar em {q} dias|não é o que eu pedi].",
    "Fiquei [decepcionado|chateada|frustrado] com {p}[, já quebrou|, a qualidade é ruim|].",
    "Meu pedido {o} [atrasou de novo|ainda não chegou] e ninguém [responde|me fala nada].",
    "Vocês [cobraram duas vezes|mandaram o tamanho errado de] {p}.",
    "Ninguém me ligou na {d} como prometeram.",
    "Estou há {q} dias esperando [resposta sobre {o}|meu reembolso].",
};
constexpr Lines kAngry = {
    "Isso é [inaceitável|ridículo|uma piada]. {o} [ainda não chegou|veio quebrado], quero meu dinheiro de volta!",
    "Atendimento [péssimo|horrível|terrível], [nunca me trataram assim|me arrependi de comprar {p}].",
    "Estou com muita [raiva|irritação], {q} mensagens e nenhuma solução para {o}!",
    "Pior {p} da vida. [Nunca mais|Vou contar para todo mundo].",
    "Parem de me enrolar e resolvam {o} agora!!",
};
constexpr Lines kThanks = {
    "[Muito obrigada|Obrigado|Valeu][, {a}|][!|.]",
    "Obrigado, [ajudou muito|que rapidez|muito gentil].",
    "[Perfeito|Ótimo|Excelente], obrigada[!|.]",
    "Obrigado pela ajuda com [{o}|{p}].",
};
constexpr Lines kPraise = {
    "Adorei o modelo de {p}[, qualidade excelente|, melhor compra do ano|]!",
    "O modelo de {p} é [maravilhoso|fantástico|excelente], [minha família adorou|obrigada].",
    "[Excelente|Ótimo] atendimento, {o} chegou [antes|na {d} como combinado].",
    "Muito feliz com {p} em {k}, vou recomendar vocês.",
};
constexpr Lines kAck = {
    "[Ok|Tá bom|Certo|Claro|Sim|Beleza|Combinado][.|]",
    "[Ok|Sim], [{d} está bom|às {h} então|vou pensar].",
    "Sim, [em {k}|{q} desses|esse mesmo].",
    "Eu [aviso|confirmo] [na {d}|mais tarde|amanhã].",
};
constexpr Lines kDecline = {
    "Não, [agora não|não tenho interesse|talvez depois].",
    "[Muito caro para mim|Passou do meu orçamento], {m} estaria bom.",
    "Já [tenho|não preciso de] {p}.",
    "Desculpa, já comprei em outro lugar.",
    "Por favor escrevam menos, {q} mensagens por semana é demais.",
};
constexpr Lines kStop = {"STOP", "SAIR", "Por favor parem de [me escrever|mandar mensagens].", "Cancelar inscrição"};

constexpr Lines kReplyGreeting = {
    "[Oi|Olá], aqui é {a} da equipe.",
    "[Que bom falar com você|Bem-vindo de volta], sou {a}.",
};
constexpr Lines kReplyAnswer = {
    "Temos {p} em estoque em {k}, sai na {d}.",
    "A entrega leva {q} dias úteis, o pacote sai na {d}.",
    "Cada {p} vem com {q} anos de garantia.",
    "Abrimos até as {h}, também na {d}.",
    "Quanto ao peso, {p} ganha; em duração, {p}.",
    "Seu pacote {o} saiu do depósito e chega na {d}.",
    "Sim, dá para devolver {p} em até {q} semanas.",
};
constexpr Lines kReplyPrice = {
    "Para {p} fica {m}, com frete incluso.",
    "Fica {m} por um e {m} por {q} de {p}.",
    "Em {k}, {p} sai por {m}, com {s}% a menos até {d}.",
};
constexpr Lines kReplyMeeting = {
    "{a} tem tempo na {d} às {h}.",
    "Uma visita na {d} às {h} fica boa para nós.",
    "Na {d} por volta das {h} estamos livres.",
};
constexpr Lines kReplyOrder = {
    "Seu pedido {o} está anotado, o total é {m}.",
    "Pronto, {o} está confirmado e sai na {d}.",
    "Separamos {p} em {k} no {o}.",
};
constexpr Lines kReplyApology = {
    "Lamentamos por {o}, a troca sai na {d}.",
    "Desculpe o transtorno com {p}, seu reembolso de {m} está a caminho.",
    "Isso não devia acontecer, {a} verifica {o} hoje.",
};
constexpr Lines kReplyClose = {"De nada.", "Por nada, boa {d}.", "Estamos à disposição. {a}"};
constexpr Lines kReplyMore = {
    "Um {p} em {k} é o que a maioria leva junto com isso, e os dois cabem direitinho num pacote só, sem pagar nada a mais.",
    "Nossa equipe na loja testou os dois durante {q} semanas e gostou bastante de como eles aguentaram o uso do dia a dia.",
    "Como o depósito faz inventário na {d}, os pacotes desse dia saem um pouco mais tarde que os outros, até as {h} no máximo.",
    "O modelo antigo também continua por aqui, é mais pesado e faz um pouco mais de barulho, mas tem as mesmas peças por dentro.",
};
constexpr Lines kReplyInvite = {
    "[Responda SIM e|É só responder e] eu separo para você.",
    "Quer pedir [agora|hoje]? [Compre agora|Responda SIM].",
    "Posso reservar para você? Responda [sim|ok].",
    "Diga a cor, depois [peça agora|responda aqui] e é seu.",
};
constexpr Lines kFollowUp = {
    "Passando para falar de {p}.",
    "Guardamos {p} em {k} até {d}.",
    "Talvez ainda esteja pensando em {p}.",
};
constexpr Lines kCampaignHello = {"Oi {n},", "Olá, {n}!", "Caro cliente {n},", "Oi {v},", "{n},"};
constexpr Lines kCampaignOpening = {"Boas notícias.", "Novidades da semana.", "Direto da loja:", "Um alô da equipe."};
constexpr Lines kCampaignBody = {
    "novidade: *{p}* em {k}.",
    "*{s}% a menos* em {p} até {d}.",
    "de volta ao estoque: {p} por {m} esta semana.",
    "a feira da {d} traz {p} por {m}.",
    "chegou mais *{p}*, também em {k}.",
    "{p} e {p} vêm juntos por *{m}*.",
};
constexpr Lines kCampaignMore = {
    "Nossos artesãos levaram {q} meses para acertar o acabamento em {k}, e quem provou na feira da {d} não para de perguntar por ele.",
    "Cada peça é conferida à mão antes de sair da oficina, embalada sem plástico e levada até a porta na {d} no mais tardar.",
    "A história começou há {q} anos numa cozinha pequena e a receita continua a mesma, só o forno ficou bem maior.",
};
constexpr Lines kCampaignInvite = {
    "*Compre agora*!",
    "Clique aqui para [comprar agora|pedir agora]!",
    "Responda SIM para reservar o seu.",
    "Reserve agora, [só restam {q}|até {d}].",
    "Compre agora e economize {s}%.",
};
constexpr Lines kCampaignShout = {
    "ÚLTIMA CHANCE!!! {p} {m}!!! NÃO PERCA!!!",
    "UAU!!! {s}% EM TUDO!!! PREÇOS MALUCOS {d}!!!",
    "GRÁTIS GRÁTIS GRÁTIS!!! MELHOR {p}!!! $$$",
};

constexpr Lines kProducts = {"cadeira de jardim", "moedor de café", "tênis",         "tapete de ioga",
                             "luminária",         "mala",           "liquidificador", "creme facial",
                             "anel de prata",     "jaqueta",        "fone de ouvido", "capa de celular",
                             "jogo de chá",       "camisa de linho", "manta de bebê", "capacete",
                             "relógio de parede", "panela de arroz"};
constexpr Lines kVariants = {"preto", "branco", "azul", "verde", "vermelho", "tamanho G", "tamanho P", "tamanho M",
                             "nogueira", "cinza"};
constexpr Lines kDays = {"segunda", "terça",    "quarta",      "quinta",     "sexta",       "segunda que vem",
                         "terça que vem", "quarta que vem", "quinta que vem", "sexta que vem", "véspera do feriado",
                         "semana que vem", "sexta, dia 5", "quinta, dia 12", "quarta, dia 19", "terça, dia 27"};
constexpr Lines kHours = {"9h", "10h30", "11h", "12h", "14h", "15h30", "16h", "17h", "18h15", "19h"};
constexpr Lines kAgents = {"Bruna", "Caio", "Letícia", "Rafael", "Bia"};
constexpr Lines kFirst = {"João",   "Mariana", "José",  "Fernanda", "Antônio", "Camila", "Francisco", "Juliana", "Marcos", "Larissa",
                          "Gabriel", "Beatriz", "Lucas", "Amanda",  "Felipe",  "Isabela", "Gustavo",  "Patrícia", "Tiago", "Renata"};
constexpr Lines kLast = {"Silva", "Santos", "Oliveira", "Souza", "Lima", "Pereira", "Costa", "Almeida", "Ribeiro", "Rocha"};
constexpr Lines kWarm = {"😊", "🙏", "❤️", "👍", "🥰", "🎉"};
constexpr Lines kCold = {"😡", "😞", "👎", "😤", "🙄"};

}  // namespace

const Phrasebook& portuguese_book() {
  static const Phrasebook book = {
      .language = "pt-BR",
      .lines = {kGreeting,      kQuestion,     kPrice,        kMeeting,      kBuy,          kStatus,
                kComplaint,     kAngry,        kThanks,       kPraise,       kAck,          kDecline,
                kStop,          kReplyGreeting, kReplyAnswer, kReplyPrice,   kReplyMeeting, kReplyOrder,
                kReplyApology,  kReplyClose,   kReplyMore,    kReplyInvite,  kFollowUp,     kCampaignHello,
                kCampaignOpening, kCampaignBody, kCampaignMore, kCampaignInvite, kCampaignShout},
      .products = kProducts,
      .variants = kVariants,
      .days = kDays,
      .hours = kHours,
      .agents = kAgents,
      .first_names = kFirst,
      .last_names = kLast,
      .warm_emoji = kWarm,
      .cold_emoji = kCold,
      .price_before = "R$ ",
      .price_after = "",
      .price_scale = 4};
  return book;
}

}  // namespace rapport::demo
