#include "demo/sentence.h"

namespace rapport::demo {
namespace {

using Lines = std::string_view[];

constexpr Lines kGreeting = {
    "[Namaste|Hello|Hi|Hii|Good morning][| ji|, {a} ji][!|.]",
    "[Hi|Hello], aapke baare mein [Insta pe|ek dost se|online] pata chala.",
    "[Hi|Hello], bas [aaj|is week] dekh raha hu.",
    "Namaste, {n} bol raha hu.",
};
constexpr Lines kQuestion = {
    "[Hi, |Bhaiya, |]kya {p} {k} mein [hai|milega]?",
    "Kya {p} [{d} ko|is week|abhi] available hai?",
    "{d} ko order karu to {p} kab [aayega|pahuchega]?",
    "[{q} logo ke liye|chote ghar ke liye|gift ke liye] kaunsa {p} sahi rahega?",
    "{p} pasand nahi aaya to [return|exchange] kaise hoga?",
    "{p} aur {p} mein kya difference hai?",
    "Kya aap {p} [{d} ko|city ke bahar|{q} din mein] deliver karte ho?",
    "{p} pe kitne saal ki warranty hai?",
    "Aapki shop kahan hai aur {d} ko kab khulti hai?",
};
constexpr Lines kPrice = {
    "[Hi, |Bhaiya, |]{p} [{k} mein |]kitne ka hai?",
    "{q} {p} ka price kya hai?",
    "Please {p} [{k} mein |]ka [rate|price list] bhej do, kitne ka padega?",
    "Kya {m} {p} ka best price hai?",
    "[{d} ko delivery ke saath|Aaj] {p} ka price kitna hai?",
    "{q} {p} lu to price mein discount milega?",
};
constexpr Lines kMeeting = {
    "Kya hum {d} ko {h} baje [meeting|call] rakh sakte hain?",
    "Mujhe {d} ko [{h} baje |]appointment chahiye.",
    "{d} ko {p} ke baare mein meeting kar sakte hain?",
    "{d} ko {p} ka demo mil sakta hai, ek meeting schedule karein?",
    "{d} ko {h} baje mil sakte hain? Call schedule kar lo.",
};
constexpr Lines kBuy = {
    "[Theek hai, |Chalo, |]main {q} {p} [{k} mein |]le lunga.",
    "Mujhe {p} [{k} mein |]order karna hai[ please|].",
    "Please {p} mere liye rakh do, payment [{d} ko|aaj|card se] kar dungi.",
    "Pakka, {m} mein [ek|{q}] {p}.",
};
constexpr Lines kStatus = {
    "Mera order {o} kahan hai?",
    "[Hi, |Bhaiya, |]order {o} kab aayega?",
    "Kya {o} ship ho gaya?",
    "{o} ki tracking {d} se ruki hui hai, kya hua?",
    "Please {o} ka status batao, kab tak aayega?",
};
constexpr Lines kComplaint = {
    "Order {o} ka {p} [toota hua aaya|{q} din mein kharab ho gaya|galat aaya hai].",
    "Main {p} se [disappointed hu|khush nahi hu|pareshan hu][, quality kharab hai|].",
    "Mera order {o} [phir se late hai|abhi tak nahi aaya] aur koi [reply nahi karta|kuch nahi batata].",
    "Aapne {p} [ke do baar paise kaat liye|ka galat size bheja].",
    "{d} ko kisi ne call nahi kiya, promise kiya tha.",
    "{q} din se [{o} ke jawab|refund] ka wait kar raha hu.",
};
constexpr Lines kAngry = {
    "Ye [bakwas hai|mazaak hai kya|bilkul galat hai]. {o} [abhi tak nahi aaya|toota aaya], paise wapas karo!",
    "[Ghatiya|Bekar|Bahut kharab] service, [aisa kabhi nahi hua|{p} leke pachta raha hu].",
    "Bahut gussa aa raha hai, {q} message aur {o} ka koi solution nahi!",
    "Worst {p} ever yaar. [Ab kabhi nahi|Sabko bataunga].",
    "Time waste mat karo, {o} abhi theek karo!!",
};
constexpr Lines kThanks = {
    "[Bahut dhanyavaad|Shukriya|Thanks][ ji|, {a} ji|][!|.]",
    "Thanks yaar, [bahut help hui|itni jaldi reply diya|aap bahut acche ho].",
    "[Badhiya|Bahut accha|Mast], thank you[!|.]",
    "{p} mein help ke liye shukriya.",
};
constexpr Lines kPraise = {
    "Mujhe {p} bahut pasand aaya[, mast quality|, paisa vasool|]!",
    "{p} [bahut accha|zabardast|excellent] hai, [sabko pasand aaya|thank you].",
    "[Badhiya|Excellent] service, {o} [jaldi|{d} ko time pe] aa gaya, great.",
    "{k} wala {p} bahut accha hai, main bahut khush hu.",
};
constexpr Lines kAck = {
    "[Ok ji|Accha|Haan|Theek hai|Haan ji][.|]",
    "[Ok|Haan], [{d} sahi hai|{h} baje phir|sochta hu].",
    "Haan, [{k} mein|{q} chahiye|wahi wala].",
    "Main [{d} ko|baad mein|kal] batata hu.",
};
constexpr Lines kDecline = {
    "Nahi, [abhi nahi|interest nahi hai|shayad baad mein].",
    "[Mere liye mehenga hai|Budget se bahar hai], {m} theek rehta.",
    "Mere paas {p} pehle se hai.",
    "Sorry, kahin aur se le liya.",
    "Please kam message karo, week mein {q} message bahut zyada hain.",
};
constexpr Lines kStop = {"STOP", "Band karo", "Please [message bhejna|likhna] band karo."};

constexpr Lines kReplyGreeting = {
    "Namaste, main team se {a} hu.",
    "[Aapse baat karke accha laga|Welcome back ji], main {a}.",
};
constexpr Lines kReplyAnswer = {
    "{p} {k} mein stock mein hai aur {d} ko niklega.",
    "Delivery mein {q} working days lagte hain, parcel {d} ko niklega.",
    "{p} ke saath {q} saal ki warranty hai.",
    "Hum {h} baje tak khule hain, {d} ko bhi.",
    "{p} halka hai, {p} zyada chalta hai.",
    "Aapka parcel {o} godown se nikal gaya, {d} ko pahuchega.",
    "Haan, {p} {q} hafte mein return ho sakta hai.",
};
constexpr Lines kReplyPrice = {
    "{p} {m} ka hai, delivery included hai.",
    "Ek {m} ka aur {q} {p} {m} ke.",
    "{k} mein {p} {m} ka hai, {d} tak {s}% kam.",
};
constexpr Lines kReplyMeeting = {
    "{a} {d} ko {h} baje free hain.",
    "{d} ko {h} baje hamare liye theek hai.",
    "{d} ko {h} baje ke aaspaas time hai.",
};
constexpr Lines kReplyOrder = {
    "Aapka order {o} note ho gaya, total {m}.",
    "Ho gaya, {o} confirm hai aur {d} ko niklega.",
    "{k} mein {p} {o} pe rakh diya hai.",
};
constexpr Lines kReplyApology = {
    "{o} ke liye sorry ji, naya {d} ko niklega.",
    "{p} ki pareshani ke liye maafi, {m} ka refund raste mein hai.",
    "Aisa nahi hona chahiye tha, {a} aaj {o} dekh rahe hain.",
};
constexpr Lines kReplyClose = {"Koi baat nahi ji.", "Khushi hui, aapka {d} shubh ho.", "Kabhi bhi ji. {a}"};
constexpr Lines kReplyMore = {
    "Zyadatar log iske saath {k} mein {p} bhi lete hain aur dono ek hi parcel mein aaram se aa jaate hain, alag kharcha nahi lagta.",
    "Shop mein hamari team ne dono ko {q} hafte tak use kiya aur roz ke kaam mein jaise wo tike usse sab santusht rahe.",
    "{d} ko godown mein ginti hoti hai, isliye us din ke parcel baaki dino se thoda der se nikalte hain, {h} baje tak.",
    "Purana model bhi abhi hai, wo thoda bhaari hai aur awaaz bhi zyada karta hai, par andar ke parts wahi hain.",
};
constexpr Lines kReplyInvite = {
    "[Reply YES kijiye|Bas reply kijiye], main rakh dunga.",
    "[Abhi|Aaj] order karna chahenge? Order now ji.",
    "Aapke liye book karu? Reply [yes|ok].",
    "Colour batao, phir [order now|reply karein] ji.",
};
constexpr Lines kFollowUp = {
    "{p} ke baare mein yaad dilana tha.",
    "{k} mein {p} {d} tak rakha hai.",
    "Shayad aap {p} ke baare mein soch rahe hain.",
};
constexpr Lines kCampaignHello = {"Namaste {n},", "Hello {n} ji!", "Dear {n},", "Hi {v},", "{n} ji,"};
constexpr Lines kCampaignOpening = {"Acchi khabar.", "Is hafte kuch naya.", "Hamari shop se:", "Team ki taraf se namaste."};
constexpr Lines kCampaignBody = {
    "naya *{p}* {k} mein aa gaya.",
    "{p} pe {d} tak *{s}% kam*.",
    "{p} phir se stock mein, is hafte {m}.",
    "{d} ke mele mein {p} {m} mein.",
    "*{p}* ka naya stock aaya, {k} mein bhi.",
    "{p} aur {p} saath mein *{m}*.",
};
constexpr Lines kCampaignMore = {
    "Hamare kaarigaron ko {k} rang sahi banane mein {q} mahine lage, aur {d} ke mele mein jisne dekha wo tab se puchta hi rehta hai.",
    "Har cheez factory se nikalne se pehle haath se check hoti hai, bina plastic ke pack hoti hai aur {d} tak darwaze pe pahuchti hai.",
    "Kahani {q} saal pehle ek choti rasoi mein shuru hui thi aur recipe wahi hai, bas oven kaafi bada ho gaya hai.",
};
constexpr Lines kCampaignInvite = {
    "*Order now* ji!",
    "[Buy now|Shop now] ke liye click here!",
    "Apna rakhwane ke liye reply YES.",
    "Book now, [sirf {q} bache|{d} tak].",
    "Buy now aur {s}% bachaiye.",
};
constexpr Lines kCampaignShout = {
    "AAKHRI MAUKA!!! {p} {m}!!! MISS MAT KARO!!!",
    "WOW!!! {s}% OFF SAB PE!!! {d} KO DHAMAKA!!!",
    "FREE FREE FREE!!! BEST {p}!!! RS RS RS",
};

constexpr Lines kProducts = {"garden chair", "coffee grinder", "running shoes", "yoga mat",  "table lamp", "travel bag",
                             "mixer",        "face cream",     "silver kada",   "jacket",    "headphone",  "phone cover",
                             "chai set",     "cotton kurta",   "baby kambal",   "helmet",    "wall clock", "rice cooker"};
constexpr Lines kVariants = {"black", "white", "blue", "green", "red", "bade size", "chote size", "medium", "brown", "golden"};
constexpr Lines kDays = {"Monday",   "Tuesday",  "Wednesday", "Thursday", "Friday",    "Saturday",  "Sunday",    "3 March", "12 April",
                         "20 May",   "8 June",   "15 July",   "22 August", "5 tareekh", "19 tareekh", "27 tareekh", "9 October"};
constexpr Lines kHours = {"9", "saade 10", "11", "12", "2", "saade 3", "4", "5", "sava 6", "7"};
constexpr Lines kAgents = {"Priya", "Amit", "Neha", "Ravi", "Sunita"};
constexpr Lines kFirst = {"Rahul", "Anjali", "Vikas",  "Pooja", "Sanjay", "Kavita", "Manoj", "Rekha", "Arjun", "Seema",
                          "Deepak", "Meena", "Rajesh", "Geeta", "Ajay",   "Shanti", "Vijay", "Lata",  "Mohan", "Usha"};
constexpr Lines kLast = {"Sharma", "Verma", "Gupta", "Singh", "Kumar", "Patel", "Yadav", "Joshi", "Mishra", "Nair"};
constexpr Lines kWarm = {"😊", "🙏", "❤️", "👍", "😍", "🎉"};
constexpr Lines kCold = {"😡", "😞", "👎", "😤", "🙄"};

}  // namespace

const Phrasebook& hinglish_book() {
  static const Phrasebook book = {
      .language = "hi-Latn",
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
      .price_before = "Rs ",
      .price_after = "",
      .price_scale = 18};
  return book;
}

}  // namespace rapport::demo
