#pragma once

#include <array>

#include "text/lexicon.h"

/// English. See CuePhrases for how a phrase is written; "a/b c" stands for "a c" and "b c".
namespace rapport::text {

inline constexpr std::array kEnglish = {
    CuePhrases{Cue::kQuestionAtStart, R"(
      when is/are/do/does/did/can/could/should/would/was/were/shall, when/whn will,
      how much/many/long/far/soon/often/big/old/about/come/to/fast, how/hw do/does/did/can/could/is/are/was/were/will/should/may/might/exactly/else,
      how r, what is/are/s/time/date/day/do/does/did/will/would/can/about/if/kind/type/types/size/sizes/else,
      what color/colour/colors/colours/happened/r/payment/documents/was/were/should/could/has/have/does/makes/countries/country/currencies/currency/foreign/number/name/other/happens/all/card/cards/model/brand/material/language/languages/place/kinds/sort/sorts/amount/percentage/cause/caused/went, for what, in what, whats, wats, wat is, whats up, wassup,
      where is/are/do/does/can/did/was/were/will/would/should/could/to/in/on/at/exactly/else/has/have, wheres, from where, how come, how should, how would, where r, who is/are/can/do/will/should, whos,
      why is/are/do/does/did/was/were/would/will/so/not/has/have/had/hasnt/havent/cant/dont/didnt/isnt/wont/doesnt/wasnt/am/can/should/me/cannot/my/the, whose, whom, what, why, hows, howd, whatll, whered, you wanna/gonna, u wanna/gonna, wanna, who made/wrote/told/took/knows/wants/has/did/was/would/should/do/else, what shall/must/made/should, isnt he/she, arent we, doesnt he/she/that, didnt he/she/they/it, wasnt it/that/this/he/she, wont they/he/she, dont they/we, why arent,
      which one/ones/do/does/size/color/colour/model/plan/product/products/way/bank/banks/payment/card/cards/countries/country/currencies/currency/of/type/types/atm/atms/store/branch/brand/day/days/time,
      is it/this/that/there/the/my/your/anyone/he/she/anything/delivery/shipping/cod/a/an/any/someone/everything/using/getting, shouldnt it/i/you/we/my/the/this, couldnt you/i/it, what now, now what, isnt it/this/that/there,
      are you/there/these/those/they/the/we/u/your/my/any/all, arent you/they, r u, am i,
      do you/u/i/we/they/your/my/these/those, does it/this/that/the/your/my/anyone/he/she/a/any/someone/anybody, did you/u/my/it/i/we/they/your/someone/anyone/this/that,
      dont you/u, doesnt it/this, didnt you/u, can i/you/u/we/it/someone/anyone/somebody/they/my/the/this/other/anybody, cant i/you/u/we,
      could you/i/we/u/someone, will it/you/u/there/i/my/they/this/we/your, wont it/you,
      would you/u/it/i/this/that/we, should i/we, have you/u/they/we, has it/my/the/anyone/this/your,
      had you, may i/we, shall i/we, was it/this/that/there/my/the, were you/there/they,
      any update/updates/news/chance/discount/discounts/offer/offers/idea/other/one/problem/way/issue,
      anyone there, anybody there, you there, u there, still available/open/there, available in, in stock,
      is still, got any, you have any, u have any, you guys have/deliver/open/do/accept/ship)"},
    CuePhrases{Cue::kQuestionAnywhere, R"(
      when will/wil/wll, how much is/are/does/do/for/would/will/it/this, what is the price/cost/rate, whats the price/cost,
      can you tell/send/share/help/please/pls/check/confirm, could you please/tell/send/share, do you have/deliver/ship/sell/accept,
      do u have/deliver/ship/sell/accept, can i get/know/have/order/pay/return/exchange/book, is it possible, is this available,
      is it available, may i know, wanted to know if/how/when/what/whether, want to know if/how/when/what/whether,
      would like to know, let me know if you have, wondering if/how/when/what/why, wondered if/how/when/what/why, what do i do, what should i do, what can i do, how do i, how can i, how can we, where can i, where do i, what about, how about, would it be possible)"},
    CuePhrases{Cue::kQuestionAtEnd,
               "right, correct, isnt it, arent you, ok with you, or not, or what, or no, yes or no"},
    CuePhrases{Cue::kNotQuestion, R"(
      all right, you/u are right, youre right, is/thats right, is correct, right now, what a/an/i/you/u/we/they/he/she/matters/this/that/the, why i, you know what, no matter, there is/are, how nice/sweet/lovely/kind/cute/beautiful, no matter how/what/when, do not, who is this for,
      how to order, how to use, how to join, how to claim, what is included, any other time,
      will the, no doubt, no idea when/what/how, so why not, is the best, how i love)"},
    CuePhrases{Cue::kPrice, R"(
      price, prices, pricing, pricelist, prize list, cost, costs, costing, rate, rates, quote, quotation, budget, mrp, fee,
      fees, charges, emi, discount, discounts, cheaper, cheapest, expensive, costly, affordable, afford,
      how much is/are/does/do/for/would/will/this, how much the/it/total, how much, per piece/month/person/kg/unit,
      total amount, total cost, negotiable, wholesale, coupon)"},
    CuePhrases{Cue::kNotPrice, R"(
      how much time/longer/more/weight/space/longer/battery/storage/data/water/sugar/i, rate us/your/my/our/this/me,
      at any rate, no matter how much, first rate, success rate, interest rate, heart rate, thank you so much)"},
    CuePhrases{Cue::kMeeting, R"(
      meeting, meetings, appointment, appointments, appt, demo, schedule a/an/the/my/our, schedule call/visit, reschedule,
      book a/an call/demo/visit/slot/appointment/meeting/consultation/session/tour, book an appointment, zoom, google meet,
      set up a/an call/meeting/time, meet you/up/tomorrow/today/on/at/in/me/us/next/this, can/could/shall/should we meet/talk/speak/call/chat,
      lets meet/talk/connect/catch, to meet, call me, call you, give me a call, call back, callback, phone call,
      video call, visit your/the store/shop/office/showroom/outlet, come to your/the store/shop/office/showroom,
      come by/over, drop by, site visit, test drive, free for a call, available for a call/meeting/chat, talk to someone/sales/you,
      hop on a, consultation, walk in)"},
    CuePhrases{Cue::kNotMeeting, R"(
      nice/pleased/great/good/lovely/happy/glad to meet, nice/great/good meeting, meet your/the/my/our needs/expectations/requirements/requirement,
      dont call me, do not call me, stop calling, demolition)"},
    CuePhrases{Cue::kPositive, R"(
      good, great, awesome, amazing, excellent, perfect, wonderful, fantastic, brilliant, superb, nice, lovely, love, loved,
      loving, loves, like it/this/these/them/the, beautiful, best, happy, glad, pleased, delighted, satisfied, thanks, thank you/u, thankyou,
      thx, thnx, thanx, tnx, tysm, ty, cool, fine, interested, interesting, excited, helpful, recommend, recommended,
      impressed, impressive, appreciate, appreciated, fabulous, gorgeous, yay, wow, yes, yeah, yep, sure, absolutely, definitely,
      enjoy, enjoyed, favorite, favourite, super, incredible, outstanding, works great, well done, congrats,
      congratulations, sweet, grateful, gr8, luv, yummy, delicious, tasty, sounds good)"},
    CuePhrases{Cue::kNotPositive, R"(
      good morning/afternoon/evening/night/day/luck, gud morning/evening, best price/rate/regards/offer, would like, id like, yes or no,
      are you sure, make sure, not sure, good for nothing, what good, like to, no thanks, no thank you,
      best time, is it good, thanks for nothing, fine print, how good, too good to be, sure if, thanks but no)"},
    CuePhrases{Cue::kNegator, R"(
      not, no, never, isnt, arent, wasnt, werent, dont, doesnt, didnt, cant, cannot, couldnt, wont, wouldnt, hardly,
      nothing, without, neither, nor, aint, shouldnt, hasnt, havent)"},
    CuePhrases{Cue::kCallToAction, R"(
      click here/below/the/on/this/to/link/now, click, tap here/below/the/on/to/now, tap, order now/today/yours/here/online/before, buy now/today/yours/here/one, shop now/today/here/online/the,
      call us/now/today, call on, reply yes/with/to/now/stop/back/here, reply, respond with/to/now, book now/your/today/here/yours, sign up, register now/today/here/at/for, register,
      subscribe, join us/now/our/the/here, visit us/our/www, download now/the/our, get yours/started/your, get it now/today/here/before, get up to, claim your/now/it/yours,
      use code/coupon/promo, use the code, use this code, grab yours/your/it/now/this/the, hurry, dont miss, do not miss, learn more, find out more, know more at, try it/now/us/our/today/for,
      contact us, message us, msg us, dm us, text us, write to us, whatsapp us, send us, check out/it, check our/the, confirm your, please confirm, pls confirm,
      pay now/here/online/via/using, add to cart, swipe up, save now/big/today, redeem, apply now/today/here/code, schedule your/a/an, renew now/your/today,
      upgrade now/your/today, complete your, rate us/your, share your, let us know, reserve your/now/a, start now/your/today, start shopping, shop,
      place your order, choose your, pick your, explore our/the/now, discover our/the, enroll now/today, enrol now, rsvp, update your, verify your)"},
    CuePhrases{Cue::kNotCallToAction, R"(
      call us back, the shop, your shop, a shop, this shop, coffee shop, no reply, your reply, a reply, get the order, get a call,
      not reply, didnt reply, my shop, our shop, get your order, will confirm, please confirm if, cant click)"},
    CuePhrases{Cue::kOwnHistory, R"(
      your last/previous/recent/past/latest order/purchase/visit/booking/appointment, your order, your orders, your purchase, your cart, your booking, your subscription,
      you bought/purchased/ordered/viewed/liked/visited, you left, you were looking, since you/your, welcome back, as a valued/loyal, your favorite/favourite,
      your wishlist, your points, your account, we miss you, we missed you, your appointment, your membership, your birthday)"},
    CuePhrases{Cue::kAddress, "you, your, yours, u, ur, youre, youll, youve, yourself"},
    CuePhrases{Cue::kFiller, R"(
      hi, hii, hiii, hello, helo, hey, heyy, dear, sir, madam, maam, mam, team, please, pls, plz, plss, ok, okay, k, so, and, but, also, then,
      well, yes, yeah, no, oh, um, btw, actually, just, good morning/afternoon/evening/night/day, gm, morning, evening, hi/hello/hey/hii there, hmm,
      excuse me, sorry, thanks, thx, now, guys, bro, dude, friend, or, by the way, tell me, kindly, quick question, one question, question)"},
};

}  // namespace rapport::text
