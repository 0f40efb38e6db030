#include "demo/sentence.h"

namespace rapport::demo {
namespace {

using Lines = std::string_view[];

constexpr Lines kGreeting = {
    "[Hi|Hello|Hey|Good morning|Good evening][| there|, {a}][!|.]",
    "[Hi|Hello], I found you [on Instagram|through a friend|online] and wanted to say hello.",
    "[Hey|Hi] [there|{a}], I am [looking around|just browsing] [today|this week].",
    "Hello, this is {n}.",
};
constexpr Lines kQuestion = {
    "[Hi, |Hello, |]do you have the {p} in {k}?",
    "[Is|Would] the {p} [available|be available] [on {d}|this week|right now]?",
    "When [does|will] the {p} [in {k} ship|arrive if I order on {d}]?",
    "Which {p} [would you recommend|fits best] for [{q} people|a small flat|a gift]?",
    "[Hi, |]can I [return|exchange] the {p} if it does not fit?",
    "What is the difference between the {p} and the {p}?",
    "Do you [deliver|ship] the {p} [on {d}|outside the city|within {q} days]?",
    "How long is the warranty [on|for] the {p}?",
    "Where is your shop, and are you open on {d} at {h}?",
};
constexpr Lines kPrice = {
    "[Hi, |Hello, |]how much is the {p}[ in {k}|]?",
    "What is the price [of|for] {q} [pieces of |]the {p}?",
    "Could you send me [a quote|the price list] for the {p}[ in {k}|], please?",
    "Is {m} your best price for the {p}?",
    "How much does the {p} cost [with delivery on {d}|including shipping|today]?",
    "Any discount on the price if I take {q} of the {p}?",
};
constexpr Lines kMeeting = {
    "Can we [schedule a call|set up a meeting] on {d} at {h}?",
    "I would like to book an appointment [for {d}|on {d} around {h}].",
    "Could we meet [on {d}|{d} at {h}] to [look at|talk about] the {p}?",
    "Can I get a demo of the {p} on {d}?",
    "Are you free for a call {d} at {h}?",
};
constexpr Lines kBuy = {
    "[Great, |Okay, |Perfect, |]I will take {q} of the {p}[ in {k}|].",
    "I want to order the {p}[ in {k}|][, please|].",
    "Please reserve the {p} for me, I will pay [on {d}|today|by card].",
    "Let's do it, [one|{q}] {p} for {m}.",
};
constexpr Lines kStatus = {
    "Where is my order {o}?",
    "[Hi, |Hello, |]when will order {o} arrive?",
    "Has {o} been shipped already?",
    "The tracking of {o} has not moved since {d}, what is going on?",
    "Can you check the status of {o}, please?",
};
constexpr Lines kComplaint = {
    "The {p} from {o} [arrived damaged|stopped working after {q} days|is not what I ordered].",
    "I am [disappointed|not happy|frustrated] with the {p}[, it broke already|, the quality is poor|].",
    "My order {o} is [late again|still missing] and nobody [answers|tells me anything].",
    "You [charged me twice for|sent the wrong size of] the {p}.",
    "Nobody called me back on {d} as promised.",
    "I have been waiting {q} days for [an answer about {o}|my refund].",
};
constexpr Lines kAngry = {
    "This is [unacceptable|ridiculous|a joke]. {o} is [still not here|broken], I want my money back!",
    "[Terrible|Awful|Horrible] service, I [have never been treated like this|regret buying the {p}].",
    "I am really [angry|fed up], {q} messages and no solution for {o}!",
    "Worst {p} ever. [Never again|I will tell everyone].",
    "Stop wasting my time and fix {o} now!!",
};
constexpr Lines kThanks = {
    "[Thank you|Thanks][ so much| a lot|], {a}[!|.]",
    "Thanks, [that helps|that was quick|very kind of you].",
    "[Perfect|Great|Awesome], thank you[!|.]",
    "Thanks for the help with [{o}|the {p}].",
};
constexpr Lines kPraise = {
    "I love the {p}[, amazing quality|, best purchase this year|]!",
    "The {p} is [wonderful|fantastic|excellent], [my family loves it|thank you].",
    "[Excellent|Great] service, {o} arrived [early|on {d} as promised].",
    "So happy with the {p} in {k}, I will recommend you.",
};
constexpr Lines kAck = {
    "[Ok|Okay|Got it|Sure|Alright|Yes|Fine][.|]",
    "[Ok|Yes], [{d} works|at {h} then|I will think about it].",
    "Yes, [in {k}|{q} of them|the {p}].",
    "I will [let you know|check] [on {d}|later|tomorrow].",
};
constexpr Lines kDecline = {
    "No, [not now|not interested|maybe later].",
    "[Too expensive for me|That is over my budget], {m} would have been fine.",
    "I [already have|do not need] a {p}.",
    "Sorry, I bought it somewhere else.",
    "Please write less often, {q} messages a week are too many.",
};
constexpr Lines kStop = {"STOP", "Stop", "Please stop [writing to me|these messages].", "Unsubscribe"};

constexpr Lines kReplyGreeting = {
    "[Hi|Hello] [there|and welcome], this is {a} from the team.",
    "[Good to hear from you|Welcome back], I am {a}.",
};
constexpr Lines kReplyAnswer = {
    "The {p} is in stock in {k} and ships on {d}.",
    "Delivery takes {q} working days, the parcel leaves us on {d}.",
    "The {p} comes with {q} years of warranty.",
    "We are open until {h}, also on {d}.",
    "The {p} is the lighter one, the {p} lasts longer.",
    "Your parcel {o} left our warehouse and arrives on {d}.",
    "Yes, the {p} can be returned within {q} weeks.",
};
constexpr Lines kReplyPrice = {
    "The {p} costs {m}, delivery included.",
    "It is {m} for one and {m} for {q} of the {p}.",
    "In {k} the {p} is {m}, with {s}% off until {d}.",
};
constexpr Lines kReplyMeeting = {
    "{a} has time on {d} at {h}.",
    "A visit on {d} at {h} suits us well.",
    "{d} around {h} is free on our side.",
};
constexpr Lines kReplyOrder = {
    "Your order {o} is noted, the total is {m}.",
    "Done, {o} is confirmed and leaves us on {d}.",
    "The {p} in {k} is reserved under {o}.",
};
constexpr Lines kReplyApology = {
    "We are sorry about {o}, a replacement leaves us on {d}.",
    "I apologise for the trouble with the {p}, your refund of {m} is on its way.",
    "That should not have happened, {a} looks into {o} today.",
};
constexpr Lines kReplyClose = {"You are welcome.", "Our pleasure, have a good {d}.", "Any time. {a}"};
constexpr Lines kReplyMore = {
    "The {p} in {k} is what most people take together with it, and the two of them fit in one parcel.",
    "Our team in the shop has tried both of them for {q} weeks and was pleased with how they held up in daily use.",
    "As the warehouse counts its stock on {d}, parcels of that day leave a little later than on others, by {h} at most.",
    "The older model is still around as well, it is heavier and a bit louder but has the same parts inside.",
};
constexpr Lines kReplyInvite = {
    "[Reply YES and|Just reply and] I will reserve it for you.",
    "Would you like to order [it now|one today]?",
    "Shall I [book it|reserve one] for you? Reply [yes|ok].",
    "Tell me which colour, then [order now|reply here] and it is yours.",
};
constexpr Lines kFollowUp = {
    "Just checking in about the {p}.",
    "We kept the {p} in {k} aside until {d}.",
    "Still thinking about the {p}, perhaps.",
};
constexpr Lines kCampaignHello = {"Hi {n},", "Hello {n}!", "Dear {n},", "Hi {v},", "{n},"};
constexpr Lines kCampaignOpening = {"Good news.", "Something new this week.", "From our shop:", "Hello from the team."};
constexpr Lines kCampaignBody = {
    "the new *{p}* is here in {k}.",
    "*{s}% off* the {p} until {d}.",
    "our {p} is back in stock, {m} this week.",
    "the {d} market brings the {p} for {m}.",
    "a fresh batch of the *{p}* arrived, also in {k}.",
    "the {p} and the {p} come as a set for *{m}*.",
};
constexpr Lines kCampaignMore = {
    "It took our makers {q} months to get the {k} finish right, and people who tried it at the fair on {d} kept asking for it ever since.",
    "Every piece is checked by hand before it leaves the workshop, packed without plastic and brought to the door by {d} at the latest.",
    "The story began in a small kitchen {q} years ago and the recipe has stayed the same, only the oven has become a good deal bigger.",
};
constexpr Lines kCampaignInvite = {
    "*Order now*!",
    "[Click here|Tap the link] to [shop now|buy now]!",
    "Reply YES to reserve yours.",
    "Book now, [only {q} left|until {d}].",
    "Buy now and save {s}%.",
};
constexpr Lines kCampaignShout = {
    "LAST CHANCE!!! {p} {m}!!! DO NOT MISS IT!!!",
    "WOW!!! {s}% OFF EVERYTHING!!! CRAZY PRICES {d}!!!",
    "FREE FREE FREE!!! BEST {p} EVER!!! $$$",
};

constexpr Lines kProducts = {"garden chair", "coffee grinder", "running shoes", "yoga mat",     "desk lamp",  "travel bag",
                             "blender",      "face cream",     "silver ring",   "winter jacket", "headphones", "phone case",
                             "tea set",      "linen shirt",    "baby blanket",  "bike helmet",  "wall clock", "rice cooker"};
constexpr Lines kVariants = {"black", "white", "navy", "green", "red", "large", "small", "size M", "walnut", "grey"};
constexpr Lines kDays = {"Monday",   "Tuesday",  "Wednesday", "Thursday",   "Friday",   "Saturday", "Sunday",
                         "March 3",  "April 12", "May 20",    "June 8",     "July 15",  "August 22", "the 5th",
                         "the 19th", "the 27th", "October 9", "November 14"};
constexpr Lines kHours = {"9 am", "10:30", "11 am", "noon", "2 pm", "3:30 pm", "4 pm", "5 pm", "6:15 pm", "7 pm"};
constexpr Lines kAgents = {"Anna", "Ben", "Chloe", "Dan", "Ella"};
constexpr Lines kFirst = {"James", "Mary", "John",  "Linda", "Robert", "Susan",  "Michael", "Karen", "David", "Emma",
                          "Oliver", "Grace", "Henry", "Lucy",  "Thomas", "Alice", "Daniel",  "Sophie", "Peter", "Laura"};
constexpr Lines kLast = {"Smith", "Jones", "Brown", "Taylor", "Wilson", "Miller", "Clark", "Hall", "Green", "Baker"};
constexpr Lines kWarm = {"😊", "🙏", "❤️", "👍", "😍", "🎉"};
constexpr Lines kCold = {"😡", "😞", "👎", "😤", "🙄"};

}  // namespace

const Phrasebook& english_book() {
  static const Phrasebook book = {
      .language = "en",
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
      .price_scale = 1};
  return book;
}

}  // namespace rapport::demo
