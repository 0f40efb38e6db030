#include "demo/sentence.h"

namespace rapport::demo {
namespace {

using Lines = std::string_view[];

constexpr Lines kGreeting = {
    "[Hola|Buenas|Buenos días|Buenas tardes][|, {a}][!|.]",
    "Hola, los encontré [en Instagram|por un amigo|en internet] y quería saludar.",
    "[Hola|Buenas], ando [mirando|viendo opciones] [hoy|esta semana].",
    "Hola, soy {n}.",
};
constexpr Lines kQuestion = {
    "[Hola, |Buenas, |]¿tienen {p} en {k}?",
    "¿Hay {p} [disponible|en existencia] [para el {d}|esta semana|ahora]?",
    "¿Cuándo [llega|sale] el pedido de {p} si lo pido el {d}?",
    "De {p}, ¿qué [me recomiendan|conviene] para [{q} personas|un departamento chico|un regalo]?",
    "[Hola, |]¿puedo [devolver|cambiar] {p} si no me queda?",
    "¿Qué diferencia hay entre {p} y {p}?",
    "¿[Hacen envíos|Entregan] de {p} [el {d}|fuera de la ciudad|en {q} días]?",
    "¿Cuánto tiempo de garantía tiene {p}?",
    "¿Dónde está la tienda y a qué hora abren el {d}?",
};
constexpr Lines kPrice = {
    "[Hola, |Buenas, |]¿cuánto cuesta {p}[ en {k}|]?",
    "¿Qué precio tienen {q} [unidades|piezas] de {p}?",
    "¿Me pasan [una cotización|la lista de precios] de {p}[ en {k}|], por favor?",
    "¿{m} es el mejor precio de {p}?",
    "¿Cuánto sale {p} [con envío el {d}|con todo incluido|hoy]?",
    "¿Hay descuento en el precio si llevo {q} de {p}?",
};
constexpr Lines kMeeting = {
    "¿Podemos [agendar una llamada|tener una reunión] el {d} a las {h}?",
    "Quisiera agendar una cita [para el {d}|el {d} a eso de las {h}].",
    "¿Nos podemos reunir [el {d}|el {d} a las {h}] para [ver|hablar de] {p}?",
    "¿Me hacen una demostración de {p} el {d}? Podemos agendar una reunión.",
    "¿Tienen tiempo para una llamada el {d} a las {h}?",
};
constexpr Lines kBuy = {
    "[Bueno, |Listo, |Dale, ]me llevo {q} de {p}[ en {k}|].",
    "Quiero pedir {p}[ en {k}|][, por favor|].",
    "Por favor apártenme {p}, pago [el {d}|hoy|con tarjeta].",
    "Hagámoslo, [uno|{q}] de {p} por {m}.",
};
constexpr Lines kStatus = {
    "¿Dónde está mi pedido {o}?",
    "[Hola, |Buenas, |]¿cuándo llega el pedido {o}?",
    "¿Ya enviaron {o}?",
    "El seguimiento de {o} no se mueve desde el {d}, ¿qué pasa?",
    "¿Pueden revisar el estado de {o}, por favor?",
};
constexpr Lines kComplaint = {
    "El pedido {o} [llegó dañado|dejó de funcionar a los {q} días|no es lo que pedí].",
    "Estoy [decepcionado|molesto|frustrada] con {p}[, ya se rompió|, la calidad es mala|].",
    "Mi pedido {o} [otra vez viene tarde|sigue sin llegar] y nadie [responde|me dice nada].",
    "Me [cobraron dos veces|mandaron mal la talla de] {p}.",
    "Nadie me llamó el {d} como prometieron.",
    "Llevo {q} días esperando [una respuesta por {o}|mi reembolso].",
};
constexpr Lines kAngry = {
    "Esto es [inaceptable|ridículo|una burla]. ¡{o} [sigue sin llegar|llegó roto], quiero mi dinero!",
    "Servicio [terrible|pésimo|horrible], [nunca me trataron así|me arrepiento de comprar {p}].",
    "Estoy muy [enojado|harta], ¡{q} mensajes y ninguna solución para {o}!",
    "La peor compra de mi vida, {p}. [Nunca más|Se lo voy a contar a todos].",
    "¡¡Dejen de hacerme perder el tiempo y arreglen {o} ya!!",
};
constexpr Lines kThanks = {
    "[Muchas gracias|Gracias|Mil gracias][, {a}|][!|.]",
    "Gracias, [me sirvió mucho|qué rápido|muy amable].",
    "[Perfecto|Excelente|Genial], gracias[!|.]",
    "Gracias por la ayuda con [{o}|{p}].",
};
constexpr Lines kPraise = {
    "Me encanta {p}[, excelente calidad|, la mejor compra del año|]!",
    "El modelo de {p} es [maravilloso|fantástico|excelente], [a mi familia le encanta|gracias].",
    "[Excelente|Gran] servicio, {o} llegó [antes|el {d} como dijeron], perfecto.",
    "Muy feliz con {p} en {k}, los voy a recomendar.",
};
constexpr Lines kAck = {
    "[Ok|Vale|Bueno|Claro|Sí|Listo|De acuerdo][.|]",
    "[Ok|Sí], [el {d} está bien|a las {h} entonces|lo voy a pensar].",
    "Sí, [en {k}|{q} de esos|ese mismo].",
    "Les [aviso|confirmo] [el {d}|más tarde|mañana].",
};
constexpr Lines kDecline = {
    "No, [ahora no|no me interesa|tal vez después].",
    "[Es muy caro para mí|Se sale de mi presupuesto], {m} hubiera estado bien.",
    "Ya [tengo|no necesito] {p}.",
    "Perdón, ya lo compré en otro lado.",
    "Por favor escriban menos, {q} mensajes por semana son demasiados.",
};
constexpr Lines kStop = {"STOP", "BAJA", "Por favor dejen de [escribirme|mandar mensajes].", "Cancelar suscripción"};

constexpr Lines kReplyGreeting = {
    "[Hola|Buenas], le saluda {a} del equipo.",
    "[Qué gusto leerle|Bienvenido de nuevo], soy {a}.",
};
constexpr Lines kReplyAnswer = {
    "Tenemos {p} en existencia en {k}, sale el {d}.",
    "La entrega tarda {q} días hábiles, el paquete sale el {d}.",
    "Cada {p} viene con {q} años de garantía.",
    "Abrimos hasta las {h}, también el {d}.",
    "En peso gana {p}, en duración {p}.",
    "Su paquete {o} salió del almacén y llega el {d}.",
    "Sí, se puede devolver {p} dentro de {q} semanas.",
};
constexpr Lines kReplyPrice = {
    "El precio de {p} es {m}, con envío incluido.",
    "Queda en {m} por uno y {m} por {q} de {p}.",
    "En {k}, {p} está a {m}, con {s}% menos hasta el {d}.",
};
constexpr Lines kReplyMeeting = {
    "{a} tiene tiempo el {d} a las {h}.",
    "Una visita el {d} a las {h} nos queda bien.",
    "El {d} a eso de las {h} estamos libres.",
};
constexpr Lines kReplyOrder = {
    "Su pedido {o} quedó anotado, el total es {m}.",
    "Listo, {o} está confirmado y sale el {d}.",
    "Apartamos {p} en {k} con el código {o}.",
};
constexpr Lines kReplyApology = {
    "Lamentamos lo de {o}, el reemplazo sale el {d}.",
    "Disculpe las molestias con {p}, su reembolso de {m} va en camino.",
    "Eso no debió pasar, {a} revisa {o} hoy.",
};
constexpr Lines kReplyClose = {"Con gusto.", "Un placer, que tenga buen {d}.", "Para eso estamos. {a}"};
constexpr Lines kReplyMore = {
    "Un {p} en {k} es lo que la mayoría se lleva junto con eso, y los dos caben bien en un solo paquete sin pagar más.",
    "Nuestro equipo en la tienda probó ambos durante {q} semanas y quedó contento con lo bien que aguantan el uso diario.",
    "Como el almacén hace inventario el {d}, los paquetes de ese día salen un poco más tarde que otros, a las {h} a más tardar.",
    "El modelo anterior también sigue por aquí, pesa más y hace algo más de ruido, pero por dentro lleva las mismas piezas.",
};
constexpr Lines kReplyInvite = {
    "[Responda SÍ y|Responda este mensaje y] se lo aparto.",
    "¿Quiere pedirlo [ahora|hoy]? [Compre ahora|Responda SÍ].",
    "¿Se lo reservo? Responda [sí|ok].",
    "Díganos el color, luego [pida ahora|responda aquí] y es suyo.",
};
constexpr Lines kFollowUp = {
    "Paso a saludar por lo de {p}.",
    "Guardamos {p} en {k} hasta el {d}.",
    "Quizás todavía está pensando en {p}.",
};
constexpr Lines kCampaignHello = {"Hola {n},", "¡Hola, {n}!", "Querido cliente {n},", "Hola {v},", "{n},"};
constexpr Lines kCampaignOpening = {"Buenas noticias.", "Novedades de la semana.", "Desde la tienda:", "Un saludo del equipo."};
constexpr Lines kCampaignBody = {
    "novedad: *{p}* en {k}.",
    "*{s}% menos* en {p} hasta el {d}.",
    "de vuelta: {p} a {m} esta semana.",
    "la feria del {d} trae {p} a {m}.",
    "llegó más *{p}*, también en {k}.",
    "{p} y {p} vienen juntos por *{m}*.",
};
constexpr Lines kCampaignMore = {
    "Nuestros artesanos tardaron {q} meses en lograr el acabado en {k}, y quien lo probó en la feria del {d} no deja de preguntar por él.",
    "Cada pieza se revisa a mano antes de salir del taller, se empaca sin plástico y llega a la puerta el {d} a más tardar.",
    "La historia empezó hace {q} años en una cocina pequeña y la receta sigue igual, solo que el horno es bastante más grande.",
};
constexpr Lines kCampaignInvite = {
    "*¡Compra ahora*!",
    "¡Haz clic aquí para [comprar ahora|pedir ahora]!",
    "Responde SÍ para apartar el tuyo.",
    "Reserva ahora, [solo quedan {q}|hasta el {d}].",
    "Compra ahora y ahorra {s}%.",
};
constexpr Lines kCampaignShout = {
    "¡¡¡ÚLTIMA OPORTUNIDAD!!! ¡¡¡{p} {m}!!! ¡¡¡NO TE LO PIERDAS!!!",
    "¡¡¡WOW!!! ¡¡¡{s}% EN TODO!!! PRECIOS DE LOCURA {d}!!!",
    "GRATIS GRATIS GRATIS!!! EL MEJOR {p}!!! $$$",
};

constexpr Lines kProducts = {"silla de jardín", "molino de café",  "tenis",         "tapete de yoga", "lámpara",
                             "maleta",          "licuadora",       "crema facial",  "anillo de plata", "chamarra",
                             "audífonos",       "funda de celular", "juego de té",  "camisa de lino", "cobija de bebé",
                             "casco",           "reloj de pared",  "arrocera"};
constexpr Lines kVariants = {"negro", "blanco", "azul", "verde", "rojo", "grande", "chico", "talla M", "nogal", "gris"};
constexpr Lines kDays = {"lunes",      "martes",     "miércoles",  "jueves",      "viernes",    "sábado",
                         "domingo",    "3 de marzo", "12 de abril", "20 de mayo", "8 de junio", "15 de julio",
                         "22 de agosto", "día 5",    "día 19",     "día 27",      "9 de octubre", "14 de noviembre"};
constexpr Lines kHours = {"9", "10:30", "11", "12", "14:00", "15:30", "4 de la tarde", "17:00", "18:15", "7 de la noche"};
constexpr Lines kAgents = {"Lucía", "Mateo", "Valeria", "Diego", "Carmen"};
constexpr Lines kFirst = {"Sofía", "Juan",  "María", "Carlos", "Ana",   "Luis",   "Elena", "Pedro", "Rosa",  "Jorge",
                          "Paula", "Andrés", "Marta", "Pablo", "Clara", "Miguel", "Inés",  "Raúl",  "Julia", "Óscar"};
constexpr Lines kLast = {"García", "López", "Martínez", "Pérez", "Gómez", "Díaz", "Ruiz", "Torres", "Flores", "Rojas"};
constexpr Lines kWarm = {"😊", "🙏", "❤️", "👍", "🥰", "🎉"};
constexpr Lines kCold = {"😡", "😞", "👎", "😤", "🙄"};

}  // namespace

const Phrasebook& spanish_book() {
  static const Phrasebook book = {
      .language = "es",
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
      .price_before = "$",
      .price_after = "",
      .price_scale = 18};
  return book;
}

}  // namespace rapport::demo
