#include <jwt.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "auth/compact_token.h"
#include "auth/token.h"
#include "base/error.h"

namespace rapport::auth {
namespace {

constexpr Duration kLeeway = std::chrono::seconds(30);
constexpr int kMinRsaBits = 2048;
constexpr std::size_t kCachedTokensPerGeneration = 4096;

[[noreturn]] void refuse_malformed() {
  throw Error(ErrorKind::kUnauthenticated, "token_malformed", "The token cannot be read.");
}
[[noreturn]] void refuse_expired() {
  throw Error(ErrorKind::kUnauthenticated, "token_expired", "The token has expired.");
}
[[noreturn]] void refuse() {
  throw Error(ErrorKind::kUnauthenticated, "token_not_accepted", "The token is not accepted.");
}

struct FreeJwt {
  void operator()(jwt_t* jwt) const { jwt_free(jwt); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

[[noreturn]] void refuse_key(const char* why) {
  throw Error(ErrorKind::kInvalid, "bad_public_key", why);
}

/// What the key is good for, by its type alone: the token has no say in it.
Algorithm algorithm_of(const std::string& pem) {
  const std::unique_ptr<BIO, FreeBio> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const std::unique_ptr<EVP_PKEY, FreeKey> key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  if (!key) refuse_key("A token key is not a public key in PEM form (BEGIN PUBLIC KEY).");
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
    if (EVP_PKEY_get_bits(key.get()) < kMinRsaBits) refuse_key("A public RSA key for tokens needs 2048 bits or more.");
    return Algorithm::kRs256;
  }
  std::array<char, 64> group{};
  if (EVP_PKEY_is_a(key.get(), "EC") == 1 &&
      EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), nullptr) == 1 &&
      std::string_view(group.data()) == "prime256v1") {
    return Algorithm::kEs256;
  }
  refuse_key("A public key for tokens is RSA or EC on the curve P-256.");
}

jwt_alg_t libjwt_name(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kHs256: return JWT_ALG_HS256;
    case Algorithm::kRs256: return JWT_ALG_RS256;
    case Algorithm::kEs256: return JWT_ALG_ES256;
  }
  return JWT_ALG_NONE;
}

/// Whether `key` signed the token with exactly `algorithm`. libjwt takes the algorithm from the token's header: our own
/// reading of the header has chosen the key, and libjwt's must agree with it afterwards.
bool signed_by(const std::string& token, const std::string& key, Algorithm algorithm) {
  jwt_t* raw = nullptr;
  const int result = jwt_decode(&raw, token.c_str(), reinterpret_cast<const unsigned char*>(key.data()),
                                static_cast<int>(key.size()));
  const std::unique_ptr<jwt_t, FreeJwt> jwt(raw);
  return result == 0 && jwt && jwt_get_alg(jwt.get()) == libjwt_name(algorithm);
}

using Digest = std::array<unsigned char, 32>;

struct HashOfDigest {
  std::size_t operator()(const Digest& digest) const {
    std::size_t hash = 0;  // the digest is uniform already: its first bytes do
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
  }
};

struct Verified {
  Principal principal;
  Time not_before{};
  Time expires{};
};

/// Tokens that have been verified, by their SHA-256: looking one up compares digests, so its time tells nothing of a
/// token that is nearly right. Two generations bound it: when the younger is full it becomes the older and the older
/// goes.
class TokenCache {
 public:
  std::optional<Verified> find(const Digest& digest) {
    {
      const std::shared_lock lock(mutex_);
      if (const auto it = young_.find(digest); it != young_.end()) return it->second;
      const auto it = old_.find(digest);
      if (it == old_.end()) return std::nullopt;
    }
    const std::unique_lock lock(mutex_);
    auto node = old_.extract(digest);
    if (node.empty()) return std::nullopt;
    Verified verified = node.mapped();
    make_room();
    young_.insert(std::move(node));
    return verified;
  }

  void put(const Digest& digest, Verified verified) {
    const std::unique_lock lock(mutex_);
    make_room();
    young_.insert_or_assign(digest, std::move(verified));
  }

 private:
  using Generation = std::unordered_map<Digest, Verified, HashOfDigest>;

  void make_room() {
    if (young_.size() < kCachedTokensPerGeneration) return;
    old_ = std::move(young_);
    young_ = Generation();
  }

  std::shared_mutex mutex_;
  Generation young_;
  Generation old_;
};

/// SHA-256 without the look-up of the algorithm that the one-shot call makes every time.
class Hasher {
 public:
  Hasher() : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)) {
    if (algorithm_ == nullptr) throw Error(ErrorKind::kInternal, "no_sha256", "SHA-256 is not available.");
  }
  ~Hasher() { EVP_MD_free(algorithm_); }
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Digest digest(std::string_view text) const {
    thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
    Digest digest{};
    if (EVP_DigestInit_ex(context.get(), algorithm_, nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), text.data(), text.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1) {
      throw Error(ErrorKind::kInternal, "no_sha256", "SHA-256 is not available.");
    }
    return digest;
  }

 private:
  EVP_MD* algorithm_;
};

/// The principal of a token whose signature holds, without a look at the clock.
Verified read_verified(std::string_view payload) {
  const auto claims = parse_claims(payload);
  if (!claims) refuse();
  const auto role = parse_role(claims->role);
  if (!role) refuse();
  if (std::find(claims->audience.begin(), claims->audience.end(), kAudience) == claims->audience.end()) refuse();
  return {Principal{TenantId(claims->tenant), claims->subject, *role},
          Time(std::chrono::seconds(claims->not_before_s)), Time(std::chrono::seconds(claims->expires_s))};
}

}  // namespace

struct TokenVerifier::Impl {
  struct PublicKey {
    Algorithm algorithm;
    std::string pem;
  };

  PrivateText secret;
  std::vector<PublicKey> public_keys;
  Hasher hasher;
  TokenCache cache;

  bool signature_holds(const std::string& token, Algorithm algorithm) const {
    if (algorithm == Algorithm::kHs256) return !secret.empty() && signed_by(token, secret.reveal(), algorithm);
    return std::any_of(public_keys.begin(), public_keys.end(), [&](const PublicKey& key) {
      return key.algorithm == algorithm && signed_by(token, key.pem, algorithm);
    });
  }
};

TokenVerifier::TokenVerifier(Keys keys) : impl_(std::make_unique<Impl>()) {
  if (!keys.secret.empty()) require_strong_secret(keys.secret);
  impl_->secret = std::move(keys.secret);
  for (std::string& pem : keys.public_pem) {
    const Algorithm algorithm = algorithm_of(pem);
    impl_->public_keys.push_back({algorithm, std::move(pem)});
  }
}

TokenVerifier::~TokenVerifier() = default;

Principal TokenVerifier::verify(std::string_view token, Time now) const {
  if (token.size() > kMaxTokenBytes) refuse_malformed();
  const Digest digest = impl_->hasher.digest(token);
  std::optional<Verified> verified = impl_->cache.find(digest);
  if (!verified) {
    const auto parts = split_compact_token(token);
    if (!parts) refuse_malformed();
    if (!impl_->signature_holds(std::string(token), parts->algorithm)) refuse();
    verified = read_verified(parts->payload);
    if (now < verified->expires + kLeeway) impl_->cache.put(digest, *verified);
  }
  if (now >= verified->expires + kLeeway) refuse_expired();
  if (now + kLeeway < verified->not_before) refuse();
  return std::move(verified->principal);
}

}  // namespace rapport::auth
