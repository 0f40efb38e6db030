#include "auth/token.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "auth/compact_token.h"
#include "base/error.h"
#include "base/sha256.h"

namespace rapport::auth {
namespace {

const PrivateText kSecret("0123456789abcdef0123456789abcdef");
const Time kNow = from_epoch_ms(1'763'900'000'000);
constexpr std::int64_t kNowS = 1'763'900'000;
const std::string kGoodHeader = R"({"alg":"HS256","typ":"JWT"})";

std::string good_claims() {
  return R"({"sub":"ana","tenant":"acme","role":"analyst","aud":"rapport","iat":1763900000,"exp":)" +
         std::to_string(kNowS + 3600) + "}";
}

std::string base64url(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  while (!out.empty() && out.back() == '=') out.pop_back();
  return out;
}

std::string hmac(std::string_view key, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), digest, &size);
  return std::string(reinterpret_cast<char*>(digest), size);
}

std::string hs256(std::string_view header, std::string_view claims, std::string_view key = kSecret.reveal()) {
  const std::string signed_part = base64url(header) + "." + base64url(claims);
  return signed_part + "." + base64url(hmac(key, signed_part));
}

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Key rsa_key(unsigned bits = 2048) { return Key(EVP_RSA_gen(bits), &EVP_PKEY_free); }
Key ec_key(const char* curve = "P-256") { return Key(EVP_EC_gen(curve), &EVP_PKEY_free); }

std::string pem(const Key& key, bool with_private = false) {
  BIO* bio = BIO_new(BIO_s_mem());
  if (with_private) {
    PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  } else {
    PEM_write_bio_PUBKEY(bio, key.get());
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string out(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  return out;
}

std::string sign(const Key& key, std::string_view text) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::size_t size = 0;
  EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key.get());
  EVP_DigestSign(context, nullptr, &size, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  std::string signature(size, '\0');
  EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                 reinterpret_cast<const unsigned char*>(text.data()), text.size());
  signature.resize(size);
  EVP_MD_CTX_free(context);
  return signature;
}

std::string rs256(const Key& key, std::string_view header = R"({"alg":"RS256"})") {
  const std::string signed_part = base64url(header) + "." + base64url(good_claims());
  return signed_part + "." + base64url(sign(key, signed_part));
}

/// JWS wants r and s, 32 bytes each, where OpenSSL gives DER.
std::string es256(const Key& key) {
  const std::string signed_part = base64url(R"({"alg":"ES256"})") + "." + base64url(good_claims());
  const std::string der = sign(key, signed_part);
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size()));
  std::string raw(64, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(signature), reinterpret_cast<unsigned char*>(raw.data()), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature), reinterpret_cast<unsigned char*>(raw.data()) + 32, 32);
  ECDSA_SIG_free(signature);
  return signed_part + "." + base64url(raw);
}

TokenVerifier verifier() { return TokenVerifier({kSecret, {}}); }

/// The code of the refusal, "" when the token passes.
std::string refusal(const TokenVerifier& verifier, std::string_view token, Time now = kNow) {
  try {
    verifier.verify(token, now);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnauthenticated);
    return error.code();
  }
}
std::string refusal(std::string_view token, Time now = kNow) { return refusal(verifier(), token, now); }

