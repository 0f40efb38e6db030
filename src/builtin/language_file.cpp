// The build says where the file is (RAPPORT_LANGUAGE_BIN) and compiles this again when it changes.
#include "builtin/language_file.h"

asm(".pushsection .rodata\n"
    ".balign 64\n"
    "rapport_builtin_language:\n"
    ".incbin \"" RAPPORT_LANGUAGE_BIN
    "\"\n"
    "rapport_builtin_language_end:\n"
    ".byte 0\n"
    ".popsection\n");
extern "C" const std::byte rapport_builtin_language[] asm("rapport_builtin_language");
extern "C" const std::byte rapport_builtin_language_end[] asm("rapport_builtin_language_end");

namespace rapport::builtin {

std::span<const std::byte> language_file() {
  return {rapport_builtin_language, rapport_builtin_language_end};
}

}  // namespace rapport::builtin
