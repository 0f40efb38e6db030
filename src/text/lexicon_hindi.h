#pragma once

#include <array>

#include "text/lexicon.h"

/// Hindi in Latin letters as people type it (spellings vary: each common one is listed) and in Devanagari. See
/// CuePhrases for how a phrase is written. Nukta and candrabindu need not be spelt out: both forms read the same.
namespace rapport::text {

inline constexpr std::array kHindi = {
    // Hindi asks in place: "aapka rate kitna hai".
    CuePhrases{Cue::kQuestionAnywhere, R"(
      kya, kyaa, kab, kabtak, kahan, kahaan, kaha, kidhar, kaise, kese, kaisa, kaisi, kyun, kyu, kyon, kyoon, kiyu, kaun, kaunsa, kaunsi, konsa, konsi, kon, kitna, kitne, kitni, kitana, ktna, ktne, kitnaa,
      kis tarah/time/din/size, kisne, kiska, kiski, kisliye, kisko, kisse, batao na kya, mil sakta/sakti hai kya, milega/milegi/milenge kya, hai kya, h kya,
      क्या, किसने, किसका, किसकी, किसलिए, कब, कहां, किधर, कैसे, कैसा, कैसी, क्यों, क्यूं, कौन, कौनसा, कौनसी, कितना, कितने, कितनी, किस, किसको, किससे, किसे)"},
    CuePhrases{Cue::kQuestionAtEnd, R"(
      na, ya nahi, ya nhi, ki nahi, hai na, haina, h na, theek hai na, sahi hai na, milega, milegi, milenge, ho payega, mil sakta/sakti hai, kar sakte hai/hain/ho, de sakte hai/hain/ho, bhej sakte hai/hain/ho, available hai/h, stock hai/h, है ना, है न, ना, या नहीं, कि नहीं, मिलेगा, मिलेगी, मिल सकता है, कर सकते हैं, उपलब्ध है, स्टॉक है)"},
    CuePhrases{Cue::kNotQuestion, R"(
      ho sakta hai, kal mil jayega, pata nahi kya/kab/kaise/kahan/kyu/kaun, pata nhi kya/kab/kaise/kahan/kyu, samajh nahi, kya baat, kya mast, kya kamaal, kya kamal, kya khoob, kya badhiya, kya cheez, kya zabardast, kuch bhi, maine/mene/usne/aapne/apne/unhone/humne/tumne kaha, kaise bhi, kahan se kahan, jaise kaise, kya kehne, nahi milega, nahi hoga, nhi milega, nhi hoga, mil jayega hoga, mat karo na, haan na, kaha tha, kaha ki, kahan tha ki, chalo na, karo na, de do na, bhej do na, kab se wait, kab ka, kitna accha/acha/sundar/pyara, kitni acchi/achi/sundar/pyari,
      पता नहीं क्या/कब/कैसे/कहां/क्यों, नहीं पता कि, समझ में नहीं, क्या बात, क्या खूब, क्या कमाल, कितना अच्छा, कितना सुंदर, कितनी अच्छी, नहीं मिलेगा, नहीं होगा)"},
    CuePhrases{Cue::kPrice, R"(
      kitna hai/he/h/ka/ki/padega/lagega/hoga/charge/paisa/rupay/rupaye/rs/amount/price/rate/dena, kitne ka/ki/ke/me/mein/mai/main/rupay/rupaye/rupees/rs/paise/hai/h/he/hue/lagenge/padenge/honge, kitni price/keemat/kimat/fees/emi, daam, dam kya/kitna, kimat, keemat, kimmat, qeemat, bhav, bhaav, kharcha, kharch, mehnga, mehenga, mahanga, mehngi, sasta, sasti, saste, paise kitne, paisa kitna, kitne paise, kam karo, kam kar do, kam kardo, kam kijiye, kam karke, kuch kam, thoda kam, last price, rate kya, price kya, discount milega, chhoot, chhut,
      कितना है/का/की/पड़ेगा/लगेगा/होगा/चार्ज/पैसा, कितने का/की/के/में/रुपये/रुपए/पैसे/है/हैं/लगेंगे/हुए, कितनी कीमत/फीस, दाम, कीमत, रेट, भाव, मूल्य, प्राइस, प्राईस, डिस्काउंट, छूट, खर्च, खर्चा, महंगा, महंगी, सस्ता, सस्ती, फीस, फ़ीस, बजट, ईएमआई, कम करो, कम कर दो)"},
    CuePhrases{Cue::kNotPrice, R"(
      kitna time/samay/din/door/wait/weight/bada, kitne din/time/baje/log/ghante/dino/size, kitne din ka/me/mein, kitni der/door/baar, कितना समय/टाइम/वक्त/दूर/बड़ा, कितने दिन/बजे/लोग/घंटे/समय, कितनी देर/दूर)"},
    CuePhrases{Cue::kMeeting, R"(
      milna hai/he/h/chahta/chahti/chahte/tha/chahenge, mil sakte/sakta/sakti/lete/ke/kar, milte hai/hain/h, milne aa/ka/ke/ko/kab/aana/aaunga, milenge kab, kab mil/milenge/milna, mulakat, mulaqat, call karo/kijiye/kijie/kar/kare/karen/karein/karna/kardo/karenge/krdo/kr/krna/karlo, phone karo/kijiye/kar/kare/karein/karna/kardo/kr, baat karni/karna/karwa/kar, baat ho sakti, aa sakta/sakti/sakte, dukan/shop/showroom/office par/pe/aa/aana/aaun, aana chahta/chahti/chahte, aake dekh, visit karna/kar/karu, ghar aa,
      मिलना है/चाहता/चाहती/चाहते/था, मिल सकते/सकता/सकती, मिलते हैं, मिलने आ/का/के/कब, मीटिंग, अपॉइंटमेंट, अपाइंटमेंट, मुलाकात, कॉल करें/करो/कीजिए/कीजिये/कर/करना, फोन करें/करो/कीजिए/कर/करना, बात करनी/करना/कर, बात हो सकती, आ सकता/सकती/सकते, आना चाहता/चाहती/चाहते, विजिट, डेमो)"},
    CuePhrases{Cue::kNotMeeting,
               "call mat karo, call mat, phone mat, मिल सकता है डिस्काउंट, कॉल मत, mil sakta hai kya discount"},
    CuePhrases{Cue::kPositive, R"(
      accha, acha, achha, achcha, acchi, achi, acche, ache, accha laga, badhiya, badiya, bdhiya, badia, mast, zabardast, jabardast, shandar, shaandar, shandaar, sundar, khubsurat, khoobsurat, pyara, pyari, kamaal, kamal, dhanyavad, dhanyawad, dhanyavaad, dhanywad, shukriya, shukria, pasand, khush, khushi, sahi, bilkul, zaroor, jarur, jaroor, theek hai, thik hai, thik h, lajawab, behtareen, behtarin, maza, mazaa, haan, haa ji, ji haan, waah, wah, swadisht, tej delivery, bharosa, bindaas, first class, paisa vasool, paisa vasul, ek number, ek no,
      अच्छा, अच्छी, अच्छे, बढ़िया, मस्त, जबरदस्त, शानदार, सुंदर, सुन्दर, खूबसूरत, प्यारा, प्यारी, कमाल, धन्यवाद, शुक्रिया, पसंद, पसन्द, खुश, खुशी, सही, बिल्कुल, बिलकुल, जरूर, ठीक है, लाजवाब, बेहतरीन, मजा, मज़ा, हां, जी हां, वाह, स्वादिष्ट, उत्तम, बेस्ट, गुड, थैंक्स, थैंक यू, सुपर)"},
    CuePhrases{Cue::kNotPositive, R"(
      accha nahi/nhi, sahi se nahi, acha to, kya ye sahi, theek hai na, sahi hai na, accha rate batao, pasand aaye to, jarur batana, haan lekin, haan par,
      सही से नहीं, ठीक है ना)"},
    CuePhrases{Cue::kNegator, "bina, बिना, na to, न तो"},
    CuePhrases{Cue::kNegatorBehind, R"(
      nahi, nhi, nahin, nai, nahee, naheen, nahi hai, mat, nhi h, nahi laga, nahi aaya, नहीं, नही, मत, नहि)"},
    CuePhrases{Cue::kCallToAction, R"(
      click karo/kare/karen/karein/kijiye/kar/kro/kre/karke, abhi order/kharide/kharido/kharidein/khareede/khareedein/khareedo/book/call/buy/shop/le/lo/register/apply/download/karein, order karo/kare/karen/karein/kijiye/kariye/kre/kro, call karo/kare/karen/karein/kijiye/kariye, book karo/kare/karen/karein/kijiye/kariye, reply karo/kare/karen/karein/kijiye/kariye/kre, whatsapp karo/kare/karen/karein/kijiye, message karo/kare/karen/karein/kijiye/kariye, msg karo/kare/karein/kijiye, visit karo/kare/karen/karein/kijiye, download karo/kare/karen/karein/kijiye, join karo/kare/karen/karein/kijiye, register karo/kare/karen/karein/kijiye, apply karo/kare/karein/kijiye, try karo/kare/karein/kijiye, confirm karo/kare/karein/kijiye, payment karo/kare/karein/kijiye, share karo/kare/karein/kijiye, jaldi karo/kare/karen/karein/kijiye, jaldi order, sampark karo/kare/karen/karein/kijiye, fayda uthao/uthaye/uthayen/uthayein, faida uthao/uthaye/uthayein, labh uthaye/uthayein, jawab de/dein/dijiye/do, aaj hi, mauka na chhode/choke/chode, der na kare/karein, link par/pe click/jaye/jaao, hamse mile, dekhe/dekhein yahan,
      क्लिक करें/करो/कीजिए/कीजिये, यहां क्लिक, अभी ऑर्डर/खरीदें/बुक/कॉल/संपर्क/रजिस्टर/डाउनलोड/लें/पाएं, ऑर्डर करें/करो/कीजिए/कीजिये, आर्डर करें/करो, कॉल करें/कीजिए, बुक करें/करो/कीजिए, रिप्लाई करें/करो/कीजिए, मैसेज करें/करो/कीजिए, व्हाट्सएप करें/कीजिए, जवाब दें/दीजिए/दो, संपर्क करें/कीजिए, सम्पर्क करें/कीजिए, मौका न/ना चूकें/छोड़ें/गंवाएं, मौका हाथ से, लाभ उठाएं/उठाएँ/उठाइए, फायदा उठाएं/उठाएँ/उठाओ, जल्दी करें/करो/कीजिए, खरीदें, रजिस्टर करें/कीजिए, डाउनलोड करें/कीजिए, विजिट करें, आज ही, शामिल हों, जुड़ें, शेयर करें, पुष्टि करें, भुगतान करें, पाएं)"},
    CuePhrases{Cue::kNotCallToAction,
               "mujhe call karo, mujhe call kare, mujhe call kijiye, aaj hi chahiye, मुझे कॉल करें, आज ही चाहिए, aaj hi "
               "aaya, आज ही मिला"},
    CuePhrases{Cue::kOwnHistory, R"(
      aapka/apka/aapki/aapke/apki/apke pichla/pichhla/pichli/pichle/last/previous order/kharidari/purchase/booking, aapka/apka order/cart/account/booking/appointment/subscription, aapki/apki kharidari/booking/membership/purchase, aapke/apke orders/points/cart, aapne kharida/order/liya/dekha, aapne khareeda, aapki yaad, pichle order, pichli baar,
      आपका पिछला/आखिरी ऑर्डर, आपकी पिछली खरीदारी, आपके पिछले ऑर्डर, आपका ऑर्डर/कार्ट/खाता/अपॉइंटमेंट, आपकी खरीदारी/बुकिंग/सदस्यता, आपने खरीदा/ऑर्डर/लिया/देखा, आपके पॉइंट्स, पिछली बार, आपकी याद, आपके कार्ट)"},
    CuePhrases{Cue::kAddress,
               "aap, ap, aapka, aapki, aapke, apka, apki, apke, aapko, apko, aapne, tum, tumhara, tumhari, tumko, "
               "tumhe, tera, teri, tu, आप, आपका, आपकी, आपके, आपको, आपने, आपसे, तुम, तुम्हारा, तुम्हारी, तुम्हें, तुमको"},
    CuePhrases{Cue::kFiller,
               "bhai, bhaiya, bhaiyya, ji, namaste, namaskar, yaar, yr, arre, are, arey, didi, madam ji, sir ji, haan, "
               "acha, accha, aur, toh, to, bolo, batao, नमस्ते, नमस्कार, जी, भाई, भैया, सर, मैडम, और, अच्छा, हां, तो, हैलो, "
               "हेलो, प्लीज, कृपया"},
};

}  // namespace rapport::text