std::string code_of(const std::function<void()>& call) {
  try {
    call();
    return "";
  } catch (const Error& error) {
    return error.code();
  }
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

TEST(Token, CarriesItsPrincipal) {
  const std::string token = create_token(kSecret, {TenantId("acme"), "ana", Role::kAnalyst}, kNow, kNow + kHour);

  const Principal principal = verifier().verify(token, kNow);

  EXPECT_EQ(principal.tenant.text(), "acme");
  EXPECT_EQ(principal.subject, "ana");
  EXPECT_EQ(principal.role, Role::kAnalyst);
}

TEST(Token, PassesWhenMadeElsewhere) {
  EXPECT_EQ(refusal(hs256(kGoodHeader, good_claims())), "");
  EXPECT_EQ(refusal(hs256(R"({"alg":"HS256"})", good_claims())), "");
}

TEST(Token, CannotBeMadeForNobody) {
  const auto make = [](const char* tenant, const std::string& subject) {
    return [=] { create_token(kSecret, {TenantId(tenant), subject, Role::kViewer}, kNow, kNow + kHour); };
  };

  EXPECT_EQ(code_of(make("", "ana")), "bad_principal");
  EXPECT_EQ(code_of(make("acme", "")), "bad_principal");
  EXPECT_EQ(code_of(make("acme", "a\nb")), "bad_principal");
  EXPECT_EQ(code_of(make("acme", std::string(201, 'a'))), "bad_principal");
}

TEST(TokenVerifier, RefusesWithoutASignature) {
  for (const char* alg : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string header = R"({"alg":")" + std::string(alg) + "\"}";
    const std::string unsigned_token = base64url(header) + "." + base64url(good_claims()) + ".";
    EXPECT_EQ(refusal(unsigned_token), "token_malformed") << alg;
    EXPECT_EQ(refusal(hs256(header, good_claims())), "token_malformed") << alg;
  }
  EXPECT_EQ(refusal(base64url(kGoodHeader) + "." + base64url(good_claims()) + "."), "token_malformed");
  EXPECT_EQ(refusal(base64url(kGoodHeader) + "." + base64url(good_claims())), "token_malformed");
}

TEST(TokenVerifier, RefusesAnySignatureButTheSecrets) {
  const std::string good = hs256(kGoodHeader, good_claims());
  const std::size_t signature = good.rfind('.') + 1;

  EXPECT_EQ(refusal(hs256(kGoodHeader, good_claims(), "another secret of thirty-two byte")), "token_not_accepted");
  EXPECT_EQ(refusal(hs256(kGoodHeader, good_claims(), "")), "token_not_accepted");
  EXPECT_EQ(refusal(good.substr(0, signature) + "AAAA"), "token_not_accepted");
  for (const std::size_t at : {signature, good.size() - 4}) {
    std::string forged = good;
    forged[at] = forged[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(refusal(forged), "token_not_accepted") << at;
  }
}

TEST(TokenVerifier, RefusesClaimsThatWereExchanged) {
  const std::string good = hs256(kGoodHeader, good_claims());
  const std::string other = hs256(kGoodHeader, replaced(good_claims(), "acme", "evil"), "x");

  const std::string forged = other.substr(0, other.rfind('.')) + good.substr(good.rfind('.'));

  EXPECT_EQ(refusal(forged), "token_not_accepted");
}

TEST(TokenVerifier, TakesNoOtherAlgorithmOfTheSameFamily) {
  for (const char* alg : {"HS384", "HS512", "hs256", "Hs256", "HS256 "}) {
    EXPECT_EQ(refusal(hs256(R"({"alg":")" + std::string(alg) + "\"}", good_claims())), "token_malformed") << alg;
  }
  EXPECT_EQ(refusal(hs256(R"({"alg":["HS256"]})", good_claims())), "token_malformed");
  EXPECT_EQ(refusal(hs256(R"({"alg":"none","alg":"HS256"})", good_claims())), "token_malformed");
  EXPECT_EQ(refusal(hs256(R"({"typ":"JWT"})", good_claims())), "token_malformed");
  EXPECT_EQ(refusal(hs256(R"([])", good_claims())), "token_malformed");
}

