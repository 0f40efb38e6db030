#include "base/uuid.h"

#include <string_view>

#include "base/sha256.h"

namespace rapport {
namespace {

constexpr std::size_t kRandomDigits = 20;

/// The digits of one identifier. Asking for many at a time spares most of what a call of the generator costs.
std::string_view random_digits() {
  constexpr std::size_t kIdentifiers = 32;
  thread_local std::string digits;
  thread_local std::size_t used = 0;
  if (used == digits.size()) {
    digits = secure_random_hex(kIdentifiers * kRandomDigits / 2);
    used = 0;
  }
  const std::string_view next = std::string_view(digits).substr(used, kRandomDigits);
  used += kRandomDigits;
  return next;
}

}  // namespace

std::string new_uuid(Time now) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto ms = static_cast<std::uint64_t>(to_epoch_ms(now));
  const std::string_view random = random_digits();
  std::string text;
  text.reserve(36);
  for (int shift = 44; shift >= 0; shift -= 4) {
    if (shift == 12) text += '-';
    text += kDigits[(ms >> shift) & 15];
  }
  text.append("-7").append(random.substr(0, 3)).append("-");  // version
  text += kDigits[8 | (kDigits.find(random[3]) & 3)];         // variant
  return text.append(random.substr(4, 3)).append("-").append(random.substr(7, 12));
}

}  // namespace rapport
