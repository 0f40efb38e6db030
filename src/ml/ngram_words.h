#pragma once

#include <array>
#include <string_view>

/// Words that change what others mean, as they read when folded (see text::fold_into) and joined over apostrophes, in
/// the languages that the built-in models know best. A model learns everything else by itself.
namespace rapport::ml {

/// The words behind them, up to the end of the clause, are denied.
inline constexpr auto kNegators = std::to_array<std::string_view>({
    // English
    "not",
    "no",
    "never",
    "dont",
    "doesnt",
    "didnt",
    "cant",
    "cannot",
    "couldnt",
    "wont",
    "wouldnt",
    "shouldnt",
    "isnt",
    "arent",
    "wasnt",
    "werent",
    "havent",
    "hasnt",
    "hadnt",
    "aint",
    "without",
    "hardly",
    "barely",
    "nothing",
    "nobody",
    "none",
    "nor",
    "neither",
    "lack",
    "lacks",
    // Spanish, Portuguese, Italian, French
    "nunca",
    "jamas",
    "tampoco",
    "ni",
    "sin",
    "nada",
    "nadie",
    "nao",
    "nem",
    "sem",
    "ninguem",
    "non",
    "mai",
    "niente",
    "senza",
    "nessun",
    "nessuno",
    "nessuna",
    "ne",
    "pas",
    "jamais",
    "rien",
    "aucun",
    "aucune",
    "sans",
    // German
    "nicht",
    "nich",
    "kein",
    "keine",
    "keinen",
    "keiner",
    "keinem",
    "keines",
    "nie",
    "niemals",
    "ohne",
    "nichts",
    // Indonesian
    "tidak",
    "tak",
    "bukan",
    "jangan",
    "belum",
    "gak",
    "ga",
    "nggak",
    "ngga",
    "enggak",
    "tdk",
    "kurang",
    "tanpa",
    // Arabic (folded)
    "لا",
    "ليس",
    "ليست",
    "لم",
    "لن",
    "مش",
    "مو",
    "غير",
    "بدون",
    "ولا",
    "مافي",
    "موش",
});

/// What stands before them counts less, what stands behind them more.
inline constexpr auto kContrasts = std::to_array<std::string_view>({
    "but", "however", "pero", "mas",   "mais", "aber", "ma",  "pero", "sino", "embargo", "lekin",
    "par", "magar",   "tapi", "namun", "लेकिन", "पर",   "मगर", "लकिन", "لكن",  "بس",
});

}  // namespace rapport::ml
