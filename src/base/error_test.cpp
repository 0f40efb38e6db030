#include "base/error.h"

#include <gtest/gtest.h>

namespace rapport {
namespace {

TEST(Error, KeepsWhatTheCallerHearsApartFromWhatTheLogHears) {
  const Error error = Error(ErrorKind::kInternal, "internal", "It failed.").with_log("disk /dev/x");

  EXPECT_EQ(error.message(), "It failed.");
  EXPECT_EQ(error.log_detail(), "disk /dev/x");
  EXPECT_STREQ(error.what(), "It failed. [disk /dev/x]");
}

TEST(ErrorKind, HasTheStatusThatTheContractNames) {
  EXPECT_EQ(http_status(ErrorKind::kMalformed), 400);
  EXPECT_EQ(http_status(ErrorKind::kUnauthenticated), 401);
  EXPECT_EQ(http_status(ErrorKind::kForbidden), 403);
  EXPECT_EQ(http_status(ErrorKind::kNotFound), 404);
  EXPECT_EQ(http_status(ErrorKind::kMethodNotAllowed), 405);
  EXPECT_EQ(http_status(ErrorKind::kConflict), 409);
  EXPECT_EQ(http_status(ErrorKind::kTooLarge), 413);
  EXPECT_EQ(http_status(ErrorKind::kUnsupportedMedia), 415);
  EXPECT_EQ(http_status(ErrorKind::kInvalid), 422);
  EXPECT_EQ(http_status(ErrorKind::kOverloaded), 429);
  EXPECT_EQ(http_status(ErrorKind::kInternal), 500);
  EXPECT_EQ(http_status(ErrorKind::kUnavailable), 503);
  EXPECT_EQ(http_status(ErrorKind::kTimeout), 504);
}

TEST(ErrorKind, IsWorthAnotherTryOnlyWhenTheCallerDidNothingWrong) {
  EXPECT_TRUE(is_retryable(ErrorKind::kUnavailable));
  EXPECT_TRUE(is_retryable(ErrorKind::kOverloaded));
  EXPECT_FALSE(is_retryable(ErrorKind::kInvalid));
  EXPECT_FALSE(is_retryable(ErrorKind::kConflict));
}

}  // namespace
}  // namespace rapport
