#pragma once

#include <array>

#include "text/lexicon.h"

/// Spanish (Latin American and European). See CuePhrases for how a phrase is written.
namespace rapport::text {

inline constexpr std::array kSpanish = {
    CuePhrases{Cue::kQuestionAtStart, R"(
      cuánto/cuántos/cuánta/cuántas, a cuánto, a cómo, de cuánto, en cuánto me/lo/la/sale/queda,
      cuándo llega/llegará/va/van/sale/salen/está/estará/abren/cierran/puedo/me/seria/es/entregan/tendrán/vuelven/hay/podrían/se,
      dónde, quién, quiénes, cuál, cuáles, adónde, cómo estuvo/fue/llego/lo hago/les/hacen/envían/pagar/comprar/hacer, cuándo vienes/viene/vienen/llegan/podemos/empieza/termina/abre/cierra, de dónde, en dónde, a dónde, para cuándo, desde cuándo, hasta cuándo, hasta qué,
      qué precio/precios/hora/horario/horarios/día/días/talla/tallas/color/colores/incluye/tal/pasó/pasa/es/costo/tipo/método/métodos/formas/medios/tiempo/necesito/hago/debo/significa/garantía/dice/modelos,
      q precio/tal/hora/es/pasa/colores, k tal/precio, cuál/cuáles es/sería/son/me/recomienda/recomiendas/tienen,
      cómo puedo/hago/se/está/estás/están/es/funciona/pago/compro/hacemos/va/van/sería/lo/la/les/te/le/quedó,
      por qué no/está/tarda/sigue/todavía/tan/nadie/cobran, xq no/se, porque no me/ha/han/llega, quién/quiénes es/me/puede/atiende/son,
      tienen/tienes/tendrán/tiene/tendrás/tendrían, hay stock/envío/envíos/disponible/disponibles/descuento/alguna/algún/alguien/otro/otra/en/de/posibilidad/talla,
      aceptan/aceptas, hacen/haces envíos/envío/entregas/factura/descuento, envían/mandan a, puedo, podría, podemos, pueden/puedes/podrían/podrías/puede, vas a, van a, te gusta/gustó/gustaría, les gusta/gustó, estás/están seguro/seguros/segura/disponible/ahí, me puede/puedes/pueden/podría/podrías/podrían/pueden/das/dan/dices/regalas/mandas/pasas/pasan/confirmas/ayudas/ayudan/explicas/informas,
      sabes/saben si/cuándo/cuánto/dónde, será que, sería posible, es posible, todavía tienen/hay/está/queda/quedan, aún tienen/hay/está/queda, ya llegó/salió/enviaron/está/mandaron/tienen,
      alguna novedad/noticia, qué onda, venden/vendes, trabajan los/el, atienden/abren los/el/hoy/mañana/domingos/sábados, quedan, está disponible/abierto/listo/incluido, están disponibles/abiertos/listos, incluye el/la/envío, disponen de,
      se puede/pueden, lo tienen/tienes, la tienen/tienes, me lo/la pueden/puedes/dejas/envían/mandan, cuentan con, tendrás/tendran, hasta cuando,
      quieres, querés, queréis, desea/desean, crees, acaso, conoces, a/de/con quién, de qué, en qué, con qué, sobre qué, a qué te/se/precio/dirección/número/correo, para qué es/sirve/sirven/quieres/necesitas/fecha, alguna vez/idea, alguien sabe/tiene/puede,
      has visto/oído/leído/probado/terminado, habéis, te/le/les importa/importaría, te/le gustan/gustaría, os gusta/gustan, piensas, pensás, recuerdas, te acuerdas, tú crees, preferirías, oíste, sabías, sabéis, saben, sabes algo/de/quién/por/cómo, me prestas,
      qué quieres/quiere/querías/clase/más/vas/estás/tan/hiciste/haces/hace/hacemos/has/harías/puedo/puedes/piensas/opinas/tiene/tienes/debería/edad/crees/dijo/demonios/pasará, qué te/le parece/gusta/gustaría/pasa/pasó/dijo, qué está pasando/haciendo/incluido, qué hay de/en/para, qué me recomiendas/recomienda/recomiendan/ofrece/ofrecen/puede,
      cómo de/llegó/pudo/puedes, cuándo fue/vas, de verdad quieres/crees, estás pensando/diciendo)"},
    CuePhrases{Cue::kQuestionAnywhere, R"(
      cuánto cuesta/cuestan/vale/valen/sale/salen/es/sería/tarda/tardan/cobran/cobras/demora/dura/mide/pesa/queda/tengo/debo, qué precio tiene/tienen, quisiera saber, quería saber, me gustaría saber,
      quiero saber si/el/cuánto/cuándo/cómo/qué/dónde, necesito saber, cuándo llega/llegará/me/sale, a qué hora, dónde está/están/queda mi/el/la/su, sabe si, consulta si, me pueden/puede/puedes decir/ayudar/confirmar/enviar/pasar, qué tal es)"},
    CuePhrases{Cue::kQuestionAtEnd,
               "verdad, cierto, no es así, o no, o qué, no crees, te parece, les parece, eh, vale"},
    CuePhrases{Cue::kNotQuestion, R"(
      la verdad, es verdad, es cierto, por cierto, tienen/tienes/tiene que, tiene razón, tiene un costo, tienes razón, que tengas/tengan, en cuanto llegue/pueda/salga, cuánto lo siento/siento, cuánto me alegro/alegra, puedes/pueden pagar/pasar/confiar, pueden llamar,
      puedo pasar mañana, quedan pocas/pocos/pocos/solo/dos/tres/unidades, puedo esperar, puedo confirmar que, cuanto antes, cuanto más, puede ser, todavía no, por que se/no me gustó/quiero/tengo/puedo, puedo confirmar, no puedo/puedes/puede/pueden/podemos/podría/podrían, no tiene/tienes/tienen/tendrá/vas/van/hay/quieres/crees/sabes/saben/se/me/te, puede que, vas a ver, van a llamar/llegar)"},
    CuePhrases{Cue::kPrice, R"(
      precio, precios, presio, costo, costos, coste, cotización, cotizar, cotizame, presupuesto, tarifa, tarifas, descuento, descuentos, rebaja, rebajas, barato, barata, más económico, económico,
      cuánto cuesta/cuestan/vale/valen/sale/salen/sería/cobran/cobras/es/queda/por/con/la/el, cuanto el/la/los/por, a cómo, a cuánto, en cuánto sale/queda/me/está, q cuesta, cuesta, cuestan, muy caro, muy cara, carísimo, mensualidad, a plazos, cuotas, por mayor, al mayoreo)"},
    CuePhrases{Cue::kNotPrice, R"(
      cuánto tarda/tardan/demora/demoran/tiempo/falta/dura/mide/pesa, me cuesta creer/trabajo/entender, cuanto antes, en cuanto me llegue/llames, cuánto es el tiempo)"},
    CuePhrases{Cue::kMeeting, R"(
      reunión, reuniones, reunirnos, reunirme, cita, citas, agendar, agenda, agendamos, agendo, videollamada, llamada, llámame, llámeme, llámenme, me llaman/llama/llamas, me puede/puedes/pueden llamar, podrían/podrías/podría llamarme,
      visita, visitar, visitarlos, visitarte, pasar por la/el/su/tu tienda/local/oficina/showroom, paso por la/el tienda/local/oficina, vernos, nos vemos, quedamos, conocernos, podemos hablar/vernos/reunirnos, hablar por teléfono, una demo, turno, coordinar una, coordinamos, prueba de manejo)"},
    CuePhrases{
        Cue::kNotMeeting,
        "no me llamen, no me llames, visita nuestra/nuestro/www, en la visita, mucho gusto conocernos, no me llama"},
    CuePhrases{Cue::kPositive, R"(
      bueno, buena, buenos, buenas, buenísimo, buenísima, bien, excelente, excelentes, genial, perfecto, perfecta, increíble, maravilloso, maravillosa, hermoso, hermosa, hermosos, hermosas, bonito, bonita, bonitos, bonitas,
      lindo, linda, lindos, lindas, me gusta/gustó/gustan/gustaron/encanta/encantó/encantan/encantaron/interesa, encantado, encantada, feliz, felices, contento, contenta, gracias, grax, grasias, mil gracias, agradecido, agradecida, recomiendo, recomendado, recomendadísimo,
      rápido, amable, amables, mejor, estupendo, fantástico, fantástica, chévere, bacán, padrísimo, qué padre, buenazo, rico, rica, riquísimo, delicioso, satisfecho, satisfecha, interesado, interesada, claro que sí, por supuesto, sí quiero, de acuerdo, dale, espectacular, impecable, amo, adoro, súper, felicidades, felicitaciones, guapo, guapa, vale la pena)"},
    CuePhrases{Cue::kNotPositive, R"(
      buenos días/tardes/noches, buenas tardes/noches/días, buen día, bueno no, bueno pero, más bien, está bien, estás bien, mejor precio, mejor no, si bien, o bien, ya no me gusta, quisiera si me gusta, buenas como, buena suerte, rica y)"},
    CuePhrases{Cue::kNegator, "no, nunca, jamás, tampoco, nada, sin, ni"},
    CuePhrases{Cue::kCallToAction, R"(
      haz clic/click/tu/clik, da/dale/den clic/click, clic aquí, click aquí, compra ya/ahora/hoy/aquí/tu/en, pide ya/ahora/tu/hoy/el/aquí, pídelo, ordena ya/ahora/hoy/aquí/tu, llama ya/ahora/al/hoy, llámanos, escríbenos, escribinos, responde/responda/respondé, contesta sí/con/este,
      reserva ya/tu/ahora/hoy/aquí/con, regístrate, inscríbete, suscríbete, únete, visita nuestra/nuestro/www, visítanos, descarga, descárgala, aprovecha/aproveche/aprovechá, no te lo/la pierdas, no te pierdas, no se lo pierda, usa el/tu código/cupón, usa el cupón,
      consigue, obtén, agenda tu/ya/hoy, contáctanos, contactanos, comunícate, conoce más/nuestra/nuestros/nuestras, descubre/descubrí, confirma tu/con/tus, confírmanos, paga ya/aquí/tu/ahora/en, ingresa a/aquí/al, entra a/aquí/en, solicita tu/ya/el, toca aquí/el, adquiere/llévate/llevate, elige/elegí, consulta nuestro/nuestra/nuestros, cotiza, envíanos, mándanos, participa, corre, renueva, completa tu)"},
    CuePhrases{Cue::kNotCallToAction,
               "no responde/responden, nadie responde, no me responde, el que responde, quien responde"},
    CuePhrases{Cue::kOwnHistory, R"(
      tu/su último/última/pasado/pasada/anterior/reciente/próximo pedido/compra/visita/orden/reserva/cita, tu/su pedido/compra/carrito/orden/reserva/suscripción/cita/cuenta/membresía/cumpleaños, tus/sus pedidos/puntos/compras/favoritos, tu favorito, compraste, pediste, dejaste en, te extrañamos, como cliente, bienvenido de nuevo, bienvenida de nuevo, visitaste)"},
    CuePhrases{Cue::kAddress, "tú, tu, tus, te, ti, contigo, usted, ustedes, vos, su pedido, su compra, le escribimos"},
    CuePhrases{Cue::kFiller, R"(
      hola, holaa, holis, ola, oye, oiga, oigan, disculpa, disculpe, disculpen, perdón, perdona, buenas, buenos días/tardes/noches, buenas tardes/noches/días, buen día, buenas, por favor, porfa, porfavor, y, pero, entonces, amigo, amiga, señor, señora, señorita, ok, bueno, una pregunta, una consulta, consulta, pregunta, estimados, estimado, gracias, mira, che, pues, o, oigan, saludos, también, es que, para, pa, aparte, amigos, hey)"},
};

}  // namespace rapport::text
