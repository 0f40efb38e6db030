#pragma once

#include <array>

#include "text/lexicon.h"

/// Portuguese (mostly Brazilian chat). See CuePhrases for how a phrase is written.
namespace rapport::text {

inline constexpr std::array kPortuguese = {
    CuePhrases{Cue::kQuestionAtStart, R"(
      quanto/quantos/quantas/qto/qnto/qnt, por quanto, em quanto tempo, qual/quais o/a/os/as/é/são/seria/valor/preço/tamanho/prazo/horário/cor/cores/endereço/horario/seu/meu/tamanhos/sabor/sabores, qual, quais,
      quando chega/chegam/vai/vou/sai/abre/vocês/vcs/posso/fica/vem/será/é/entrega/entregam/vão/meu/minha/o/termina/começa/tem, até quando, desde quando, pra quando, para quando,
      onde, aonde, como fica/pagar/comprar/fazer/eu/sei/vou/retiro/recebo/rastreio/acompanho, de onde, cadê, kd, como faço/faz/funciona/posso/pago/compro/está/tá/vocês/é/são/seria/foi/vai/estão/fica/retiro/q/que/tá/vc, o que é/houve/aconteceu/acontece/faço/faz/tem/fazer/significa/inclui/preciso/posso/vocês/vcs/eu/seria/está/foi/devo/vem/acha/acham/você, o q/oq/oque é/houve/aconteceu/acontece/faço/tem/fazer/vem/inclui/acha,
      por que/q, porque vocês/ainda/meu/minha, pq vcs/meu/minha/ainda, quem é/pode/está/atende, que horas/dia/tipo/cor/cores/tamanho/tamanhos,
      vocês/vcs/vc/voces/você tem/têm/fazem/faz/entregam/entrega/aceitam/aceita/vendem/vende/trabalham/podem/pode/abrem/são/estão/enviam/ainda/conseguem/consegue/sabe/parcelam/possuem/atendem, tem/têm como/disponível/desconto/estoque/entrega/alguma/algum/outra/outro/no/na/em/ainda/pra/para/frete/essa/esse/de/mais/tamanho/garantia/previsão/horário/pronta,
      posso, poderia, poderiam, podemos, pode/podem me/verificar/confirmar/enviar/mandar/passar/fazer/ver/ajudar/entregar/trocar/parcelar/esperar/reservar/separar/dar/falar/explicar, você quer/acha/pode/poderia/teria/gostaria/consegue/sabe, gostou, vai querer, sabe se, quem, me manda/passa/envia/fala/diz o/a/os/as, consegue/conseguem/consigo, dá/da pra/para, já/ja chegou/saiu/enviou/enviaram/foi/está/tem/postaram, será que, sera q, vai ter estoque/mais/promoção/desconto/entrega/algum/alguma, vai demorar/chegar/dar, aceita/aceitam pix/cartão/cartao/boleto/vale/débito/troca, alguma novidade/previsão, fazem/faz entrega/entregas/desconto/por/sob, entrega/entregam em/no/na/hoje/aqui/para/pra, ainda tem/têm/está/ta/dá, está/tá disponível/aberto/aberta/pronto/pronta/incluso, estão abertos/abertas, trabalham com, tudo bem, tudo bom, td bem, tem algum/alguem, é possível, seria possível, parcela em/no, alguém pode/aí/pra, e o frete, e a entrega, sabe se/me/quando,
      o que você/vocês/vc/vcs/ele/ela/eles/está/estava/estão/te/há/mais/vais/queres/achas/quer/deu/diabos/isso, que diabos, quer que/um/uma/o/a/ir/vir/ver/comprar/pagar/mais, queres, achas, gostas, conheces, lembras, sabes se/quando/onde/quem/o,
      como você/vc/vocês sabe/fez/está/se/vai/pode/consegue/conseguiu, como assim, como sabe, você/vocês/vc/vcs já/realmente/acredita/lembra/viu/conhece, acham que, e agora, em que, do que, para/pra que serve/horas/dia/lado, tens como/algum/alguma/certeza/tempo, podes, é verdade que, algum problema, alguma pergunta/dúvida/ideia)"},
    CuePhrases{Cue::kQuestionAnywhere, R"(
      quanto custa/custam/fica/ficam/sai/saem/tá/vale/seria/custaria/cobram/cobra/é/demora/tempo, qual o valor/preço/prazo/tamanho/horário/endereço, qual é o, gostaria de saber, queria saber, quero saber se/o/quanto/quando/como/qual/onde, preciso saber, que horas, quando chega, quando vai chegar, será que, tem como, vocês/vcs/voces têm/tem/entregam/aceitam/fazem/vendem, pode me dizer/falar/ajudar/informar/passar/enviar/mandar, poderia me)"},
    CuePhrases{Cue::kQuestionAtEnd, "né, ne, não é, ou não, pode ser, hein, não acha, certo, tá"},
    CuePhrases{Cue::kNotQuestion, R"(
      pode deixar/mandar/enviar/entregar/confirmar/ficar, tem de tudo, que horas boas, posso confirmar que, posso pagar amanhã, tem mais de, quanto antes, quanto mais, tudo bem obrigado/obrigada, tudo bem por aqui, porque não gostei/quero/tenho/posso, da para ver que, tem de ser/me/ter, você tem razão/que/de/mesmo, vcs têm razão, está certo, tá certo, deu certo, dá certo, dar certo, ok certo, tudo certo, tem que, tem mais, para que possa, enquanto, pode sim, posso sim, quando chegar)"},
    CuePhrases{Cue::kPrice, R"(
      preço, preços, preco, valor, valores, vlr, orçamento, desconto, descontos, quanto custa/custam/fica/ficam/sai/saem/é/tá/está/ta/cobra/cobram/vale/seria/custaria/por/o/a, qto custa/fica/sai/é/ta/o, qnto custa/é/fica, qnt custa/é/fica, quanto tá, por quanto, tabela de preços, mais barato, mais barata, baratinho, muito caro, muito cara, mto caro, caríssimo, parcelado, parcela, parcelas, à vista, mensalidade, atacado, custo, custa)"},
    CuePhrases{Cue::kNotPrice, R"(
      quanto tempo, quanto é o prazo, dou valor, dar valor, sem valor sentimental, quanto antes, quanto custa a chegar, custa acreditar, custa responder)"},
    CuePhrases{Cue::kMeeting, R"(
      reunião, reuniao, reuniões, agendar, agendamento, agendo, marcar um/uma/horário/hora/consulta/visita/reunião, marcar, horário disponível pra/para, me liga/ligue/liguem/ligar, pode/podem/poderia ligar, pode me ligar, ligação, chamada, videochamada, encontro, nos encontrar, visita, visitar, visitá-los, passar na loja, passar aí, passo aí, conversar por/com/pessoalmente, posso ir aí/na/no/até, podemos conversar/marcar/falar, uma demonstração, demonstração, test drive, consulta)"},
    CuePhrases{Cue::kNotMeeting, "não me liga/ligue/liguem, visite nosso/nossa, consulta de pedido, parem de ligar"},
    CuePhrases{Cue::kPositive, R"(
      bom, boa, bons, boas, ótimo, ótima, ótimos, ótimas, otimo, excelente, perfeito, perfeita, maravilhoso, maravilhosa, maravilha, lindo, linda, lindos, lindas, lindíssimo, amei, amo, adorei, adoro, gostei, gosto, gostamos, obrigado, obrigada, obg, obgd, brigado, brigada, brigadão, valeu, vlw, agradeço, agradecida, agradecido, recomendo, recomendadíssimo,
      muito legal, que legal, bem legal, legal demais, top demais, muito top, show de bola, massa demais, feliz, contente, satisfeito, satisfeita, rápido, rápida, atencioso, atenciosa, melhor, melhores, incrível, sensacional, fantástico, parabéns, arrasou, arrasaram, interessado, interessada, tenho interesse, com certeza, claro que sim, sim quero, beleza, blz, delícia, delicioso, deliciosa, chegou certinho, tudo certinho, impecável, nota 10, caprichado, confiável, super)"},
    CuePhrases{Cue::kNotPositive, R"(
      bom dia, boa tarde/noite, boas festas, pode ser bom, tá bom, ta bom, tudo bom, melhor não, muito bom dia, melhor preço, qual o melhor, bom preço, pode ser bom, ok beleza, beleza pura)"},
    CuePhrases{Cue::kNegator, "não, nao, nunca, jamais, nem, sem, ñ, n"},
    CuePhrases{Cue::kCallToAction, R"(
      clique/clica/cliquem, compre já/agora/hoje/aqui/o/a/seu/sua/online, compra já/agora, peça já/agora/o/a/seu/sua/hoje/pelo, pede já/agora/o/pelo, ligue/liga já/agora/para/pra, chama no/a/na/aqui/pelo, chame no/a, responda/responde sim/com/aqui/essa/esta/já/a, responda, reserve/reserva já/seu/sua/agora/o/a, cadastre-se, cadastre, inscreva, inscreva-se, acesse/acessa, visite nosso/nossa/a/o/www, baixe/baixa o/nosso/já/agora, aproveite/aproveita, garanta/garante já/o/a/seu/sua/agora, não/nao perca/perde,
      use o/a/seu cupom/código, usa o cupom/código, confira/confere, saiba mais, agende/agenda já/seu/sua/agora/uma, agende, fale conosco/com, entre em contato, toque aqui/no, participe/participa, corre/corra, vem conferir/pra/comprar/conhecer/ver, venha conferir/conhecer/nos, mande/manda um/uma/mensagem, envie um/uma, renove, pague já/agora/com/via/aqui, finalize/finaliza, complete/completa seu/sua/o/a, confirme/confirma seu/sua/com/aqui, experimente/experimenta, escolha/escolhe, conheça nossa/nosso/nossas/nossos, descubra, arraste, assine já/agora, resgate, solicite)"},
    CuePhrases{Cue::kNotCallToAction, "ninguém responde, não responde, liga pra mim, quem responde, não corre"},
    CuePhrases{Cue::kOwnHistory, R"(
      seu/sua/teu/tua último/última/ultimo/ultima/recente pedido/compra/visita/reserva, seu/sua/teu/tua pedido/compra/carrinho/reserva/assinatura/consulta/conta/cadastro/aniversário, seus/suas pedidos/pontos/compras/favoritos, você comprou/pediu/deixou/visitou/viu/gostou, vc comprou/pediu/deixou, que você comprou, sentimos sua falta, saudades de você, como cliente, bem vindo de volta, bem-vindo de volta, deixou no carrinho)"},
    CuePhrases{Cue::kAddress, "você, vc, vocês, vcs, te, ti, contigo, seu, sua, seus, suas, teu, tua, lhe"},
    CuePhrases{Cue::kFiller, R"(
      oi, oie, oii, oiii, olá, ola, opa, ei, eai, e aí, e ai, bom dia, boa tarde/noite, por favor, pfv, pf, pfvr, por gentileza, e, mas, então, entao, moça, moço, amigo, amiga, senhor, senhora, ok, bom, uma dúvida, uma pergunta, dúvida, desculpa, desculpe, licença, com licença, tudo bem, tudo bom, td bem, obrigado, obrigada, aí, ai, gente, pessoal, querida, querido, me diz, me fala, ah, só, também, tbm, ou, mano)"},
};

}  // namespace rapport::text
