// Makes models/builtin/language.bin: train_language DATASETS OUT.bin. The figures go to standard output.
#include <cstdio>
#include <exception>

#include "base/file.h"
#include "language_training/recipe.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: train_language DATASETS OUT.bin\n");
    return 2;
  }
  try {
    const auto trained = rapport::language::train_languages(argv[1], {});
    rapport::publish_file(argv[2], trained.bytes);
    std::fputs(trained.figures.c_str(), stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
