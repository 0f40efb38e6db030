#include "nn/tokenizers/tokenizer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "nn/tokenizers/byte_level_bpe.h"
#include "nn/tokenizers/gpt2_words.h"
#include "nn/tokenizers/sentence_piece.h"
#include "nn/tokenizers/utf8.h"

namespace rapport::nn {
namespace {

using Ids = std::vector<TokenId>;

// All 256 bytes as the first ids, then a few merges: "l" + "o", "lo" + "w", " " + "low".
ByteLevelBpeParts small_parts() {
  ByteLevelBpeParts parts;
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
    std::string name;
    append_utf8(printable ? byte : next++, name);
    parts.vocabulary.push_back(name);
  }
  for (const char* name : {"lo", "low", "Ġlow", "aa"}) parts.vocabulary.emplace_back(name);
  parts.merges = {{"l", "o"}, {"lo", "w"}, {"Ġ", "low"}, {"a", "a"}};
  parts.added = {{.text = "<s>", .id = 260},
                 {.text = "<mask>", .id = 261, .strips_left = true},
                 {.text = "<|0.02|>", .id = 262, .special = false}};
  parts.specials = {.bos = 260, .eos = 260, .pad = {}, .unk = {}};
  return parts;
}

std::unique_ptr<ByteLevelBpe> small_tokenizer() {
  return std::get<std::unique_ptr<ByteLevelBpe>>(ByteLevelBpe::make(small_parts()));
}

Ids encoded(const Tokenizer& tokenizer, std::string_view text, SpecialNames names = SpecialNames::kTokens) {
  Ids ids;
  tokenizer.encode(text, ids, names);
  return ids;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = gpt2_word_end(text, at);
    words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

TEST(Gpt2Words, CutsAsTheRegularExpressionDoes) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(words_of("I'll go, it's 10h30!!"), (Words{"I", "'ll", " go", ",", " it", "'s", " 10", "h", "30", "!!"}));
  EXPECT_EQ(words_of("a  b \n c  "), (Words{"a", " ", " b", " \n", " c", "  "}));
  EXPECT_EQ(words_of(" 's 'S"), (Words{" '", "s", " '", "S"}));
  EXPECT_EQ(words_of("नमस्ते"), (Words{"नमस", "्", "त", "े"}));
  EXPECT_EQ(words_of("½ ²x"), (Words{"½", " ²", "x"}));
}

TEST(ByteLevelBpe, MergesInTheOrderLearned) {
  const auto tokenizer = small_tokenizer();

  EXPECT_EQ(encoded(*tokenizer, "low low"), (Ids{257, 258}));
  EXPECT_EQ(encoded(*tokenizer, "aaa"), (Ids{259, 'a'}));
  EXPECT_EQ(tokenizer->decode(encoded(*tokenizer, "a low é 🙏")), "a low é 🙏");
}

TEST(ByteLevelBpe, ReadsNamesOfTokensAsTokensOrAsText) {
  const auto tokenizer = small_tokenizer();

  EXPECT_EQ(encoded(*tokenizer, "low <s>"), (Ids{257, ' ', 260}));
  EXPECT_EQ(encoded(*tokenizer, "low <mask>"), (Ids{257, 261}));
  EXPECT_EQ(encoded(*tokenizer, "<s>", SpecialNames::kText), (Ids{'<', 's', '>'}));
  EXPECT_EQ(encoded(*tokenizer, "<|0.02|>", SpecialNames::kText), Ids{262});
}

TEST(ByteLevelBpe, DecodesSpecialTokensAndUnknownIdsToNothing) {
  EXPECT_EQ(small_tokenizer()->decode(Ids{260, 257, 262, -1, 9999, 260}), "low<|0.02|>");
}

TEST(ByteLevelBpe, ReadsBytesThatAreNoUtf8AsTheReplacementCharacter) {
  const auto tokenizer = small_tokenizer();

  EXPECT_EQ(encoded(*tokenizer, "\xFFlow\xF0\x9F"), encoded(*tokenizer, "\xEF\xBF\xBDlow\xEF\xBF\xBD"));
}

TEST(ByteLevelBpe, AgreesWithItselfOnWordsOfEveryLength) {
  const auto tokenizer = small_tokenizer();

  // Short words go one way through the merges, long ones another.
  for (std::size_t n = 1; n < 200; ++n) {
    Ids expected(n / 2, 259);
    if (n % 2 == 1) expected.push_back('a');
    EXPECT_EQ(encoded(*tokenizer, std::string(n, 'a')), expected) << n;
  }
}

TEST(ByteLevelBpe, EncodesAWordOfAMillionLetters) {
  EXPECT_EQ(encoded(*small_tokenizer(), std::string(1'000'000, 'a')), Ids(500'000, 259));
}

TEST(ByteLevelBpe, RefusesAMergeOfWhatIsNotInTheVocabulary) {
  ByteLevelBpeParts parts = small_parts();
  parts.merges.emplace_back("x", "y");

  const auto made = ByteLevelBpe::make(std::move(parts));

  EXPECT_EQ(std::get<Damage>(made).why, "has a merge with a token that is not in the vocabulary: xy");
}

TEST(ValidUtf8, ReplacesMaximalPartsAsPythonDoes) {
  const auto replaced = [](std::string_view bytes) {
    std::string storage;
    return std::string(valid_utf8(bytes, storage));
  };
  EXPECT_EQ(replaced("ok é 🙏"), "ok é 🙏");
  EXPECT_EQ(replaced("\xF0\x9F\x99"), "\uFFFD");              // cut: one
  EXPECT_EQ(replaced("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate: one for each byte
  EXPECT_EQ(replaced("\xC0\xAF"), "\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(replaced("\xE2\x28\xA1"), "\uFFFD(\uFFFD");
}

class Reader : public testing::TestWithParam<const char*> {};

TEST_P(Reader, RefusesADamagedTokenizerJson) {
  EXPECT_TRUE(std::holds_alternative<Damage>(read_tokenizer_json(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(
    TokenizerJson, Reader,
    testing::Values(
        "", "[]", "{}", R"({"model": 1})", R"({"model": {"type": "Unigram", "vocab": []}})",
        R"({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a"]}, "pre_tokenizer": {"type": "ByteLevel"}})",
        R"({"model": {"type": "BPE", "vocab": {"a": -1}, "merges": []}, "pre_tokenizer": {"type": "ByteLevel"}})",
        R"({"model": {"type": "BPE", "vocab": {"a": 9999999999}, "merges": []}, "pre_tokenizer": {"type": "ByteLevel"}})",
        R"({"model": {"type": "BPE", "vocab": {"a": 0, "b": 0}, "merges": []}, "pre_tokenizer": {"type": "ByteLevel"}})",
        R"({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "pre_tokenizer": {"type": "Split"}})",
        R"({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "pre_tokenizer": {"type": "ByteLevel"},
            "added_tokens": [{"content": "x"}]})"));

TEST(TokenizerJson, ReadsWordPieceWithItsTemplate) {
  const auto read = read_tokenizer_json(R"({
    "normalizer": {"type": "BertNormalizer", "lowercase": false, "handle_chinese_chars": true, "strip_accents": null},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "TemplateProcessing",
      "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                 {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
      "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]},
                         "[SEP]": {"id": "[SEP]", "ids": [2], "tokens": ["[SEP]"]}}},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
              "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3}}})");

  const auto& json = std::get<TokenizerJson>(read);
  EXPECT_EQ(json.kind, SubwordKind::kWordPiece);
  EXPECT_FALSE(json.bert.lower_case);
  EXPECT_EQ(json.before, Ids{1});
  EXPECT_EQ(json.after, Ids{2});
  EXPECT_EQ(json.unknown, "[UNK]");
}

TEST(MergesTxt, RefusesALineThatIsNoPair) {
  EXPECT_TRUE(std::holds_alternative<Damage>(read_merges_txt("#version: 0.2\na b\nc\n")));
  EXPECT_TRUE(std::holds_alternative<Damage>(read_merges_txt("a b c\n")));
  EXPECT_TRUE(std::holds_alternative<Damage>(read_merges_txt("a \xFF\n")));
  EXPECT_EQ(std::get<MergeNames>(read_merges_txt("#version: 0.2\r\na b\r\n")), (MergeNames{{"a", "b"}}));
}

class ModelFolder : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() / ("rapport-tokenizer-" + std::to_string(getpid()));
    std::filesystem::create_directory(path_);
  }
  void TearDown() override { std::filesystem::remove_all(path_); }

  std::string failure() const {
    try {
      Tokenizer::load(path_);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
      return error.code() + ": " + error.message();
    }
    return "loaded";
  }

  std::filesystem::path path_;
};

TEST_F(ModelFolder, WithoutATokenizerIsIncomplete) {
  EXPECT_TRUE(failure().starts_with("model_incomplete: The model's folder has no tokenizer")) << failure();
}

TEST_F(ModelFolder, WithADamagedFileNamesIt) {
  publish_file(path_ / "vocab.json", "{\"a\": 0");
  publish_file(path_ / "merges.txt", "");
  EXPECT_TRUE(failure().starts_with("model_damaged: vocab.json is not JSON")) << failure();

  publish_file(path_ / "vocab.json", R"({"a": 0})");
  publish_file(path_ / "merges.txt", "a b\n");
  EXPECT_EQ(failure(), "model_damaged: merges.txt has a merge with a token that is not in the vocabulary: b.");

  publish_file(path_ / "sentencepiece.bpe.model", "nonsense");
  std::filesystem::remove(path_ / "vocab.json");
  EXPECT_EQ(failure(), "model_damaged: sentencepiece.bpe.model is no SentencePiece model.");
}

TEST_F(ModelFolder, OfBertIsReadFromVocabTxt) {
  publish_file(path_ / "config.json", R"({"model_type": "distilbert"})");
  publish_file(path_ / "tokenizer_config.json", R"({"do_lower_case": false})");
  publish_file(path_ / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nHi\n##gh\n!\n");

  const auto tokenizer = Tokenizer::load(path_);

  EXPECT_EQ(tokenizer->wrap(encoded(*tokenizer, "High! hi")), (Ids{2, 5, 6, 7, 1, 3}));
  EXPECT_EQ(tokenizer->specials().pad, 0);
  EXPECT_EQ(tokenizer->vocabulary_size(), 8);
}

}  // namespace
}  // namespace rapport::nn
