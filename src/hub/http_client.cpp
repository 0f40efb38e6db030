#include "hub/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <mutex>

#include "base/error.h"
#include "base/version.h"

namespace rapport::hub {
namespace {

using End = HttpOutcome::End;
using CurlUrl = std::unique_ptr<CURLU, void (*)(CURLU*)>;
using HeaderList = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

constexpr int kMaxRedirects = 5;
constexpr std::size_t kMaxDroppedBytes = 64 * 1024;  ///< of an answer whose body nobody wants

/// Scheme, host and port of an address.
struct Origin {
  std::string scheme;
  std::string host;
  std::string port;

  bool is_loopback() const { return host == "127.0.0.1" || host == "[::1]" || host == "localhost"; }
  friend bool operator==(const Origin&, const Origin&) = default;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string url_part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (::curl_url_get(url, part, &text, flags) != CURLUE_OK) return "";
  std::string copy(text);
  ::curl_free(text);
  return copy;
}

/// nullopt for what is no address, or carries a user's name.
std::optional<Origin> origin_of(const std::string& address) {
  const CurlUrl url(::curl_url(), ::curl_url_cleanup);
  if (::curl_url_set(url.get(), CURLUPART_URL, address.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return std::nullopt;
  if (!url_part(url.get(), CURLUPART_USER).empty()) return std::nullopt;
  return Origin{lower(url_part(url.get(), CURLUPART_SCHEME)), lower(url_part(url.get(), CURLUPART_HOST)),
                url_part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT)};
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "bytes 100-199/200": where it starts and how long the whole is.
void read_content_range(std::string_view value, HttpHead& head) {
  const std::size_t dash = value.find('-');
  const std::size_t slash = value.find('/');
  if (!value.starts_with("bytes ") || dash == std::string_view::npos || slash == std::string_view::npos) return;
  head.range_start = number(value.substr(6, dash - 6));
  head.range_total = number(value.substr(slash + 1));
}

void read_header(std::string_view line, HttpHead& head) {
  if (line.starts_with("HTTP/")) {
    head = {};
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string name = lower(std::string(line.substr(0, colon)));
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && std::isspace(static_cast<unsigned char>(value.front()))) value.remove_prefix(1);
  while (!value.empty() && std::isspace(static_cast<unsigned char>(value.back()))) value.remove_suffix(1);
  if (name == "etag" && value.starts_with('"')) head.etag = value;
  if (name == "content-range") read_content_range(value, head);
}

bool is_untrusted(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_ISSUER_ERROR ||
         code == CURLE_SSL_INVALIDCERTSTATUS;
}

Error bad_setting(const std::string& name, const std::string& why) {
  return Error(ErrorKind::kInvalid, "invalid_setting", "The setting " + name + " " + why + ".");
}

}  // namespace

void check_access(const HubAccess& access) {
  const std::optional<Origin> origin = origin_of(access.endpoint);
  const bool clean = access.endpoint.find_first_of("?# \t\r\n") == std::string::npos;
  if (!origin || origin->host.empty() || !clean ||
      (origin->scheme != "https" && !(origin->scheme == "http" && origin->is_loopback()))) {
    throw bad_setting("hub.endpoint", "must be an https address without a query (plain http is for this machine only)");
  }
  const std::string& token = access.token.reveal();
  if (!std::all_of(token.begin(), token.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; })) {
    throw bad_setting("hub.token", "holds characters that no token has");
  }
}

struct HttpClient::Impl {
  const HubAccess& access;
  std::stop_token stop;
  Origin hub;
  std::unique_ptr<CURL, void (*)(CURL*)> curl{::curl_easy_init(), ::curl_easy_cleanup};
  std::array<char, CURL_ERROR_SIZE> message{};

  // Of the request that runs.
  const BodySink* sink = nullptr;
  HttpHead head;
  std::size_t dropped = 0;
  bool started = false;
  bool refused = false;

  Impl(const HubAccess& hub_access, std::stop_token stop_token) : access(hub_access), stop(std::move(stop_token)) {}

  template <class Value>
  void set(CURLoption option, Value value) {
    if (::curl_easy_setopt(curl.get(), option, value) != CURLE_OK) {
      throw Error(ErrorKind::kInternal, "internal", "The network library refused an option.")
          .with_log("curl_easy_setopt");
    }
  }

  bool permitted(const Origin& target) const {
    return target.scheme == "https" || (target.scheme == "http" && target.is_loopback() && hub.scheme == "http");
  }

  long status() const {
    long code = 0;
    ::curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &code);
    return code;
  }

  /// The head is whole when the first byte of a body comes, or when the answer has none.
  bool start() {
    started = true;
    head.status = status();
    return sink->start(head);
  }

