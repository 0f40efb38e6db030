#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <functional>
#include <memory>

#include "app/hub_access.h"
#include "app/listen_address.h"
#include "app/translation.h"
#include "app/workspace.h"
#include "base/error.h"
#include "base/thread_pool.h"
#include "cli/context.h"
#include "flows/installed_models.h"
#include "flows/train_model.h"

namespace rapport::cli {
namespace {

namespace json = boost::json;

struct Finding {
  std::string name;
  bool good = false;
  std::string says;
};

/// Runs one check; what it throws is the finding.
Finding look(const std::string& name, const std::function<std::string()>& check) {
  try {
    return {name, true, check()};
  } catch (const Error& error) {
    return {name, false, error.message()};
  }
}

/// The status line of GET /readyz, empty when nothing answers within two seconds.
std::string ready_answer(const app::ListenAddress& listen) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (::getaddrinfo(listen.dial_host().c_str(), std::to_string(listen.port).c_str(), &hints, &found) != 0) return "";
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
  const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return "";
  const timeval limit{.tv_sec = 2, .tv_usec = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  const std::string request = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  std::string answer(64, '\0');
  ssize_t got = -1;
  if (::connect(fd, found->ai_addr, found->ai_addrlen) == 0 &&
      ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    got = ::recv(fd, answer.data(), answer.size(), MSG_WAITALL);
  }
  ::close(fd);
  answer.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return answer;
}

std::string check_server(const app::Settings& settings) {
  const std::string answer = ready_answer(app::parse_listen_address(settings.text("listen")));
  if (answer.find(" 200 ") != std::string::npos) return "ready at " + settings.text("listen");
  throw Error(ErrorKind::kUnavailable, "not_ready",
              answer.empty() ? "nothing answers at " + settings.text("listen") : "the server is not ready");
}

std::string check_models(app::Workspace& workspace, const TenantId& tenant) {
  std::string text;
  for (const flows::TrainingStatus& status : flows::training_status(workspace.services(), tenant)) {
    if (!text.empty()) text += ", ";
    if (!status.champion) {
      text += std::string(to_string(status.kind)) + " not trained";
    } else {
      text += workspace.services().models.champion(tenant, status.kind)->version;
    }
  }
  return text;
}

std::string check_pretrained(const app::Settings& settings) {
  using State = flows::PretrainedModel::State;
  std::string text;
  for (const flows::PretrainedModel& model : flows::pretrained_models(app::models_folder(settings))) {
    const std::string name(model.spec.name);
    if (model.state == State::kDamaged) {
      throw Error(ErrorKind::kUnavailable, "model_damaged", name + " is damaged: rapport models pull " + name);
    }
    if (model.state == State::kInstalled) text += (text.empty() ? "" : ", ") + name;
  }
  return text.empty() ? "none installed: the built-in ones answer (rapport models list)" : text;
}

std::string check_translation(const app::Settings& settings) {
  Metrics metrics;
  const app::Translation translation(settings, metrics, nullptr);
  std::string text;
  for (const auto& translator : translation.translators()) text += (text.empty() ? "" : ", ") + translator->name();
  return text.empty() ? "nobody translates yet: rapport models pull small100, for one" : text;
}

std::vector<Finding> examine(const Context& context, const app::Settings& settings) {
  std::vector<Finding> findings;
  findings.push_back(look("machine", [] { return std::to_string(usable_cores()) + " cores"; }));
  findings.push_back(look("settings", [&] {
    app::parse_listen_address(settings.text("listen"));
    return "hold (rapport config prints them)";
  }));
  findings.push_back(look("tokens", [&] {
    const auth::TokenVerifier verifier(app::token_keys(settings));
    return "the secret and the public keys hold";
  }));
  std::unique_ptr<app::Workspace> workspace;
  findings.push_back(look("database", [&] {
    workspace = std::make_unique<app::Workspace>(settings);
    workspace->store().check();
    return "reads and writes";
  }));
  if (workspace) {
    findings.push_back(look("data", [&] {
      const auto counts = workspace->store().row_counts(context.tenant_id());
      return std::to_string(counts.at("contacts")) + " contacts, " + std::to_string(counts.at("messages")) + " messages";
    }));
    findings.push_back(look("models", [&] { return check_models(*workspace, context.tenant_id()); }));
  }
  findings.push_back(look("pretrained models", [&] { return check_pretrained(settings); }));
  findings.push_back(look("translation", [&] { return check_translation(settings); }));
  findings.push_back(look("disk", [&] {
    const auto space = std::filesystem::space(settings.text("data"));
    constexpr std::uintmax_t kLow = 256ULL << 20;
    const std::string free = std::to_string(space.available >> 20) + " MiB free";
    if (space.available < kLow) throw Error(ErrorKind::kUnavailable, "disk_full", "only " + free);
    return free;
  }));
  return findings;
}

int run_doctor(const Context& context, bool quick) {
  const app::Settings settings = context.settings();
  const std::vector<Finding> findings =
      quick ? std::vector<Finding>{look("server", [&] { return check_server(settings); })} : examine(context, settings);
  json::array list;
  std::string text;
  bool good = true;
  for (const Finding& finding : findings) {
    list.push_back(json::object{{"check", finding.name}, {"ok", finding.good}, {"says", finding.says}});
    text += std::string(finding.good ? "ok    " : "WRONG ") + finding.name + ": " + finding.says + "\n";
    good = good && finding.good;
  }
  context.print(json::object{{"ok", good}, {"checks", std::move(list)}}, text);
  return good ? 0 : 1;
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("doctor", "Look whether everything is in order, and say what is not");
  const auto quick = std::make_shared<bool>(false);
  verb->add_flag("--quick", *quick, "Only ask the running server whether it is ready (for health checks)");
  verb->add_option("--listen", context.flags["listen"], "Where the server listens");
  verb->callback([&context, quick] { context.run = [&context, quick] { return run_doctor(context, *quick); }; });
}

}  // namespace rapport::cli
