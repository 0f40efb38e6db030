#include "builtin/builtin_models.h"

#include <string>
#include <utility>
#include <variant>

#include "base/error.h"
#include "builtin/embedded_files.h"

namespace rapport::builtin {
namespace {

ml::NgramClassifier load(std::span<const std::byte> file) {
  auto read = ml::NgramClassifier::read(file);
  if (auto* model = std::get_if<ml::NgramClassifier>(&read)) return std::move(*model);
  throw Error(ErrorKind::kInternal, "builtin_model_damaged", "A model that ships with this program cannot be read.")
      .with_log(std::get<std::string>(read));
}

}  // namespace

const ml::NgramClassifier& sentiment_model() {
  static const ml::NgramClassifier model = load(sentiment_file());
  return model;
}

const ml::NgramClassifier& emotion_model() {
  static const ml::NgramClassifier model = load(emotion_file());
  return model;
}

}  // namespace rapport::builtin
