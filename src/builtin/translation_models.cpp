// The files of models/builtin/translation/ as bytes of the program. The build says where they are
// (RAPPORT_BUILTIN_DIR) and compiles this file again when one of them changes.
#include "builtin/translation_models.h"

#define RAPPORT_EMBED(symbol, file)                                                              \
  asm(".pushsection .rodata\n"                                                                   \
      ".balign 64\n"                                                                             \
      "rapport_translation_" #symbol                                                             \
      ":\n"                                                                                      \
      ".incbin \"" RAPPORT_BUILTIN_DIR "/translation/" file                                      \
      "\"\n"                                                                                     \
      "rapport_translation_" #symbol                                                             \
      "_end:\n"                                                                                  \
      ".byte 0\n"                                                                                \
      ".popsection\n");                                                                          \
  extern "C" const std::byte rapport_translation_##symbol[] asm("rapport_translation_" #symbol); \
  extern "C" const std::byte rapport_translation_##symbol##_end[] asm("rapport_translation_" #symbol "_end")

#define RAPPORT_EMBED_MODEL(symbol, folder)                             \
  RAPPORT_EMBED(symbol##_config, folder "/config.json");                \
  RAPPORT_EMBED(symbol##_generation, folder "/generation_config.json"); \
  RAPPORT_EMBED(symbol##_vocabulary, folder "/vocab.json");             \
  RAPPORT_EMBED(symbol##_pieces, folder "/source.spm");                 \
  RAPPORT_EMBED(symbol##_weights, folder "/model.safetensors")

#define RAPPORT_CARRIED(symbol) \
  { rapport_translation_##symbol, rapport_translation_##symbol##_end }

#define RAPPORT_CARRIED_MODEL(symbol)                                                                             \
  {                                                                                                               \
    {"config.json", RAPPORT_CARRIED(symbol##_config)},                                                            \
        {"generation_config.json", RAPPORT_CARRIED(symbol##_generation)},                                         \
        {"vocab.json", RAPPORT_CARRIED(symbol##_vocabulary)}, {"source.spm", RAPPORT_CARRIED(symbol##_pieces)}, { \
      "model.safetensors", RAPPORT_CARRIED(symbol##_weights)                                                      \
    }                                                                                                             \
  }

RAPPORT_EMBED_MODEL(en_romance, "en-romance");
RAPPORT_EMBED_MODEL(romance_en, "romance-en");
RAPPORT_EMBED_MODEL(en_german, "en-german");
RAPPORT_EMBED_MODEL(german_en, "german-en");

namespace rapport::builtin {

const std::vector<TranslationModel>& translation_models() {
  static const std::vector<TranslationModel> models = {
      {"en-romance", {"en"}, {"es", "fr", "it", "pt"}, 0.5, RAPPORT_CARRIED_MODEL(en_romance)},
      {"romance-en", {"es", "fr", "it", "pt"}, {"en"}, 0.5, RAPPORT_CARRIED_MODEL(romance_en)},
      {"en-german", {"en"}, {"de"}, 0.5, RAPPORT_CARRIED_MODEL(en_german)},
      {"german-en", {"de"}, {"en"}, 0.5, RAPPORT_CARRIED_MODEL(german_en)},
  };
  return models;
}

}  // namespace rapport::builtin
