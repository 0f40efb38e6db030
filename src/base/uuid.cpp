#include "base/uuid.h"

#include <string_view>

#include "base/sha256.h"

namespace rapport {

std::string new_uuid(Time now) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto ms = static_cast<std::uint64_t>(to_epoch_ms(now));
  std::string digits;
  for (int shift = 44; shift >= 0; shift -= 4) digits += kDigits[(ms >> shift) & 15];
  digits += secure_random_hex(10);
  digits[12] = '7';  // version
  const std::size_t variant = kDigits.find(digits[16]);
  digits[16] = kDigits[8 | (variant & 3)];
  return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" + digits.substr(16, 4) +
         "-" + digits.substr(20, 12);
}

}  // namespace rapport
