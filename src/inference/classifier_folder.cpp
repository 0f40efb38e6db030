#include "inference/classifier_folder.h"

#include <utility>

#include "base/error.h"
#include "nn/models/sequence_classifier.h"

namespace rapport::inference {
namespace {

class SequenceModel : public BatchModel {
 public:
  explicit SequenceModel(nn::SequenceClassifier classifier) : classifier_(std::move(classifier)) {}

  std::size_t outputs() const override { return classifier_.labels().size(); }
  void run(std::span<const std::span<const nn::TokenId>> sequences, nn::MatrixView out) override {
    classifier_.logits(sequences, state_, out);
  }

 private:
  const nn::SequenceClassifier classifier_;
  nn::SequenceClassifier::State state_;
};

}  // namespace

ClassifierFolder load_classifier(const std::filesystem::path& folder, nn::Precision precision) {
  ClassifierFolder loaded;
  nn::SequenceClassifier classifier = nn::SequenceClassifier::load(folder, {.precision = precision});
  loaded.tokenizer = nn::Tokenizer::load(folder);
  loaded.labels = classifier.labels();
  loaded.multi_label = classifier.multi_label();
  loaded.max_tokens = classifier.max_tokens();
  if (loaded.tokenizer->vocabulary_size() > classifier.encoder().config().vocabulary) {
    throw Error(ErrorKind::kUnavailable, "model_damaged",
                "The tokenizer in " + folder.string() + " knows more tokens than the model beside it has vectors for.");
  }
  if (loaded.max_tokens <= loaded.tokenizer->wrap({}).size() + 1) {
    throw Error(ErrorKind::kUnavailable, "model_damaged", "The model in " + folder.string() + " reads no text at all.");
  }
  loaded.model = std::make_unique<SequenceModel>(std::move(classifier));
  return loaded;
}

}  // namespace rapport::inference