TEST(TokenVerifier, NeverFollowsKeysOfTheHeader) {
  const std::string attacker = "the attacker's own secret, 32 bytes";
  for (const char* extra : {R"("kid":"/dev/null")", R"("kid":"../../public.pem")", R"("jku":"https://evil.example/k")",
                            R"("x5u":"https://evil.example/c")", R"("jwk":{"kty":"oct","k":"YXR0YWNrZXI"})"}) {
    const std::string header = R"({"alg":"HS256",)" + std::string(extra) + "}";
    EXPECT_EQ(refusal(hs256(header, good_claims(), attacker)), "token_not_accepted") << extra;
    EXPECT_EQ(refusal(hs256(header, good_claims(), "")), "token_not_accepted") << extra;
    EXPECT_EQ(refusal(hs256(header, good_claims())), "") << extra;
  }
  EXPECT_EQ(refusal(hs256(R"({"alg":"HS256","crit":["exp"]})", good_claims())), "token_malformed");
}

TEST(TokenVerifier, TakesPublicKeysByTheirTypeOnly) {
  const Key rsa = rsa_key();
  const Key ec = ec_key();
  const TokenVerifier both({PrivateText(), {pem(rsa), pem(ec)}});

  EXPECT_EQ(refusal(both, rs256(rsa)), "");
  EXPECT_EQ(refusal(both, es256(ec)), "");
  EXPECT_EQ(refusal(both, rs256(rsa_key())), "token_not_accepted");
  EXPECT_EQ(refusal(both, es256(ec_key())), "token_not_accepted");
  EXPECT_EQ(refusal(both, rs256(rsa, R"({"alg":"ES256"})")), "token_not_accepted");
  EXPECT_EQ(refusal(both, rs256(rsa, R"({"alg":"RS512"})")), "token_malformed");
  EXPECT_EQ(refusal(both, hs256(kGoodHeader, good_claims())), "token_not_accepted");
  EXPECT_EQ(refusal(TokenVerifier({kSecret, {}}), rs256(rsa)), "token_not_accepted");
}

TEST(TokenVerifier, DoesNotTakeAPublicKeyForASecret) {
  const std::string key = pem(rsa_key());
  const TokenVerifier with_key({PrivateText(), {key}});
  const TokenVerifier with_both({kSecret, {key}});

  const std::string forged = hs256(kGoodHeader, good_claims(), key);

  EXPECT_EQ(refusal(with_key, forged), "token_not_accepted");
  EXPECT_EQ(refusal(with_both, forged), "token_not_accepted");
  EXPECT_EQ(code_of([&] { TokenVerifier({PrivateText(key), {}}); }), "secret_is_a_key");
}

TEST(TokenVerifier, RefusesWeakKeysAtTheStart) {
  EXPECT_EQ(code_of([] { TokenVerifier({PrivateText(std::string(31, 'x')), {}}); }), "weak_secret");
  EXPECT_EQ(code_of([] { TokenVerifier({PrivateText(), {pem(rsa_key(1024))}}); }), "bad_public_key");
  EXPECT_EQ(code_of([] { TokenVerifier({PrivateText(), {pem(ec_key("P-384"))}}); }), "bad_public_key");
  EXPECT_EQ(code_of([] { TokenVerifier({PrivateText(), {pem(ec_key(), true)}}); }), "bad_public_key");
  EXPECT_EQ(code_of([] { TokenVerifier({PrivateText(), {"no key"}}); }), "bad_public_key");
}

TEST(TokenVerifier, WantsEveryClaimOfItsType) {
  const auto with = [](const std::string& what, const std::string& by) {
    return refusal(hs256(kGoodHeader, replaced(good_claims(), what, by)));
  };
  const std::string exp = R"("exp":)" + std::to_string(kNowS + 3600);

  EXPECT_EQ(with("," + exp, ""), "token_not_accepted");
  EXPECT_EQ(with(exp, R"("exp":"1863900000")"), "token_not_accepted");
  EXPECT_EQ(with(exp, R"("exp":null)"), "token_not_accepted");
  EXPECT_EQ(with(exp, R"("exp":-1)"), "token_not_accepted");
  EXPECT_EQ(with(exp, R"("exp":1e300)"), "token_not_accepted");
  EXPECT_EQ(with(R"("aud":"rapport",)", ""), "token_not_accepted");
  EXPECT_EQ(with(R"("aud":"rapport")", R"("aud":"other")"), "token_not_accepted");
  EXPECT_EQ(with(R"("aud":"rapport")", R"("aud":["other"])"), "token_not_accepted");
  EXPECT_EQ(with(R"("aud":"rapport")", R"("aud":["other","rapport"])"), "");
  EXPECT_EQ(with(R"("aud":"rapport")", R"("aud":["rapport",1])"), "token_not_accepted");
  EXPECT_EQ(with(R"("aud":"rapport")", R"("aud":{"rapport":1})"), "token_not_accepted");
  EXPECT_EQ(with(R"("role":"analyst",)", ""), "token_not_accepted");
  EXPECT_EQ(with(R"("role":"analyst")", R"("role":"root")"), "token_not_accepted");
  EXPECT_EQ(with(R"("role":"analyst")", R"("role":["admin"])"), "token_not_accepted");
  EXPECT_EQ(with(R"("tenant":"acme",)", ""), "token_not_accepted");
  EXPECT_EQ(with(R"("tenant":"acme")", R"("tenant":"")"), "token_not_accepted");
  EXPECT_EQ(with(R"("tenant":"acme")", R"("tenant":7)"), "token_not_accepted");
  EXPECT_EQ(with(R"("tenant":"acme")", R"("tenant":"a\u0000b")"), "token_not_accepted");
  EXPECT_EQ(with("acme", std::string(201, 'a')), "token_not_accepted");
  EXPECT_EQ(with(R"("sub":"ana",)", ""), "token_not_accepted");
  EXPECT_EQ(with(R"("sub":"ana")", R"("sub":"ana","tenant":"evil")"), "token_not_accepted");
  EXPECT_EQ(with(R"("iat":1763900000)", R"("iat":"yesterday")"), "token_not_accepted");
}

TEST(TokenVerifier, KeepsTimeWithThirtySecondsOfLeeway) {
  const std::string token = hs256(kGoodHeader, good_claims());
  const std::string early = hs256(kGoodHeader, replaced(good_claims(), R"("iat")", R"("nbf":1763900100,"iat")"));
  const TokenVerifier same = verifier();

  EXPECT_EQ(refusal(same, token, kNow + kHour + std::chrono::seconds(29)), "");
  EXPECT_EQ(refusal(same, token, kNow + kHour + std::chrono::seconds(30)), "token_expired");
  EXPECT_EQ(refusal(same, token, kNow), "") << "the cache must not outlive or outdate the token";
  EXPECT_EQ(refusal(same, token, kNow + 2 * kHour), "token_expired");
  EXPECT_EQ(refusal(same, early, kNow + std::chrono::seconds(69)), "token_not_accepted");
  EXPECT_EQ(refusal(same, early, kNow + std::chrono::seconds(70)), "");
}

TEST(TokenVerifier, ReadsStrictBase64Only) {
  const std::string good = hs256(kGoodHeader, good_claims());
  // 32 bytes end in a digit of which two bits are unused: the next letter differs in these alone.
  std::string stray = good;
  stray.back() = static_cast<char>(stray.back() + 1);

  EXPECT_EQ(refusal(good + "="), "token_malformed");
  EXPECT_EQ(refusal(good + "\n"), "token_malformed");
  EXPECT_EQ(refusal(" " + good), "token_malformed");
  EXPECT_EQ(refusal(good + "."), "token_malformed");
  EXPECT_EQ(refusal(good + ".AAAA"), "token_malformed");
  EXPECT_EQ(refusal(stray), "token_malformed");
  EXPECT_EQ(refusal(good + std::string(1, '\0')), "token_malformed");
  EXPECT_EQ(refusal(""), "token_malformed");
  EXPECT_EQ(refusal(".."), "token_malformed");
}

TEST(TokenVerifier, RefusesHugeTokensEarly) {
  const std::string claims = replaced(good_claims(), "{", R"({"x":")" + std::string(8000, 'x') + "\",");

  EXPECT_EQ(refusal(hs256(kGoodHeader, claims)), "token_malformed");
}

