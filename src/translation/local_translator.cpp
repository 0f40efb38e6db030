#include "translation/local_translator.h"

#include <utility>

namespace rapport::translation {

std::vector<Translated> LocalTranslator::translate(std::span<const std::string_view> texts, std::string_view source,
                                                   std::string_view target, Cancelled cancelled) const {
  std::vector<Translated> answers;
  auto decoded = model_->start({.sentences = {texts.begin(), texts.end()},
                                .source = std::string(source),
                                .target = std::string(target),
                                .cancelled = cancelled});
  for (inference::DecodedSentence& sentence : decoded.get()) {
    answers.push_back({std::move(sentence.text), sentence.confidence});
  }
  return answers;
}

}  // namespace rapport::translation