  bool take(std::string_view bytes) {
    const long code = status();
    if (code != 200 && code != 206) {
      dropped += bytes.size();
      return dropped <= kMaxDroppedBytes;
    }
    refused = (!started && !start()) || !sink->take(bytes);
    return !refused;
  }

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    const std::string_view bytes(data, size * count);
    return static_cast<Impl*>(self)->take(bytes) ? bytes.size() : 0;
  }

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
    read_header({data, size * count}, static_cast<Impl*>(self)->head);
    return size * count;
  }

  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Impl*>(self)->stop.stop_requested() ? 1 : 0;
  }

  HttpOutcome outcome(CURLcode code) {
    head.status = status();
    curl_off_t wait_s = 0;
    if (::curl_easy_getinfo(curl.get(), CURLINFO_RETRY_AFTER, &wait_s) == CURLE_OK && wait_s > 0) {
      head.retry_after_s = static_cast<int>(std::min<curl_off_t>(wait_s, 1'000'000));
    }
    const bool wanted = head.status == 200 || head.status == 206;
    if (code == CURLE_OK && wanted && !started && !start()) refused = true;
    HttpOutcome result{.end = End::kComplete, .head = head, .detail = message.data()};
    if (result.detail.empty() && code != CURLE_OK) result.detail = ::curl_easy_strerror(code);
    const bool dropped_rest = code == CURLE_WRITE_ERROR && !wanted;  // its status is all that matters
    if (stop.stop_requested()) {
      result.end = End::kStopped;
    } else if (refused) {
      result.end = End::kRefusedBySink;
    } else if (is_untrusted(code)) {
      result.end = End::kUntrusted;
    } else if (code != CURLE_OK && !dropped_rest) {
      result.end = End::kCut;
    }
    return result;
  }

  HttpOutcome perform(const std::string& url, const Origin& target, const HttpRequest& request) {
    HeaderList headers(nullptr, ::curl_slist_free_all);
    const auto add_header = [&](const std::string& line) {
      curl_slist* longer = ::curl_slist_append(headers.get(), line.c_str());
      static_cast<void>(headers.release());
      headers.reset(longer);
    };
    if (!access.token.empty() && target == hub) add_header("Authorization: Bearer " + access.token.reveal());
    if (request.from_byte > 0) {
      add_header("Range: bytes=" + std::to_string(request.from_byte) + "-");
      if (!request.only_if_etag.empty()) add_header("If-Range: " + request.only_if_etag);
    }
    head = {};
    dropped = 0;
    started = refused = false;
    message.fill('\0');
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_PROXY, target.is_loopback() ? "" : static_cast<const char*>(nullptr));
    HttpOutcome result = outcome(::curl_easy_perform(curl.get()));
    set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
    return result;
  }
};

HttpClient::HttpClient(const HubAccess& access, const HttpLimits& limits, std::stop_token stop)
    : impl_(std::make_unique<Impl>(access, std::move(stop))) {
  static std::once_flag once;
  std::call_once(once, [] { ::curl_global_init(CURL_GLOBAL_DEFAULT); });
  impl_->hub = origin_of(access.endpoint).value_or(Origin());
  const bool plain = impl_->hub.scheme == "http";
  impl_->set(CURLOPT_PROTOCOLS_STR, plain ? "http,https" : "https");
  impl_->set(CURLOPT_FOLLOWLOCATION, 0L);  // ours: the token must not follow
  impl_->set(CURLOPT_NOSIGNAL, 1L);
  impl_->set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
  impl_->set(CURLOPT_LOW_SPEED_LIMIT, 1024L);
  impl_->set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.stall.count()));
  impl_->set(CURLOPT_USERAGENT, (std::string("rapport/") + version()).c_str());
  impl_->set(CURLOPT_ERRORBUFFER, impl_->message.data());
  impl_->set(CURLOPT_WRITEFUNCTION, &Impl::on_body);
  impl_->set(CURLOPT_WRITEDATA, static_cast<void*>(impl_.get()));
  impl_->set(CURLOPT_HEADERFUNCTION, &Impl::on_header);
  impl_->set(CURLOPT_HEADERDATA, static_cast<void*>(impl_.get()));
  impl_->set(CURLOPT_NOPROGRESS, 0L);
  impl_->set(CURLOPT_XFERINFOFUNCTION, &Impl::on_progress);
  impl_->set(CURLOPT_XFERINFODATA, static_cast<void*>(impl_.get()));
}

HttpClient::~HttpClient() = default;

HttpOutcome HttpClient::get(const HttpRequest& request, const BodySink& sink) {
  impl_->sink = &sink;
  std::string url = request.url;
  HttpOutcome outcome;
  for (int hop = 0; hop <= kMaxRedirects; ++hop) {
    const std::optional<Origin> target = origin_of(url);
    const bool at_home = target == impl_->hub;
    if (!target || !impl_->permitted(*target) || (!at_home && !request.may_leave_host)) break;
    outcome = impl_->perform(url, *target, request);
    char* next = nullptr;
    ::curl_easy_getinfo(impl_->curl.get(), CURLINFO_REDIRECT_URL, &next);
    if (outcome.end != End::kComplete || outcome.head.status < 300 || outcome.head.status > 399 || next == nullptr) {
      return outcome;
    }
    url = next;
  }
  outcome.end = End::kForbiddenRedirect;
  outcome.detail = "redirect to " + url.substr(0, url.find('?'));  // a query may hold a signature
  return outcome;
}

}  // namespace rapport::hub