TEST(TokenVerifier, HoldsAgainstMoreTokensThanItRemembers) {
  const TokenVerifier one = verifier();
  for (int i = 0; i < 9000; ++i) {
    const std::string subject = "s" + std::to_string(i);
    const std::string token = hs256(kGoodHeader, replaced(good_claims(), "ana", subject));
    ASSERT_EQ(one.verify(token, kNow).subject, subject);
    ASSERT_EQ(one.verify(token, kNow).subject, subject);
  }
}

TEST(DecodeBase64Url, AgreesWithTheStandard) {
  EXPECT_EQ(decode_base64url(""), "");
  EXPECT_EQ(decode_base64url("Zg"), "f");
  EXPECT_EQ(decode_base64url("Zm8"), "fo");
  EXPECT_EQ(decode_base64url("Zm9v"), "foo");
  EXPECT_EQ(decode_base64url("-_8"), "\xfb\xff");
  EXPECT_EQ(decode_base64url("Z"), std::nullopt);
  EXPECT_EQ(decode_base64url("Zh"), std::nullopt);
  EXPECT_EQ(decode_base64url("Zg=="), std::nullopt);
  EXPECT_EQ(decode_base64url("Z+/v"), std::nullopt);
}

class SecretFile : public ::testing::Test {
 protected:
  SecretFile() : folder_(std::filesystem::temp_directory_path() / ("rapport-secret-" + secure_random_hex(8))) {
    std::filesystem::create_directories(folder_);
  }
  ~SecretFile() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path path() const { return folder_ / "secret"; }
  void write(const std::string& text, unsigned mode) const {
    std::ofstream(path()) << text;
    ::chmod(path().c_str(), mode);
  }

