// Makes models/builtin/language.bin: train_language DATASETS OUT.bin [SCRIPT]. The figures go to standard output. With
// the number of a script it learns that one alone, to try things out.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "base/file.h"
#include "language_training/recipe.h"

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::fprintf(stderr, "usage: train_language DATASETS OUT.bin [SCRIPT]\n");
    return 2;
  }
  try {
    rapport::language::LanguageRecipe recipe;
    if (argc == 4) recipe.only = static_cast<rapport::language::Script>(std::atoi(argv[3]));
    recipe.progress = [](std::string_view, std::uint64_t done, std::uint64_t total) {
      std::fprintf(stderr, "\r%5.1f %%", 100.0 * static_cast<double>(done) / static_cast<double>(total));
    };
    const auto trained = rapport::language::train_languages(argv[1], recipe);
    rapport::publish_file(argv[2], trained.bytes);
    std::fputs(trained.figures.c_str(), stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
