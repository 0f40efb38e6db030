// Trains the models that ship in models/builtin/: builtin_models DATASETS OUT [NAME ...] [--threads N]
// The same data sets give the same bytes, whatever the number of threads. `make builtin-models` calls it.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "recipe.h"

namespace {

using namespace rapport::training_tool;

void make(const Recipe& recipe, const std::filesystem::path& out) {
  const std::string model = train(recipe);
  const std::string table = figures(recipe, model);
  rapport::publish_file(out / (recipe.name + ".bin"), model);
  rapport::publish_file(out / (recipe.name + ".figures.tsv"), table);
  std::printf("%s.bin: %zu bytes from %zu texts\n%s", recipe.name.c_str(), model.size(), recipe.train.size(),
              table.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> names;
  std::size_t threads = 1;
  for (int i = 3; i < argc; ++i) {
    if (std::string(argv[i]) == "--threads" && i + 1 < argc) {
      threads = std::strtoul(argv[++i], nullptr, 10);
    } else {
      names.emplace_back(argv[i]);
    }
  }
  if (argc < 3) {
    std::fputs("usage: builtin_models DATASETS OUT [sentiment|emotion ...] [--threads N]\n", stderr);
    return 2;
  }
  if (names.empty()) names = {"sentiment", "emotion"};
  try {
    for (const std::string& name : names) {
      if (name == "sentiment") make(sentiment_recipe(argv[1], threads), argv[2]);
      if (name == "emotion") make(emotion_recipe(argv[1], threads), argv[2]);
    }
  } catch (const rapport::Error& error) {
    std::fprintf(stderr, "builtin_models: %s\n", error.what());
    return 1;
  }
  return 0;
}
