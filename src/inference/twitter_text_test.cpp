#include "inference/twitter_text.h"

#include <gtest/gtest.h>

namespace rapport::inference {
namespace {

// The expected texts are what the card's Python function returns, but for the one about lines.
TEST(TwitterText, ReplacesUserNamesAndLinks) {
  EXPECT_EQ(twitter_text("@ana_99 look at https://t.co/x?y=1 now"), "@user look at http now");
  EXPECT_EQ(twitter_text("http://a.b"), "http");
  EXPECT_EQ(twitter_text("@ünal"), "@user");
  EXPECT_EQ(twitter_text("@@"), "@user");
}

TEST(TwitterText, KeepsWhatOnlyResemblesThem) {
  EXPECT_EQ(twitter_text("@ me"), "@ me");
  EXPECT_EQ(twitter_text("mail ana@x.com (@ana) (http://a.b) HTTP://A.B"),
            "mail ana@x.com (@ana) (http://a.b) HTTP://A.B");
}

TEST(TwitterText, KeepsSpacesAsTheyAre) {
  EXPECT_EQ(twitter_text("  a  @b "), "  a  @user ");
}

TEST(TwitterText, ALineBehindALinkIsNotSwallowed) {
  EXPECT_EQ(twitter_text("https://a.b\nthis is bad\r\n@ana\tno"), "http\nthis is bad\r\n@user\tno");
}

TEST(TwitterText, LeavesNothingAsItIs) {
  EXPECT_EQ(twitter_text(""), "");
  EXPECT_EQ(twitter_text(" "), " ");
}

TEST(TwitterText, IsForTheTwitterModels) {
  EXPECT_TRUE(reads_twitter_text("twitter-roberta-base-sentiment-latest"));
  EXPECT_TRUE(reads_twitter_text("twitter-xlm-roberta-base-sentiment"));
  EXPECT_FALSE(reads_twitter_text("emotion-english-distilroberta-base"));
}

}  // namespace
}  // namespace rapport::inference
