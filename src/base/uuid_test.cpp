#include "base/uuid.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

namespace rapport {
namespace {

TEST(Uuid, HasTheFormOfVersionSevenAndBeginsWithTheTime) {
  const std::string id = new_uuid(from_epoch_ms(0x0123456789ab));

  std::string form = id;
  for (const std::size_t random :
       {15U, 16U, 17U, 20U, 21U, 22U, 24U, 25U, 26U, 27U, 28U, 29U, 30U, 31U, 32U, 33U, 34U, 35U}) {
    EXPECT_NE(std::string_view("0123456789abcdef").find(id.at(random)), std::string_view::npos) << id;
    form[random] = 'x';
  }
  EXPECT_NE(std::string_view("89ab").find(id[19]), std::string_view::npos) << id;
  form[19] = 'v';
  EXPECT_EQ(form, "01234567-89ab-7xxx-vxxx-xxxxxxxxxxxx");
}

TEST(Uuid, DiffersEachTimeInOneMillisecond) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(new_uuid(from_epoch_ms(1)));

  EXPECT_EQ(ids.size(), 1000U);
}

}  // namespace
}  // namespace rapport
