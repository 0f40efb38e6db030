// The files of models/builtin/ as bytes of the program. The build says where they are (RAPPORT_BUILTIN_DIR) and
// compiles this file again when one of them changes.
#include "builtin/embedded_files.h"

#define RAPPORT_EMBED(name)                                                          \
  asm(".pushsection .rodata\n"                                                       \
      ".balign 64\n"                                                                 \
      "rapport_builtin_" #name                                                       \
      ":\n"                                                                          \
      ".incbin \"" RAPPORT_BUILTIN_DIR "/" #name                                     \
      ".bin\"\n"                                                                     \
      "rapport_builtin_" #name                                                       \
      "_end:\n"                                                                      \
      ".byte 0\n"                                                                    \
      ".popsection\n");                                                              \
  extern "C" const std::byte rapport_builtin_##name[] asm("rapport_builtin_" #name); \
  extern "C" const std::byte rapport_builtin_##name##_end[] asm("rapport_builtin_" #name "_end")

RAPPORT_EMBED(sentiment);
RAPPORT_EMBED(emotion);
RAPPORT_EMBED(language);

namespace rapport::builtin {

std::span<const std::byte> sentiment_file() {
  return {rapport_builtin_sentiment, rapport_builtin_sentiment_end};
}

std::span<const std::byte> emotion_file() {
  return {rapport_builtin_emotion, rapport_builtin_emotion_end};
}

std::span<const std::byte> language_file() {
  return {rapport_builtin_language, rapport_builtin_language_end};
}

}  // namespace rapport::builtin
