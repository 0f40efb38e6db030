#include "base/uuid.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace rapport {
namespace {

TEST(Uuid, HasTheFormOfVersionSevenAndBeginsWithTheTime) {
  const std::string id = new_uuid(from_epoch_ms(0x0123456789ab));

  EXPECT_TRUE(std::regex_match(id, std::regex("01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"))) << id;
}

TEST(Uuid, DiffersEachTimeInOneMillisecond) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(new_uuid(from_epoch_ms(1)));

  EXPECT_EQ(ids.size(), 1000U);
}

}  // namespace
}  // namespace rapport
