#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rapport::auth {

constexpr std::size_t kMaxTokenBytes = 8192;

/// The algorithms that a key of ours can stand for; nothing else exists for us.
enum class Algorithm { kHs256, kRs256, kEs256 };

/// The three parts of a compact JWS, decoded. Nothing in it is trusted: no signature has been checked.
struct CompactToken {
  Algorithm algorithm = Algorithm::kHs256;
  std::string payload;    ///< decoded bytes of the second part
  std::string signature;  ///< decoded bytes of the third part
};

/// Takes a token apart. nullopt unless it is at most kMaxTokenBytes, three parts of strict base64url (no padding, no
/// other alphabet, no stray bits), with a header that is a JSON object without duplicate names, whose `alg` is spelled
/// exactly "HS256", "RS256" or "ES256" and which asks for no extension (`crit`). Other members are not looked at.
///
/// Threads   pure. Never throws on bad input.
std::optional<CompactToken> split_compact_token(std::string_view token);

/// What the payload of a token claims. Times are seconds since 1970.
struct Claims {
  std::string subject;
  std::string tenant;
  std::string role;
  std::vector<std::string> audience;
  std::int64_t expires_s = 0;
  std::int64_t not_before_s = 0;  ///< 0: at once
};

/// Reads the payload. nullopt unless it is a JSON object without duplicate names that holds `sub` and `tenant` (1 to
/// 200 bytes without control characters), `role`, `aud` (a text or a list of texts) and `exp`, all of their right type,
/// and `iat` and `nbf`, where they are there, as numbers.
///
/// Threads   pure. Never throws on bad input.
std::optional<Claims> parse_claims(std::string_view payload);

/// Strict base64url without padding (RFC 7515, appendix C). nullopt when a byte does not belong.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace rapport::auth
