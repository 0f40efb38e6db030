#include "app/workspace.h"

#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

namespace rapport::app {
namespace {

namespace fs = std::filesystem;

void make_folder(const fs::path& folder) {
  std::error_code code;
  if (fs::is_directory(folder, code)) return;
  if (!fs::create_directories(folder, code) && code) {
    throw Error(ErrorKind::kInvalid, "invalid_setting",
                "The data folder " + folder.string() + " cannot be made: " + code.message() + ".");
  }
  fs::permissions(folder, fs::perms::owner_all, code);
}

std::string database_url(const Settings& settings) {
  const std::string& url = settings.text("database");
  return url.empty() ? "sqlite:" + (fs::path(settings.text("data")) / "rapport.db").string() : url;
}

}  // namespace

Workspace::Workspace(Settings settings) : settings_(std::move(settings)) {
  set_log_level(parse_log_level(settings_.text("log.level")));
  make_folder(settings_.text("data"));
  store_ = store::Store::open(database_url(settings_), clock_);
  models_ = std::make_unique<inference::ModelRegistry>(*store_, clock_, metrics_);
}

PrivateText token_secret(const Settings& settings) {
  const std::string& file = settings.text("auth.secret_file");
  if (!file.empty()) return auth::load_or_create_secret(file);
  make_folder(settings.text("data"));
  return auth::load_or_create_secret(fs::path(settings.text("data")) / "token.secret");
}

auth::TokenVerifier::Keys token_keys(const Settings& settings) {
  constexpr std::size_t kMaxPemBytes = 64 * 1024;
  auth::TokenVerifier::Keys keys{.secret = token_secret(settings), .public_pem = {}};
  std::string_view rest = settings.text("auth.public_keys");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (end > 0) keys.public_pem.push_back(read_file(rest.substr(0, end), kMaxPemBytes));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return keys;
}

}  // namespace rapport::app
