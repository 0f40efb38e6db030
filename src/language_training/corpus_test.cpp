#include "language_training/corpus.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string>

#include "base/error.h"
#include "base/file.h"

namespace rapport::language {
namespace {

class CorpusFolder : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() / ("rapport-corpus-" + std::to_string(getpid()));
    for (const char* folder : {"commonvoice_sentences", "frequency_words", "t"}) {
      std::filesystem::create_directories(path_ / "train" / folder);
    }
  }
  void TearDown() override { std::filesystem::remove_all(path_); }

  std::filesystem::path path_;
};

TEST_F(CorpusFolder, GivesSentencesOfTheScriptAndHoldsSomeOut) {
  std::string lines = "Привет, мир\n";
  for (int i = 0; i < 500; ++i) lines += "Sentence " + std::string(static_cast<std::size_t>(i) + 1, 'a') + "!\n";
  publish_file(path_ / "train/commonvoice_sentences/xx.txt", lines);

  const Corpus corpus = read_corpus(path_, {"xx", Script::kLatin, 1, "cv:xx"}, 1000);

  EXPECT_EQ(corpus.sentences.size() + corpus.held_out.size(), 500);
  EXPECT_GT(corpus.held_out.size(), 25);
  EXPECT_LT(corpus.held_out.size(), 100);
  const std::set<std::string> learned(corpus.sentences.begin(), corpus.sentences.end());
  for (const std::string& text : corpus.held_out) EXPECT_FALSE(learned.contains(text)) << text;
}

TEST_F(CorpusFolder, GivesWordsWithTheirShares) {
  publish_file(path_ / "train/frequency_words/xx.txt", "der 6\ndie 2\nслово 5\n");

  const Corpus corpus = read_corpus(path_, {"xx", Script::kLatin, 1, "fw:xx"}, 1000);

  ASSERT_EQ(corpus.words.size(), 2);
  EXPECT_EQ(corpus.words[0].first, "der");
  EXPECT_DOUBLE_EQ(corpus.words[0].second, 0.75);
}

TEST_F(CorpusFolder, TakesTheRowsOfATableThatMeetTheCondition) {
  publish_file(path_ / "train/t/a.tsv", "text\tlang\nuno due\tit\none two\ten\ntre\tit\n");

  const Corpus corpus = read_corpus(path_, {"it", Script::kLatin, 1, "tsv:t/a.tsv:text:lang=it"}, 1000);

  EXPECT_EQ(corpus.sentences.size() + corpus.held_out.size(), 2);
}

TEST_F(CorpusFolder, RefusesASourceOfNoKnownKindAndAFileThatIsNotThere) {
  EXPECT_THROW(read_corpus(path_, {"xx", Script::kLatin, 1, "web:xx"}, 10), Error);
  EXPECT_THROW(read_corpus(path_, {"xx", Script::kLatin, 1, "cv:nowhere"}, 10), Error);
}

TEST(Serbian, IsWrittenInCyrillicLetterByLetter) {
  EXPECT_EQ(serbian_in_cyrillic("Ljubav, njegov džep"), "љубав његов џеп");
}

}  // namespace
}  // namespace rapport::language
