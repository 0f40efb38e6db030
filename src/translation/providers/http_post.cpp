#include "translation/providers/http_post.h"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>

#include "base/error.h"
#include "base/version.h"

namespace rapport::translation {
namespace {

using End = ServiceAnswer::End;
using Handle = std::unique_ptr<CURL, void (*)(CURL*)>;
using HeaderList = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;
using Url = std::unique_ptr<CURLU, void (*)(CURLU*)>;

constexpr std::size_t kMaxAnswerBytes = 8 << 20;
constexpr std::size_t kMaxIdle = 8;

Error bad_setting(const char* setting, const std::string& why) {
  return Error(ErrorKind::kInvalid, "invalid_setting", "The setting " + std::string(setting) + " " + why + ".");
}

std::string part_of(const std::string& address, CURLUPart part) {
  const Url url(::curl_url(), ::curl_url_cleanup);
  if (::curl_url_set(url.get(), CURLUPART_URL, address.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) return "";
  char* text = nullptr;
  if (::curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return "";
  std::string copy(text);
  ::curl_free(text);
  return copy;
}

bool is_loopback(const std::string& host) {
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

struct Taker {
  std::string body;
  bool too_large = false;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* taker_pointer) {
  auto& taker = *static_cast<Taker*>(taker_pointer);
  const std::size_t bytes = size * count;
  taker.too_large = taker.body.size() + bytes > kMaxAnswerBytes;
  if (taker.too_large) return 0;
  taker.body.append(data, bytes);
  return bytes;
}

template <class Value>
void set(CURL* curl, CURLoption option, Value value) {
  if (::curl_easy_setopt(curl, option, value) != CURLE_OK) {
    throw Error(ErrorKind::kInternal, "internal", "The network library refused an option.");
  }
}

End end_of(CURLcode code, const Taker& taker) {
  if (taker.too_large) return End::kTooLarge;
  switch (static_cast<int>(code)) {
    case CURLE_OK:
      return End::kComplete;
    case CURLE_OPERATION_TIMEDOUT:
      return End::kTimeout;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
      return End::kUntrusted;
    default:
      return End::kCut;
  }
}

}  // namespace

void check_service_address(const std::string& address, const char* setting) {
  const std::string scheme = part_of(address, CURLUPART_SCHEME);
  const std::string host = part_of(address, CURLUPART_HOST);
  const bool clean = address.find_first_of("?#@ \t\r\n") == std::string::npos;
  const bool safe = scheme == "https" || (scheme == "http" && is_loopback(host));
  if (host.empty() || !clean || !safe) {
    throw bad_setting(setting,
                      "must be an https address without a name or query (plain http is for this machine only)");
  }
}

void check_service_key(const PrivateText& key, const char* setting) {
  const std::string& text = key.reveal();
  if (!std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; })) {
    throw bad_setting(setting, "holds characters that no key has");
  }
}

struct HttpConnections::Impl {
  std::mutex mutex;
  std::vector<Handle> idle;

  Handle take() {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return {::curl_easy_init(), ::curl_easy_cleanup};
    Handle handle = std::move(idle.back());
    idle.pop_back();
    return handle;
  }

  void give_back(Handle handle) {
    const std::lock_guard lock(mutex);
    if (idle.size() < kMaxIdle) idle.push_back(std::move(handle));
  }
};

HttpConnections::HttpConnections() : impl_(std::make_unique<Impl>()) {
  static std::once_flag once;
  std::call_once(once, [] { ::curl_global_init(CURL_GLOBAL_DEFAULT); });
}

HttpConnections::~HttpConnections() = default;

ServiceAnswer HttpConnections::send(const ServiceRequest& request) {
  Handle handle = impl_->take();
  CURL* curl = handle.get();
  Taker taker;
  HeaderList headers(nullptr, ::curl_slist_free_all);
  const auto add_header = [&](const std::string& line) {
    curl_slist* longer = ::curl_slist_append(headers.get(), line.c_str());
    static_cast<void>(headers.release());
    headers.reset(longer);
  };
  add_header("Accept: application/json");
  if (request.header) add_header(request.header->reveal());
  ::curl_easy_reset(curl);
  set(curl, CURLOPT_URL, request.url.c_str());
  set(curl, CURLOPT_PROTOCOLS_STR, request.url.starts_with("https:") ? "https" : "http");
  set(curl, CURLOPT_FOLLOWLOCATION, 0L);
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_TIMEOUT_MS, std::max<long>(1, static_cast<long>(request.limit.count())));
  set(curl, CURLOPT_USERAGENT, (std::string("rapport/") + version()).c_str());
  set(curl, CURLOPT_WRITEFUNCTION, &take_body);
  set(curl, CURLOPT_WRITEDATA, static_cast<void*>(&taker));
  if (is_loopback(part_of(request.url, CURLUPART_HOST))) set(curl, CURLOPT_PROXY, "");
  if (request.body) {
    add_header("Content-Type: application/json; charset=utf-8");
    add_header("Expect:");
    set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->reveal().size()));
    set(curl, CURLOPT_POSTFIELDS, request.body->reveal().c_str());
  }
  set(curl, CURLOPT_HTTPHEADER, headers.get());
  const CURLcode code = ::curl_easy_perform(curl);
  ServiceAnswer answer{.end = end_of(code, taker), .body = std::move(taker.body)};
  ::curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_off_t wait_s = 0;
  if (::curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait_s) == CURLE_OK && wait_s > 0) {
    answer.retry_after_s = static_cast<int>(std::min<curl_off_t>(wait_s, 1'000'000));
  }
  if (code != CURLE_OK) answer.detail = ::curl_easy_strerror(code);
  set(curl, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  if (code == CURLE_OK) impl_->give_back(std::move(handle));
  return answer;
}

}  // namespace rapport::translation
