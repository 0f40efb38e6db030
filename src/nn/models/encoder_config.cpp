#include "nn/models/encoder_config.h"

#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "nn/checkpoint/stored_tensor.h"
#include "nn/models/config_reader.h"

namespace rapport::nn {
namespace {

constexpr std::size_t kMostTypes = 1024;
constexpr std::size_t kMostLabels = 1 << 16;

EncoderFamily family_of(const ConfigReader& config) {
  const std::string type = config.text("model_type", "");
  if (type == "roberta" || type == "xlm-roberta") return EncoderFamily::kRoberta;
  if (type == "bert") return EncoderFamily::kBert;
  if (type == "distilbert") return EncoderFamily::kDistilBert;
  throw unsupported_model("its model_type is " + in_quotes(type) + ", not roberta, xlm-roberta, bert or distilbert");
}

/// Training code names what the model is for; a file without heads' weights would only fail later, and less clearly.
void check_architecture(const ConfigReader& config) {
  const Json* names = config.find("architectures");
  if (names == nullptr) return;
  if (!names->is_array()) throw config.damaged("architectures is no list");
  for (const Json& name : names->get_array()) {
    if (name.is_string() && name.get_string().ends_with("ForSequenceClassification")) return;
  }
  throw unsupported_model("its architectures name no ...ForSequenceClassification");
}

EncoderConfig read_distilbert(const ConfigReader& config) {
  EncoderConfig encoder;
  encoder.family = EncoderFamily::kDistilBert;
  encoder.layers = config.whole("n_layers", 1, kMostLayers, 6);
  encoder.heads = config.whole("n_heads", 1, kMostHeads, 12);
  encoder.width = config.whole("dim", 1, kMostWidth, 768);
  encoder.inner_width = config.whole("hidden_dim", 1, kMostWidth, 3072);
  encoder.vocabulary = config.whole("vocab_size", 1, kMostVocabulary);
  encoder.positions = config.whole("max_position_embeddings", 1, kMostPositions, 512);
  encoder.layer_norm_eps = 1e-12F;  // a constant of the model
  encoder.activation = config.activation("activation", "gelu");
  return encoder;
}

EncoderConfig read_bert(const ConfigReader& config, EncoderFamily family) {
  EncoderConfig encoder;
  encoder.family = family;
  encoder.layers = config.whole("num_hidden_layers", 1, kMostLayers);
  encoder.heads = config.whole("num_attention_heads", 1, kMostHeads);
  encoder.width = config.whole("hidden_size", 1, kMostWidth);
  encoder.inner_width = config.whole("intermediate_size", 1, kMostWidth);
  encoder.vocabulary = config.whole("vocab_size", 1, kMostVocabulary);
  encoder.positions = config.whole("max_position_embeddings", 1, kMostPositions);
  encoder.types = config.whole("type_vocab_size", 1, kMostTypes, 2);
  encoder.layer_norm_eps = static_cast<float>(config.number("layer_norm_eps", 0, 1, 1e-12));
  encoder.activation = config.activation("hidden_act", "gelu");
  if (config.text("position_embedding_type", "absolute") != "absolute")
    throw unsupported_model("its positions are not absolute");
  return encoder;
}

EncoderConfig read_encoder(const ConfigReader& config) {
  const EncoderFamily family = family_of(config);
  EncoderConfig encoder = family == EncoderFamily::kDistilBert ? read_distilbert(config) : read_bert(config, family);
  encoder.pad_id = config.whole("pad_token_id", 0, kMostVocabulary, family == EncoderFamily::kRoberta ? 1 : 0);
  if (encoder.width % encoder.heads != 0) throw config.damaged("the number of heads does not divide the width");
  if (encoder.first_position() >= encoder.positions)
    throw config.damaged("max_position_embeddings leaves no position behind pad_token_id");
  return encoder;
}

std::vector<std::string> read_labels(const ConfigReader& config) {
  const Json* names = config.find("id2label");
  if (names == nullptr) {
    std::vector<std::string> labels(config.whole("num_labels", 1, kMostLabels, 2));
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = "LABEL_" + std::to_string(i);
    return labels;
  }
  if (!names->is_object() || names->get_object().empty() || names->get_object().size() > kMostLabels) {
    throw config.damaged("id2label is no map of labels");
  }
  std::vector<std::string> labels(names->get_object().size());
  for (const auto& member : names->get_object()) {
    const std::string_view key = member.key();
    std::size_t id = 0;
    const auto [end, failed] = std::from_chars(key.data(), key.data() + key.size(), id);
    const bool holds = failed == std::errc() && end == key.data() + key.size() && id < labels.size() &&
                       member.value().is_string() && !member.value().get_string().empty() && labels[id].empty();
    if (!holds)
      throw config.damaged("id2label does not name the labels 0 to " + std::to_string(labels.size() - 1) +
                           " once each");
    labels[id] = member.value().get_string();
  }
  return labels;
}

}  // namespace

ClassifierConfig read_classifier_config(const ModelFiles& files) {
  const ConfigReader config(files, "config.json");
  check_architecture(config);
  ClassifierConfig classifier;
  classifier.encoder = read_encoder(config);
  classifier.labels = read_labels(config);
  classifier.multi_label = config.text("problem_type", "") == "multi_label_classification";
  if (config.text("problem_type", "") == "regression")
    throw unsupported_model("it is a regression, not a classification");
  return classifier;
}

}  // namespace rapport::nn
