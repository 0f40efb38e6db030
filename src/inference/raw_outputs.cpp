#include "inference/raw_outputs.h"

#include <algorithm>
#include <utility>

namespace rapport::inference {
namespace {

constexpr std::size_t kBatchTokens = 2048;

Sequence reference_ids(const ClassifierFolder& classifier, const std::string& text) {
  const nn::Tokenizer& tokenizer = *classifier.tokenizer;
  std::vector<nn::TokenId> ids;
  tokenizer.encode(text, ids, nn::SpecialNames::kTokens);
  const std::size_t room = classifier.max_tokens - tokenizer.wrap({}).size();
  return tokenizer.wrap(std::span(ids).first(std::min(ids.size(), room)));
}

/// Computes the logits of `batch` at once.
void compute(const ClassifierFolder& classifier, std::span<RawOutput> batch) {
  std::vector<std::span<const nn::TokenId>> sequences;
  for (const RawOutput& output : batch) sequences.emplace_back(output.ids);
  nn::Matrix logits(batch.size(), classifier.labels.size());
  classifier.model->run(sequences, logits);
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].logits.assign(logits.row(i), logits.row(i) + logits.cols());
}

}  // namespace

std::vector<RawOutput> raw_outputs(const ClassifierFolder& classifier, std::span<const std::string> texts) {
  std::vector<RawOutput> outputs;
  outputs.reserve(texts.size());
  for (const std::string& text : texts) outputs.push_back({reference_ids(classifier, text), {}});
  for (std::size_t begin = 0; begin < outputs.size();) {
    std::size_t end = begin + 1;
    std::size_t tokens = outputs[begin].ids.size();
    while (end < outputs.size() && tokens + outputs[end].ids.size() <= kBatchTokens)
      tokens += outputs[end++].ids.size();
    compute(classifier, std::span(outputs).subspan(begin, end - begin));
    begin = end;
  }
  return outputs;
}

}  // namespace rapport::inference
