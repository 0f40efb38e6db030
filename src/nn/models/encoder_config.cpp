#include "nn/models/encoder_config.h"

#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "nn/checkpoint/stored_tensor.h"

namespace rapport::nn {
namespace {

constexpr std::size_t kMostConfigBytes = std::size_t{16} << 20;
constexpr std::size_t kMostLayers = 256;
constexpr std::size_t kMostHeads = 1024;
constexpr std::size_t kMostWidth = 1 << 16;
constexpr std::size_t kMostVocabulary = 1 << 24;
constexpr std::size_t kMostPositions = 1 << 20;
constexpr std::size_t kMostTypes = 1024;
constexpr std::size_t kMostLabels = 1 << 16;

Error damaged(const std::string& why) {
  return Error(ErrorKind::kUnavailable, "model_damaged", "The model's config.json cannot be used: " + why + ".");
}

Error unsupported(const std::string& why) {
  return Error(ErrorKind::kUnavailable, "model_unsupported", "The model cannot be run: " + why + ".");
}

/// The fields of config.json; a value that is not what it should be throws with the field's name.
class ConfigReader {
 public:
  explicit ConfigReader(const boost::json::object& object) : object_(object) {}

  std::size_t whole(const char* name, std::size_t min, std::size_t max, std::optional<std::size_t> fallback = {}) const {
    const Json* value = find(name);
    if (value == nullptr && fallback) return *fallback;
    if (value == nullptr) throw damaged(std::string(name) + " is missing");
    boost::json::error_code failed;
    const auto number = value->to_number<std::int64_t>(failed);
    const bool within = !failed && value->is_number() && number >= 0 && static_cast<std::size_t>(number) >= min &&
                        static_cast<std::size_t>(number) <= max;
    if (!within) {
      throw damaged(std::string(name) + " is no whole number from " + std::to_string(min) + " to " + std::to_string(max));
    }
    return static_cast<std::size_t>(number);
  }
  double number(const char* name, double min, double max, double fallback) const {
    const Json* value = find(name);
    if (value == nullptr) return fallback;
    boost::json::error_code failed;
    const double read = value->is_number() ? value->to_number<double>(failed) : -1;
    if (failed || !(read >= min && read <= max)) throw damaged(std::string(name) + " is out of bounds");
    return read;
  }
  std::string text(const char* name, const std::string& fallback) const {
    const Json* value = find(name);
    if (value == nullptr) return fallback;
    if (!value->is_string()) throw damaged(std::string(name) + " is no text");
    return std::string(value->get_string());
  }
  /// Nothing when missing or null.
  const Json* find(const char* name) const {
    const Json* value = object_.if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

 private:
  const boost::json::object& object_;
};

EncoderFamily family_of(const ConfigReader& config) {
  const std::string type = config.text("model_type", "");
  if (type == "roberta" || type == "xlm-roberta") return EncoderFamily::kRoberta;
  if (type == "bert") return EncoderFamily::kBert;
  if (type == "distilbert") return EncoderFamily::kDistilBert;
  throw unsupported("its model_type is " + in_quotes(type) + ", not roberta, xlm-roberta, bert or distilbert");
}

/// Training code names what the model is for; a file without heads' weights would only fail later, and less clearly.
void check_architecture(const ConfigReader& config) {
  const Json* names = config.find("architectures");
  if (names == nullptr) return;
  if (!names->is_array()) throw damaged("architectures is no list");
  for (const Json& name : names->get_array()) {
    if (name.is_string() && name.get_string().ends_with("ForSequenceClassification")) return;
  }
  throw unsupported("its architectures name no ...ForSequenceClassification");
}

Activation activation_of(const std::string& name) {
  if (name == "gelu") return Activation::kGelu;
  if (name == "gelu_new" || name == "gelu_pytorch_tanh" || name == "gelu_fast") return Activation::kGeluTanh;
  if (name == "relu") return Activation::kRelu;
  throw unsupported("its activation is " + in_quotes(name) + ", not gelu, gelu_new or relu");
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
  encoder.activation = activation_of(config.text("activation", "gelu"));
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
  encoder.activation = activation_of(config.text("hidden_act", "gelu"));
  if (config.text("position_embedding_type", "absolute") != "absolute") throw unsupported("its positions are not absolute");
  return encoder;
}

EncoderConfig read_encoder(const ConfigReader& config) {
  const EncoderFamily family = family_of(config);
  EncoderConfig encoder = family == EncoderFamily::kDistilBert ? read_distilbert(config) : read_bert(config, family);
  encoder.pad_id = config.whole("pad_token_id", 0, kMostVocabulary, family == EncoderFamily::kRoberta ? 1 : 0);
  if (encoder.width % encoder.heads != 0) throw damaged("the number of heads does not divide the width");
  if (encoder.first_position() >= encoder.positions) throw damaged("max_position_embeddings leaves no position behind pad_token_id");
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
    throw damaged("id2label is no map of labels");
  }
  std::vector<std::string> labels(names->get_object().size());
  for (const auto& member : names->get_object()) {
    const std::string_view key = member.key();
    std::size_t id = 0;
    const auto [end, failed] = std::from_chars(key.data(), key.data() + key.size(), id);
    const bool holds = failed == std::errc() && end == key.data() + key.size() && id < labels.size() &&
                       member.value().is_string() && !member.value().get_string().empty() && labels[id].empty();
    if (!holds) throw damaged("id2label does not name the labels 0 to " + std::to_string(labels.size() - 1) + " once each");
    labels[id] = member.value().get_string();
  }
  return labels;
}

}  // namespace

ClassifierConfig read_classifier_config(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "config.json";
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorKind::kUnavailable, "model_not_installed",
                "The model's folder " + folder.filename().string() + " holds no config.json.")
        .with_log(folder.string());
  }
  const auto parsed = parse_json(read_file(file, kMostConfigBytes));
  if (const auto* error = std::get_if<JsonError>(&parsed)) throw damaged("it is not JSON: " + error->message);
  const Json& document = std::get<Json>(parsed);
  if (!document.is_object()) throw damaged("it is no JSON object");
  const ConfigReader config(document.get_object());
  check_architecture(config);
  ClassifierConfig classifier;
  classifier.encoder = read_encoder(config);
  classifier.labels = read_labels(config);
  classifier.multi_label = config.text("problem_type", "") == "multi_label_classification";
  if (config.text("problem_type", "") == "regression") throw unsupported("it is a regression, not a classification");
  return classifier;
}

}  // namespace rapport::nn