  const std::filesystem::path folder_;
};

TEST_F(SecretFile, IsMadeOnceAndForItsOwnerAlone) {
  const PrivateText first = load_or_create_secret(path());
  const PrivateText second = load_or_create_secret(path());

  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_TRUE(first == second);
  EXPECT_EQ(first.reveal().size(), 64u);
  EXPECT_EQ(first.reveal().find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1) << "nothing else is left there";
}

TEST_F(SecretFile, IsTheSameForProcessesThatStartTogether) {
  constexpr int kProcesses = 8;
  int results[2];
  ASSERT_EQ(::pipe(results), 0);
  for (int i = 0; i < kProcesses; ++i) {
    if (::fork() == 0) {
      const std::string secret = load_or_create_secret(path()).reveal();
      ::_exit(::write(results[1], secret.data(), secret.size()) == 64 ? 0 : 1);
    }
  }
  int failures = 0;
  for (int i = 0; i < kProcesses; ++i) {
    int status = 0;
    ::wait(&status);
    failures += status != 0;
  }
  ::close(results[1]);

  const std::string wanted = load_or_create_secret(path()).reveal();
  int same = 0;
  std::string got(64, '\0');
  while (::read(results[0], got.data(), got.size()) == 64) same += got == wanted;
  ::close(results[0]);
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(same, kProcesses);
}

TEST_F(SecretFile, IsRefusedWhenWeakOrOpenToOthers) {
  const auto code = [this] { return code_of([this] { load_or_create_secret(path()); }); };

  write(std::string(31, 'x') + "\n", 0600);
  EXPECT_EQ(code(), "weak_secret");
  write(std::string(64, 'x'), 0640);
  EXPECT_EQ(code(), "secret_readable_by_others");
  write(std::string(64, 'x'), 0604);
  EXPECT_EQ(code(), "secret_readable_by_others");
  write(pem(rsa_key()), 0600);
  EXPECT_EQ(code(), "secret_is_a_key");
  write(std::string(5000, 'x'), 0600);
  EXPECT_EQ(code(), "secret_too_long");
  write(std::string(64, 'x') + "\n", 0600);
  EXPECT_EQ(code(), "");
}

}  // namespace
}  // namespace rapport::auth
