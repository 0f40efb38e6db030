#include "base/sha256.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <span>
#include <vector>

#include "base/error.h"

namespace rapport {
namespace {

std::string hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
  std::array<std::uint8_t, 32> digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw Error(ErrorKind::kInternal, "internal", "A checksum could not be computed.").with_log("EVP_Digest failed");
  }
  return digest;
}

std::string sha256_hex(std::string_view bytes) {
  return hex(sha256(bytes));
}

std::string secure_random_hex(std::size_t count) {
  std::vector<unsigned char> bytes(count);
  if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1) {
    throw Error(ErrorKind::kInternal, "internal", "The system gave no secure random numbers.").with_log("RAND_bytes");
  }
  return hex(bytes);
}

}  // namespace rapport
