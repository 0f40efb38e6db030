#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "nn/tokenizers/sentence_piece.h"
#include "nn/tokenizers/tokenizer.h"
#include "support/shared_fixtures.h"

namespace rapport::nn {
namespace {

using Ids = std::vector<TokenId>;

std::vector<Json> lines_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<Json> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(parse_json_or_throw(line));
  return lines;
}

std::string text_of(const Json& line, const char* name = "text") {
  return std::string(line.at(name).as_string());
}

Ids ids_of(const Json& line, const char* name = "ids") {
  Ids ids;
  for (const Json& id : line.at(name).as_array()) ids.push_back(static_cast<TokenId>(id.as_int64()));
  return ids;
}

Ids encoded(const Tokenizer& tokenizer, const std::string& text, SpecialNames names = SpecialNames::kTokens) {
  Ids ids;
  tokenizer.encode(text, ids, names);
  return ids;
}

Ids wrapped(const Tokenizer& tokenizer, const std::string& text, SpecialNames names = SpecialNames::kTokens) {
  return tokenizer.wrap(encoded(tokenizer, text, names));
}

TEST(ByteLevelBpe, ReproducesRobertaExactly) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/bpe_golden_roberta");
  // The fixture has no config.json and no special_tokens_map.json; a RoBERTa folder has.
  const auto copy = std::filesystem::temp_directory_path() / ("rapport-roberta-" + std::to_string(getpid()));
  std::filesystem::create_directory(copy);
  for (const char* file : {"vocab.json", "merges.txt"}) {
    std::filesystem::create_symlink(std::filesystem::absolute(folder / file), copy / file);
  }
  publish_file(copy / "config.json", R"({"model_type": "roberta"})");
  const auto tokenizer = Tokenizer::load(copy);
  std::filesystem::remove_all(copy);

  const auto lines = lines_of(folder / "bpe_golden.jsonl");

  EXPECT_EQ(lines.size(), 2000);
  for (const Json& line : lines) {
    EXPECT_EQ(wrapped(*tokenizer, text_of(line)), ids_of(line)) << text_of(line);
    const char* literal = line.as_object().contains("ids_literal") ? "ids_literal" : "ids";
    EXPECT_EQ(wrapped(*tokenizer, text_of(line), SpecialNames::kText), ids_of(line, literal)) << text_of(line);
  }
}

TEST(ByteLevelBpe, ReproducesWhisperExactly) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/bpe_golden_whisper");
  const auto tokenizer = Tokenizer::load(folder);

  const auto lines = lines_of(folder / "encode_golden.jsonl");

  EXPECT_EQ(lines.size(), 630);
  for (const Json& line : lines) EXPECT_EQ(encoded(*tokenizer, text_of(line)), ids_of(line)) << text_of(line);
  EXPECT_EQ(tokenizer->vocabulary_size(), 51865);
}

TEST(ByteLevelBpe, DecodesWhisperExactlyWithAndWithoutTimestamps) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/bpe_golden_whisper");
  const auto tokenizer = Tokenizer::load(folder);
  const TokenId last_mark = tokenizer->id_of("<|notimestamps|>").value();

  const auto lines = lines_of(folder / "decode_golden.jsonl");

  EXPECT_EQ(lines.size(), 400);
  for (const Json& line : lines) {
    const Ids ids = ids_of(line);
    Ids words = ids;
    std::erase_if(words, [&](TokenId id) { return id > last_mark; });
    EXPECT_EQ(tokenizer->decode(words), text_of(line));
    if (!line.at("text_with_timestamps").is_null()) {
      EXPECT_EQ(tokenizer->decode(ids), text_of(line, "text_with_timestamps"));
    }
  }
}

TEST(ByteLevelBpe, GivesEveryAddedTokenOfWhisperItsId) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/bpe_golden_whisper");
  const auto tokenizer = Tokenizer::load(folder);

  const Json added = parse_json_or_throw(read_file(folder / "added_tokens.json"));

  for (const auto& [name, id] : added.as_object()) {
    EXPECT_EQ(encoded(*tokenizer, std::string(name)), Ids{static_cast<TokenId>(id.as_int64())}) << name;
    EXPECT_EQ(tokenizer->id_of(name), static_cast<TokenId>(id.as_int64())) << name;
  }
}

class ClassifierFolder : public testing::TestWithParam<const char*> {};

TEST_P(ClassifierFolder, GivesTheReferencesIds) {
  RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + GetParam());
  const auto tokenizer = Tokenizer::load(folder);

  const Json expected = parse_json_or_throw(read_file(folder / "expected.json"));

  EXPECT_EQ(expected.at("items").as_array().size(), 72);
  for (const Json& item : expected.at("items").as_array()) {
    Ids ids = wrapped(*tokenizer, text_of(item));
    EXPECT_EQ(static_cast<std::int64_t>(ids.size()), item.at("n_tokens_untruncated").as_int64());
    if (ids.size() > 512) {  // the reference cuts texts at the model's window
      ids.resize(511);
      ids.push_back(*tokenizer->specials().eos);
    }
    EXPECT_EQ(ids, ids_of(item)) << text_of(item);
  }
}

INSTANTIATE_TEST_SUITE_P(Tokenizer, ClassifierFolder,
                         testing::Values("roberta-sentiment", "distilroberta-emotion", "xlm-roberta-sentiment"));

