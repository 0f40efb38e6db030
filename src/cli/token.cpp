#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <charconv>
#include <memory>

#include "app/workspace.h"
#include "auth/token.h"
#include "base/error.h"
#include "cli/context.h"

namespace rapport::cli {
namespace {

namespace json = boost::json;

struct TokenFlags {
  std::string subject = "command-line";
  std::string role = "analyst";
  std::string ttl = "24h";
};

/// "90s", "30m", "24h", "7d". Throws kInvalid.
std::chrono::seconds parse_duration(const std::string& text) {
  constexpr std::int64_t kMaxSeconds = 3650LL * 86400;
  std::int64_t count = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const std::int64_t scale = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : unit == "d" ? 86400 : 0;
  if (code != std::errc() || scale == 0 || count < 1 || count > kMaxSeconds / scale) {
    throw Error(ErrorKind::kInvalid, "invalid_setting", "--ttl takes a time such as 90s, 30m, 24h or 7d, up to 3650d.");
  }
  return std::chrono::seconds(count * scale);
}

int run_token(const Context& context, const TokenFlags& flags) {
  const app::Settings settings = context.settings();
  const SystemClock clock;
  const Time now = clock.now();
  const Time expires = now + parse_duration(flags.ttl);
  const auth::Principal principal{context.tenant_id(), flags.subject, *auth::parse_role(flags.role)};
  const std::string token = auth::create_token(app::token_secret(settings), principal, now, expires);
  context.print(json::object{{"token", token},
                             {"tenant", principal.tenant.text()},
                             {"subject", flags.subject},
                             {"role", flags.role},
                             {"expires_at", format_rfc3339(expires)}},
                token + "\n");
  return 0;
}

}  // namespace

void add_token(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("token", "Tokens of the HTTP API");
  verb->require_subcommand(1);
  verb->fallthrough();
  CLI::App* create = verb->add_subcommand("create", "Print a token, signed with this workspace's own secret");
  const auto flags = std::make_shared<TokenFlags>();
  create->add_option("--subject", flags->subject, "Who it is for")->capture_default_str();
  create->add_option("--role", flags->role, "viewer: read and predict; analyst: train too; admin: promote too")
      ->check(CLI::IsMember({"viewer", "analyst", "admin"}))
      ->capture_default_str();
  create->add_option("--ttl", flags->ttl, "How long it holds")->capture_default_str();
  create->callback([&context, flags] { context.run = [&context, flags] { return run_token(context, *flags); }; });
}

}  // namespace rapport::cli
