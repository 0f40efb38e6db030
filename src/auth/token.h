#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/private_text.h"
#include "domain/ids.h"

namespace rapport::auth {

/// What a token permits; each role includes the ones before it. viewer: read and predict; analyst: train too;
/// admin: put models into service and take them out too.
enum class Role { kViewer, kAnalyst, kAdmin };

std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view name);

/// Who asks.
struct Principal {
  TenantId tenant;
  std::string subject;
  Role role = Role::kViewer;
};

/// The one audience that a token for us names.
constexpr std::string_view kAudience = "rapport";

/// The workspace's own HS256 secret, made (64 hexadecimal digits, mode 0600) when the file does not exist. Throws
/// kInvalid "weak_secret" under 32 bytes, and "secret_readable_by_others" when group or others may read the file. Of
/// several processes that start at once, one makes the file and all read it.
PrivateText load_or_create_secret(const std::filesystem::path& path);

/// Throws kInvalid: "weak_secret" under 32 bytes, "secret_is_a_key" when somebody has put a (public) PEM key there.
void require_strong_secret(const PrivateText& secret);

/// A token for `principal` that holds until `expires_at`: HS256, claims sub, tenant, role, exp, iat, aud=rapport.
std::string create_token(const PrivateText& secret, const Principal& principal, Time issued_at, Time expires_at);

/// Checks Bearer tokens. The algorithm is pinned by the key: HS256 for the secret, RS256 or ES256 by the type of each
/// public key (PEM). `kid`, `jku`, `x5u`, `jwk` of the token's header are never followed; `alg: none` never passes;
/// `exp` and `aud` are required; `nbf` is honoured; 30 seconds of leeway.
///
/// Threads   safe.
/// Cost      a known token that has not expired: one hash look-up (a bounded cache of verified tokens).
class TokenVerifier {
 public:
  struct Keys {
    PrivateText secret;                   ///< empty: no HS256
    std::vector<std::string> public_pem;  ///< RSA (at least 2048 bits) or P-256 keys
  };
  /// Throws kInvalid: what require_strong_secret throws, and "bad_public_key" for a key that is not as said above.
  explicit TokenVerifier(Keys keys);
  ~TokenVerifier();

  /// Throws kUnauthenticated ("token_malformed", "token_expired", "token_not_accepted"): the message never says more.
  Principal verify(std::string_view token, Time now) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapport::auth
