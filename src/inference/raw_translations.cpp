#include "inference/raw_translations.h"

#include <algorithm>
#include <utility>

#include "inference/translation_batch.h"

namespace rapport::inference {
namespace {

constexpr std::size_t kMostRows = 256;

}  // namespace

std::vector<RawTranslation> raw_translations(const TranslatorFolder& folder,
                                             std::span<const RawTranslationOrder> orders) {
  std::vector<RawTranslation> answers(orders.size());
  TranslationBatch batch(folder.model());
  std::size_t next = 0;
  while (next < orders.size() || batch.sentences() > 0) {
    while (next < orders.size() && batch.rows() < kMostRows) {
      const RawTranslationOrder& order = orders[next];
      std::vector<nn::TokenId> ids =
          folder.source_ids(order.text, order.source, order.target, nn::SpecialNames::kTokens);
      const std::size_t room = folder.model().config().positions;
      if (ids.size() > room) {
        ids[room - 1] = ids.back();
        ids.resize(room);
      }
      nn::SearchRules rules = folder.rules(order.target);
      rules.beams = order.beams.value_or(rules.beams);
      if (order.max_tokens) rules.max_length = std::min(*order.max_tokens, room);
      batch.add(std::vector<TranslationBatch::Sentence>{{next++, ids, std::move(rules)}});
    }
    for (TranslationBatch::Finished& finished : batch.step()) {
      answers[finished.key] = {finished.answer.tokens, finished.answer.score,
                               folder.tokenizer().decode(finished.answer.tokens)};
    }
  }
  return answers;
}

}  // namespace rapport::inference
