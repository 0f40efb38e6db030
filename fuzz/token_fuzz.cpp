// Tokens as anybody may send them. What the reader lets through must be what libjwt and the contract see too: nothing
// that was not signed with the key is ever accepted.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/compact_token.h"
#include "auth/token.h"
#include "base/error.h"

namespace {

using rapport::auth::Principal;
using rapport::auth::TokenVerifier;

constexpr rapport::Time kNow{std::chrono::seconds(1'763'900'000)};
const rapport::PrivateText kSecret("0123456789abcdef0123456789abcdef");

void require(bool condition) {
  if (!condition) std::abort();
}

/// A token of ours whose middle is replaced: the signature can hold only for the original bytes.
void check_forged(const TokenVerifier& verifier, std::string_view bytes) {
  static const std::string good =
      rapport::auth::create_token(kSecret, {rapport::TenantId("acme"), "ana", rapport::auth::Role::kViewer}, kNow,
                                  kNow + rapport::kHour);
  const std::string forged = good.substr(0, good.find('.') + 1) + std::string(bytes) + good.substr(good.rfind('.'));
  try {
    verifier.verify(forged, kNow);
    require(forged == good);
  } catch (const rapport::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TokenVerifier verifier({kSecret, {}});
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);

  if (const auto claims = rapport::auth::parse_claims(bytes)) {
    require(!claims->subject.empty() && !claims->tenant.empty() && claims->expires_s >= 0);
  }
  const auto parts = rapport::auth::split_compact_token(bytes);
  try {
    const Principal principal = verifier.verify(bytes, kNow);
    require(parts.has_value() && !principal.tenant.empty());
  } catch (const rapport::Error& error) {
    require(error.kind() == rapport::ErrorKind::kUnauthenticated);
  }
  check_forged(verifier, bytes);
  return 0;
}
