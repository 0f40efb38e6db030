#include "inference/translator_folder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "base/words.h"
#include "inference/search_rules.h"
#include "nn/models/config_reader.h"

namespace rapport::inference {
namespace {

using nn::TokenId;
using nn::TranslationFamily;

/// The languages of M2M-100 and SMaLL-100.
constexpr std::string_view kM2mLanguages =
    "af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd gl gu ha he hi hr ht hu hy "
    "id ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg mk ml mn mr ms my ne nl no ns oc or pa pl ps pt ro ru "
    "sd "
    "si sk sl so sq sr ss su sv sw ta th tl tn tr uk ur uz vi wo xh yi yo zh zu";

/// ISO 639-1 codes and the names that Tatoeba's and OPUS's models use for them.
struct OtherNames {
  std::string_view code;
  std::string_view others;
};
constexpr std::array kOtherNames = {OtherNames{"ar", "ara"},
                                    OtherNames{"bg", "bul"},
                                    OtherNames{"bn", "ben"},
                                    OtherNames{"ca", "cat"},
                                    OtherNames{"cs", "ces cze"},
                                    OtherNames{"da", "dan"},
                                    OtherNames{"de", "deu ger"},
                                    OtherNames{"el", "ell gre"},
                                    OtherNames{"en", "eng"},
                                    OtherNames{"es", "spa"},
                                    OtherNames{"et", "est"},
                                    OtherNames{"fa", "fas pes per"},
                                    OtherNames{"fi", "fin"},
                                    OtherNames{"fr", "fra fre"},
                                    OtherNames{"gl", "glg"},
                                    OtherNames{"gu", "guj"},
                                    OtherNames{"he", "heb"},
                                    OtherNames{"hi", "hin"},
                                    OtherNames{"hr", "hrv"},
                                    OtherNames{"hu", "hun"},
                                    OtherNames{"id", "ind"},
                                    OtherNames{"it", "ita"},
                                    OtherNames{"ja", "jpn jap"},
                                    OtherNames{"ko", "kor"},
                                    OtherNames{"lt", "lit"},
                                    OtherNames{"lv", "lav"},
                                    OtherNames{"ml", "mal"},
                                    OtherNames{"mr", "mar"},
                                    OtherNames{"ms", "zsm msa zlm_Latn"},
                                    OtherNames{"nl", "nld dut"},
                                    OtherNames{"no", "nob nor nb"},
                                    OtherNames{"pa", "pan"},
                                    OtherNames{"pl", "pol"},
                                    OtherNames{"pt", "por pob pt_br pt_BR"},
                                    OtherNames{"ro", "ron rum"},
                                    OtherNames{"ru", "rus"},
                                    OtherNames{"sk", "slk"},
                                    OtherNames{"sl", "slv"},
                                    OtherNames{"sq", "sqi"},
                                    OtherNames{"sr", "srp_Cyrl srp"},
                                    OtherNames{"sv", "swe"},
                                    OtherNames{"sw", "swa swh"},
                                    OtherNames{"ta", "tam"},
                                    OtherNames{"te", "tel"},
                                    OtherNames{"th", "tha"},
                                    OtherNames{"tl", "tgl tgl_Latn"},
                                    OtherNames{"tr", "tur"},
                                    OtherNames{"uk", "ukr"},
                                    OtherNames{"ur", "urd"},
                                    OtherNames{"vi", "vie"},
                                    OtherNames{"zh", "cmn_Hans cmn zho zh_cn"}};

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The short code of a language's name; the name itself where none is known.
std::string short_code(const std::string& name) {
  for (const OtherNames& names : kOtherNames) {
    if (name == names.code || contains(split_words(names.others, ' '), name)) return std::string(names.code);
  }
  return name;
}

/// How a model may name the language of a short code, the code itself first.
std::vector<std::string> names_of(std::string_view code) {
  std::vector<std::string> names = {std::string(code)};
  for (const OtherNames& known : kOtherNames) {
    if (known.code != code) continue;
    for (std::string& other : split_words(known.others, ' ')) names.push_back(std::move(other));
  }
  return names;
}

Error unsupported(std::string_view language, const char* what) {
  return Error(ErrorKind::kInvalid, "unsupported_language",
               language.empty() ? std::string("This model must be told the ") + what + " language."
                                : "This model does not know " + std::string(language.substr(0, 20)) + " as a " + what +
                                      " language.");
}

}  // namespace

TranslatorFolder::TranslatorFolder(const nn::ModelFiles& files, nn::Precision precision, TranslatorLanguages languages)
    : model_(std::make_unique<const nn::TranslationModel>(files, precision)),
      tokenizer_(nn::Tokenizer::load(files)),
      languages_(std::move(languages)),
      rules_(read_search_rules(files, model_->config().target_vocabulary)) {
  rules_.max_length = std::min(rules_.max_length, model_->config().positions);
  const auto check = [&](bool holds, const char* why) {
    if (!holds)
      throw Error(ErrorKind::kUnavailable, "model_damaged",
                  std::string("The model's files contradict each other: ") + why + ".");
  };
  check(tokenizer_->specials().eos.has_value(), "its tokenizer has no </s>");
  if (model_->config().family == TranslationFamily::kMarian) {
    check(tokenizer_->vocabulary_size() <= model_->config().source_vocabulary,
          "vocab.json has more tokens than config.json says");
    find_marian_languages(files);
    return;
  }
  std::vector<std::string> known = split_words(kM2mLanguages, ' ');
  std::erase_if(known, [&](const std::string& code) {
    const auto id = tokenizer_->id_of("__" + code + "__");
    return !id || static_cast<std::size_t>(*id) >= model_->config().source_vocabulary;
  });
  check(!known.empty(), "its tokenizer names no language");
  if (languages_.sources.empty()) languages_.sources = known;
  if (languages_.targets.empty()) languages_.targets = std::move(known);
}

/// From tokenizer_config.json ("en", "eng"), or from the folder's name: "opus-mt-en-es".
void TranslatorFolder::find_marian_languages(const nn::ModelFiles& files) {
  const nn::ConfigReader config = nn::ConfigReader::optional(files, "tokenizer_config.json");
  const std::vector<std::string> parts = split_words(files.name(), '-');
  const auto find = [&](std::vector<std::string>& to, const char* field, std::size_t from_end) {
    if (!to.empty()) return;
    std::string name = config.text(field, "");
    if (name.empty() && parts.size() >= 4) name = parts[parts.size() - from_end];
    if (!name.empty()) to.push_back(short_code(name));
  };
  find(languages_.sources, "source_lang", 2);
  if (!languages_.targets.empty()) return;
  for (const OtherNames& language : kOtherNames) {
    if (marian_token(language.code)) languages_.targets.emplace_back(language.code);
  }
  find(languages_.targets, "target_lang", 1);
}

/// The token >>xx<< of a target, where the vocabulary has one.
std::optional<TokenId> TranslatorFolder::marian_token(std::string_view target) const {
  if (!languages_.target_token.empty()) return tokenizer_->id_of(languages_.target_token);
  for (const std::string& name : names_of(target)) {
    if (const auto id = tokenizer_->id_of(">>" + name + "<<")) return id;
  }
  return std::nullopt;
}

std::vector<std::string> TranslatorFolder::languages() const {
  std::vector<std::string> all = languages_.sources;
  all.insert(all.end(), languages_.targets.begin(), languages_.targets.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

bool TranslatorFolder::supports(std::string_view source, std::string_view target) const {
  return source != target && contains(languages_.sources, source) && contains(languages_.targets, target);
}

TokenId TranslatorFolder::language_token(std::string_view language) const {
  return tokenizer_->id_of("__" + std::string(language) + "__").value();
}

std::vector<TokenId> TranslatorFolder::source_ids(std::string_view text, std::string_view source,
                                                  std::string_view target, nn::SpecialNames names) const {
  const TranslationFamily family = model_->config().family;
  std::vector<TokenId> ids;
  if (family == TranslationFamily::kMarian) {
    if (!source.empty() && !contains(languages_.sources, source)) throw unsupported(source, "source");
    if (target.empty() && languages_.targets.size() == 1) target = languages_.targets.front();
    if (!target.empty() && !contains(languages_.targets, target)) throw unsupported(target, "target");
    if (const auto token = marian_token(target)) ids.push_back(*token);
  } else {
    const bool small = family == TranslationFamily::kSmall100;
    if (!small && !contains(languages_.sources, source)) throw unsupported(source, "source");
    if (!contains(languages_.targets, target)) throw unsupported(target, "target");
    ids.push_back(language_token(small ? target : source));
  }
  tokenizer_->encode(text, ids, names);
  ids.push_back(*tokenizer_->specials().eos);
  return ids;
}

nn::SearchRules TranslatorFolder::rules(std::string_view target) const {
  nn::SearchRules rules = rules_;
  if (model_->config().family == TranslationFamily::kM2m100) {
    if (!contains(languages_.targets, target)) throw unsupported(target, "target");
    rules.forced_bos = language_token(target);
  }
  return rules;
}

}  // namespace rapport::inference
