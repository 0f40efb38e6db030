#include "inference/search_rules.h"

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "nn/models/config_reader.h"

namespace rapport::inference {
namespace {

using nn::ConfigReader;

constexpr std::size_t kMostBeams = 64;
constexpr std::size_t kMostBadWords = 10'000;
constexpr std::size_t kReferenceMaxLength = 20;  // what the reference takes where nobody says

/// The file's fields: a token's id, or a list of which the first counts.
class RulesReader {
 public:
  RulesReader(const nn::ModelFiles& files, std::size_t vocabulary)
      : vocabulary_(vocabulary),
        main_(ConfigReader::optional(files, "config.json")),
        own_(files.has("generation_config.json") ? ConfigReader(files, "generation_config.json") : main_) {}

  const ConfigReader& own() const { return own_; }

  std::optional<std::int32_t> token(const char* name) const {
    const bool here = own_.find(name) != nullptr;
    const ConfigReader& config = here ? own_ : main_;
    const Json* value = config.find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_array() && !value->get_array().empty()) value = &value->get_array().front();
    return checked(config, name, *value);
  }
  std::int32_t needed_token(const char* name) const {
    const auto id = token(name);
    if (!id) throw own_.damaged(std::string(name) + " is missing");
    return *id;
  }
  std::vector<std::vector<std::int32_t>> words(const char* name) const {
    std::vector<std::vector<std::int32_t>> words;
    const Json* list = own_.find(name);
    if (list == nullptr) return words;
    if (!list->is_array() || list->get_array().size() > kMostBadWords) throw no_words(name);
    for (const Json& word : list->get_array()) {
      if (!word.is_array() || word.get_array().empty()) throw no_words(name);
      words.emplace_back();
      for (const Json& id : word.get_array()) words.back().push_back(checked(own_, name, id));
    }
    return words;
  }

 private:
  std::int32_t checked(const ConfigReader& config, const char* name, const Json& value) const {
    const bool within =
        value.is_int64() && value.get_int64() >= 0 && static_cast<std::size_t>(value.get_int64()) < vocabulary_;
    if (!within) throw config.damaged(std::string(name) + " is no token of the vocabulary");
    return static_cast<std::int32_t>(value.get_int64());
  }
  Error no_words(const char* name) const { return own_.damaged(std::string(name) + " is no list of lists of tokens"); }

  std::size_t vocabulary_;
  ConfigReader main_;
  ConfigReader own_;
};

nn::SearchRules::EarlyStopping early_stopping(const ConfigReader& config) {
  const Json* value = config.find("early_stopping");
  if (value == nullptr) return nn::SearchRules::EarlyStopping::kNo;
  if (value->is_string() && value->get_string() == "never") return nn::SearchRules::EarlyStopping::kNever;
  return config.flag("early_stopping", false) ? nn::SearchRules::EarlyStopping::kYes
                                              : nn::SearchRules::EarlyStopping::kNo;
}

}  // namespace

nn::SearchRules read_search_rules(const nn::ModelFiles& files, std::size_t vocabulary) {
  const RulesReader reader(files, vocabulary);
  const ConfigReader& config = reader.own();
  nn::SearchRules rules;
  rules.beams = config.whole("num_beams", 1, kMostBeams, 1);
  rules.max_length = config.whole("max_length", 2, nn::kMostPositions, kReferenceMaxLength);
  rules.length_penalty = config.number("length_penalty", -100, 100, 1);
  rules.early_stopping = early_stopping(config);
  rules.eos = reader.needed_token("eos_token_id");
  const auto start = reader.token("decoder_start_token_id");
  rules.start = start ? *start : reader.needed_token("bos_token_id");
  rules.forced_bos = reader.token("forced_bos_token_id");
  rules.forced_eos = reader.token("forced_eos_token_id");
  rules.bad_words = reader.words("bad_words_ids");
  rules.no_repeat_ngram_size = config.whole("no_repeat_ngram_size", 0, nn::kMostPositions, 0);
  return rules;
}

}  // namespace rapport::inference