class BothLoaders : public testing::TestWithParam<const char*> {};

TEST_P(BothLoaders, TokenizerJsonAndVocabWithMergesAgree) {
  RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + GetParam());
  const auto copy = std::filesystem::temp_directory_path() / ("rapport-json-" + std::to_string(getpid()));
  std::filesystem::create_directory(copy);
  std::filesystem::create_symlink(std::filesystem::absolute(folder / "tokenizer.json"), copy / "tokenizer.json");
  const auto from_json = Tokenizer::load(copy);
  std::filesystem::remove_all(copy);
  const auto from_files = Tokenizer::load(folder);

  EXPECT_EQ(from_json->vocabulary_size(), from_files->vocabulary_size());
  EXPECT_EQ(from_json->specials().eos, from_files->specials().eos);
  RAPPORT_SHARED_OR_SKIP(texts, "fixtures/bpe_golden_roberta/bpe_golden.jsonl");
  for (const Json& line : lines_of(texts)) {
    const std::string text = text_of(line);
    EXPECT_EQ(wrapped(*from_json, text), wrapped(*from_files, text)) << text;
    EXPECT_EQ(wrapped(*from_json, text, SpecialNames::kText), wrapped(*from_files, text, SpecialNames::kText)) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Tokenizer, BothLoaders, testing::Values("roberta-sentiment", "distilroberta-emotion"));

TEST(SentencePiece, ReproducesXlmRobertaExactly) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/xlm-roberta-sentiment");
  const auto tokenizer = Tokenizer::load(folder);

  const auto lines = lines_of(folder / "tokenizer_golden.jsonl");

  EXPECT_EQ(lines.size(), 350);
  for (const Json& line : lines) EXPECT_EQ(wrapped(*tokenizer, text_of(line)), ids_of(line)) << text_of(line);
  EXPECT_EQ(tokenizer->vocabulary_size(), 3602);
}

class RawPieceModel : public testing::TestWithParam<const char*> {};

TEST_P(RawPieceModel, EncodesAndDecodesAsTheLibrary) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/spm_golden");
  const auto read = PieceModel::read(read_file(folder / (std::string(GetParam()) + ".model")));
  const auto& model = std::get<std::unique_ptr<PieceModel>>(read);

  const auto lines = lines_of(folder / (std::string(GetParam()) + ".jsonl"));

  EXPECT_GT(lines.size(), 100);
  for (const Json& line : lines) {
    Ids ids;
    model->encode(text_of(line), ids);
    EXPECT_EQ(ids, ids_of(line)) << text_of(line);
    EXPECT_EQ(model->decode_ids(ids), text_of(line, "decoded"));
  }
}

INSTANTIATE_TEST_SUITE_P(SentencePiece, RawPieceModel,
                         testing::Values("unigram_en", "bpe_en", "bpe_char", "unigram_bytefallback",
                                         "marian_real_joint"));

TEST(SentencePiece, ReproducesMarianExactly) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/marian_real_tokenizer_golden");
  const auto tokenizer = Tokenizer::load(folder);

  for (const Json& line : lines_of(folder / "golden.jsonl")) {
    const Ids ids = wrapped(*tokenizer, text_of(line));
    EXPECT_EQ(ids, ids_of(line)) << text_of(line);
    EXPECT_EQ(tokenizer->decode(ids), text_of(line, "decoded"));
  }
}

TEST(SentencePiece, ReproducesMarianWithTwoModels) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/marian-tiny-random");
  const auto tokenizer = Tokenizer::load(folder);

  const Json expected = parse_json_or_throw(read_file(folder / "expected.json"));

  for (const Json& item : expected.at("items").as_array()) {
    EXPECT_EQ(wrapped(*tokenizer, text_of(item)), ids_of(item, "input_ids")) << text_of(item);
    EXPECT_EQ(tokenizer->decode(ids_of(item, "greedy_ids")), text_of(item, "greedy_text"));
  }
}

TEST(SentencePiece, ReproducesM2m100AfterItsLanguageToken) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/m2m100-tiny-random");
  const auto tokenizer = Tokenizer::load(folder);
  const auto with_language = [&](const std::string& language, const std::string& text) {
    Ids ids = {tokenizer->id_of("__" + language + "__").value()};
    const Ids words = wrapped(*tokenizer, text);
    ids.insert(ids.end(), words.begin(), words.end());
    return ids;
  };

  for (const Json& line : lines_of(folder / "tokenizer_golden.jsonl")) {
    EXPECT_EQ(with_language(text_of(line, "src_lang"), text_of(line)), ids_of(line)) << text_of(line);
  }
  const Json expected = parse_json_or_throw(read_file(folder / "expected.json"));
  for (const Json& item : expected.at("items").as_array()) {
    EXPECT_EQ(with_language(text_of(item, "src_lang"), text_of(item)), ids_of(item, "input_ids")) << text_of(item);
    EXPECT_EQ(tokenizer->decode(ids_of(item, "greedy_ids")), text_of(item, "greedy_text"));
  }
  for (const auto& [language, id] : expected.at("lang_ids").as_object()) {
    EXPECT_EQ(tokenizer->id_of("__" + std::string(language) + "__"), static_cast<TokenId>(id.as_int64())) << language;
  }
}

}  // namespace
}  // namespace rapport::nn
