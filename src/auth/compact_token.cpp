#include "auth/compact_token.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "base/json.h"
#include "domain/ids.h"

namespace rapport::auth {
namespace {

constexpr std::int8_t kNoDigit = -1;
constexpr std::size_t kMaxAudiences = 16;
/// Seconds beyond which no moment of ours lies (the year 9999): also keeps the arithmetic far from overflow.
constexpr double kMaxSeconds = 253402300799.0;

constexpr std::array<std::int8_t, 256> make_digits() {
  std::array<std::int8_t, 256> digits{};
  digits.fill(kNoDigit);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return digits;
}
constexpr std::array<std::int8_t, 256> kDigits = make_digits();

std::optional<boost::json::object> parse_object(std::string_view text) {
  auto parsed = parse_json(text);
  Json* value = std::get_if<Json>(&parsed);
  if (value == nullptr || !value->is_object()) return std::nullopt;
  return std::move(value->as_object());
}

std::optional<Algorithm> parse_algorithm(std::string_view name) {
  if (name == "HS256") return Algorithm::kHs256;
  if (name == "RS256") return Algorithm::kRs256;
  if (name == "ES256") return Algorithm::kEs256;
  return std::nullopt;
}

std::optional<Algorithm> algorithm_of_header(std::string_view text) {
  const auto header = parse_object(text);
  if (!header || header->contains("crit")) return std::nullopt;
  const Json* alg = header->if_contains("alg");
  if (alg == nullptr || !alg->is_string()) return std::nullopt;
  return parse_algorithm(std::string_view(alg->as_string()));
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdBytes &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::optional<std::string> text_member(const boost::json::object& object, std::string_view name) {
  const Json* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->as_string());
}

/// A NumericDate in whole seconds, rounded down; fractions are permitted by RFC 7519.
std::optional<std::int64_t> seconds_of(const Json& value) {
  if (!value.is_number()) return std::nullopt;
  const double seconds = value.to_number<double>();
  if (!(seconds >= 0 && seconds <= kMaxSeconds)) return std::nullopt;
  return static_cast<std::int64_t>(std::floor(seconds));
}

std::optional<std::vector<std::string>> audience_of(const Json* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return std::vector<std::string>{std::string(value->as_string())};
  if (!value->is_array() || value->as_array().size() > kMaxAudiences) return std::nullopt;
  std::vector<std::string> audience;
  for (const Json& item : value->as_array()) {
    if (!item.is_string()) return std::nullopt;
    audience.emplace_back(item.as_string());
  }
  return audience;
}

/// The times of a token into `claims`; false when one is wrong or `exp` is missing.
bool read_times(const boost::json::object& object, Claims& claims) {
  const Json* exp = object.if_contains("exp");
  if (exp == nullptr) return false;
  const auto expires = seconds_of(*exp);
  if (!expires) return false;
  claims.expires_s = *expires;
  if (const Json* iat = object.if_contains("iat"); iat != nullptr && !seconds_of(*iat)) return false;
  if (const Json* nbf = object.if_contains("nbf")) {
    const auto not_before = seconds_of(*nbf);
    if (!not_before) return false;
    claims.not_before_s = *not_before;
  }
  return true;
}

}  // namespace

std::optional<std::string> decode_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::int8_t digit = kDigits[static_cast<unsigned char>(c)];
    if (digit == kNoDigit) return std::nullopt;
    bits = (bits << 6 | static_cast<std::uint32_t>(digit)) & 0xfff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>(bits >> count & 0xff));
    }
  }
  // The bits that fill up the last digit must be zero, or one token could be spelled in several ways.
  if ((bits & ((1u << count) - 1)) != 0) return std::nullopt;
  return bytes;
}

std::optional<CompactToken> split_compact_token(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return std::nullopt;
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;

  const auto header = decode_base64url(token.substr(0, first));
  auto payload = decode_base64url(token.substr(first + 1, second - first - 1));
  auto signature = decode_base64url(token.substr(second + 1));  // a third dot is no digit either
  if (!header || !payload || !signature || signature->empty()) return std::nullopt;

  const auto algorithm = algorithm_of_header(*header);
  if (!algorithm) return std::nullopt;
  return CompactToken{*algorithm, std::move(*payload), std::move(*signature)};
}

std::optional<Claims> parse_claims(std::string_view payload) {
  const auto object = parse_object(payload);
  if (!object) return std::nullopt;
  auto subject = text_member(*object, "sub");
  auto tenant = text_member(*object, "tenant");
  auto role = text_member(*object, "role");
  auto audience = audience_of(object->if_contains("aud"));
  if (!subject || !tenant || !role || !audience || !is_id(*subject) || !is_id(*tenant)) return std::nullopt;

  Claims claims;
  claims.subject = std::move(*subject);
  claims.tenant = std::move(*tenant);
  claims.role = std::move(*role);
  claims.audience = std::move(*audience);
  if (!read_times(*object, claims)) return std::nullopt;
  return claims;
}

}  // namespace rapport::auth
