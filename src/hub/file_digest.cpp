#include "hub/file_digest.h"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace rapport::hub {
namespace {

class Hasher {
 public:
  explicit Hasher(const EVP_MD* method) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    check(context_ != nullptr && EVP_DigestInit_ex(context_.get(), method, nullptr) == 1);
  }

  void add(std::string_view bytes) { check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1); }

  std::string hex() {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    check(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1);
    std::string text;
    for (unsigned int i = 0; i < size; ++i) {
      text += kDigits[digest[i] >> 4];
      text += kDigits[digest[i] & 15];
    }
    return text;
  }

 private:
  static void check(bool good) {
    if (!good)
      throw Error(ErrorKind::kInternal, "internal", "A checksum could not be computed.").with_log("EVP_Digest");
  }

  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

}  // namespace

FileDigest digest_of(const std::filesystem::path& file, const std::function<void(std::uint64_t)>& on_bytes) {
  constexpr std::size_t kPieceBytes = 1 << 20;
  std::error_code code;
  FileDigest digest{.size_bytes = std::filesystem::file_size(file, code), .sha256 = {}, .git_sha1 = {}};
  std::ifstream stream(file, std::ios::binary);
  if (code || !stream) {
    throw Error(ErrorKind::kNotFound, "file_not_found", "The file " + file.string() + " cannot be read.")
        .with_log(code.message());
  }
  Hasher sha256(EVP_sha256());
  Hasher git(EVP_sha1());
  git.add("blob " + std::to_string(digest.size_bytes) + std::string(1, '\0'));
  std::vector<char> piece(kPieceBytes);
  while (stream.read(piece.data(), kPieceBytes) || stream.gcount() > 0) {
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(stream.gcount()));
    sha256.add(bytes);
    git.add(bytes);
    if (on_bytes) on_bytes(bytes.size());
  }
  if (stream.bad()) {
    throw Error(ErrorKind::kNotFound, "file_not_found", "The file " + file.string() + " cannot be read to its end.");
  }
  digest.sha256 = sha256.hex();
  digest.git_sha1 = git.hex();
  return digest;
}

}  // namespace rapport::hub
