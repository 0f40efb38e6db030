#include "nn/tokenizers/word_piece.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rapport::nn {
namespace {

using Ids = std::vector<TokenId>;

// The rules are those of tokenization.py of BERT; the vocabulary is that file's own example and a few words more.
const Vocabulary kVocabulary = {"[UNK]", "[CLS]", "[SEP]", "want",   "##want", "##ed", "wa",     "un", "runn",
                                "##ing", ",",     "low",   "lowest", "中",     "国",   "[MASK]", "a"};

WordPiece tokenizer(BertNormalizer normalizer = {}) {
  WordPieceParts parts;
  parts.vocabulary = kVocabulary;
  parts.added = {{.text = "[MASK]", .id = 15}};
  parts.specials = {.bos = 1, .eos = 2, .pad = std::nullopt, .unk = 0};
  parts.before = {1};
  parts.after = {2};
  parts.normalizer = normalizer;
  return WordPiece(std::move(parts));
}

Ids encoded(const WordPiece& tokenizer, std::string_view text) {
  Ids ids;
  tokenizer.encode(text, ids, SpecialNames::kTokens);
  return ids;
}

TEST(WordPiece, CutsWordsIntoTheLongestPiecesFromTheLeft) {
  EXPECT_EQ(encoded(tokenizer(), "unwanted running"), (Ids{7, 4, 5, 8, 9}));
  EXPECT_EQ(encoded(tokenizer(), "lowest low"), (Ids{12, 11}));
}

TEST(WordPiece, GivesTheUnknownTokenForAWordThatCannotBeCutToItsEnd) {
  EXPECT_EQ(encoded(tokenizer(), "unwantedX running"), (Ids{0, 8, 9}));
  EXPECT_EQ(encoded(tokenizer(), ""), Ids{});
}

TEST(WordPiece, GivesTheUnknownTokenForAWordOfOverAHundredCharacters) {
  const Ids hundred = encoded(tokenizer(), "wa" + std::string(98, 'z'));

  EXPECT_EQ(hundred, Ids{0});
  Vocabulary letters = kVocabulary;
  letters.emplace_back("##a");
  WordPieceParts parts{.vocabulary = letters,
                       .added = {},
                       .specials = {.bos = 1, .eos = 2, .pad = {}, .unk = 0},
                       .before = {},
                       .after = {},
                       .normalizer = {}};
  const WordPiece with_letters(std::move(parts));
  EXPECT_EQ(encoded(with_letters, std::string(100, 'a')).size(), 100);
  EXPECT_EQ(encoded(with_letters, std::string(101, 'a')), Ids{0});
}

TEST(WordPiece, ReadsSpecialTokensInATextAndWrapsIt) {
  EXPECT_EQ(encoded(tokenizer(), "want [MASK], low"), (Ids{3, 15, 10, 11}));
  EXPECT_EQ(tokenizer().wrap(Ids{3}), (Ids{1, 3, 2}));
}

TEST(WordPiece, DecodesPiecesIntoWords) {
  EXPECT_EQ(tokenizer().decode(Ids{7, 4, 5, 15, 8, 9, 999}), "unwanted running");
}

TEST(BertWords, LowersCaseAndStripsAccents) {
  EXPECT_EQ(bert_words("  Crème   BRÛLÉE\t", {}), "creme brulee");
  EXPECT_EQ(bert_words("İstanbul", {}), "istanbul");
  EXPECT_EQ(bert_words("Crème", {.lower_case = false, .strip_accents = {}}), "Crème");
  EXPECT_EQ(bert_words("Crème", {.lower_case = true, .strip_accents = false}), "crème");
}

TEST(BertWords, SetsPunctuationAndChineseCharactersApart) {
  EXPECT_EQ(bert_words("don't stop!?", {}), "don ' t stop ! ?");
  EXPECT_EQ(bert_words("我ab中国", {}), "我 ab 中 国");
  EXPECT_EQ(bert_words("中国", {.lower_case = true, .strip_accents = {}, .chinese_characters = false}), "中国");
  EXPECT_EQ(bert_words("ok… “so”", {}), "ok … “ so ”");
}

TEST(BertWords, DropsControlCharactersAndKeepsSpacesOfEveryKind) {
  EXPECT_EQ(bert_words(std::string_view("a\0b\x01"
                                        "c\xEF\xBF\xBD",
                                        8),
                       {}),
            "abc");
  EXPECT_EQ(bert_words("a\xC2\xA0"
                       "b\r\nc",
                       {}),
            "a b c");
}

}  // namespace
}  // namespace rapport::nn
