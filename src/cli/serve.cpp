#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>

#include "app/listen_address.h"
#include "app/text_analysis.h"
#include "app/training_job.h"
#include "app/voice_model.h"
#include "app/translation.h"
#include "app/workspace.h"
#include "base/log.h"
#include "cli/context.h"
#include "server/api/api.h"
#include "server/http/server.h"

namespace rapport::cli {
namespace {

http::ServerOptions server_options(const app::Settings& settings) {
  const app::ListenAddress listen = app::parse_listen_address(settings.text("listen"));
  const auto size = [&](const char* name) { return static_cast<std::size_t>(settings.integer(name)); };
  const auto ms = [&](const char* name) { return std::chrono::milliseconds(settings.integer(name)); };
  http::ServerOptions options;
  options.address = listen.host;
  options.port = listen.port;
  options.threads = size("server.threads");
  options.worker_threads = size("server.worker_threads");
  options.worker_queue = size("server.worker_queue");
  options.waiter_threads = size("server.waiter_threads");
  options.waiter_queue = size("server.waiter_queue");
  options.upload_folder = settings.text("data");
  options.limits.max_header_bytes = size("server.max_header_bytes");
  options.limits.max_body_bytes_in_flight = size("server.max_body_bytes_in_flight");
  options.limits.max_connections = size("server.max_connections");
  options.limits.max_connections_per_address = size("server.max_connections_per_address");
  options.limits.header_deadline = ms("server.header_deadline_ms");
  options.limits.idle_timeout = ms("server.idle_timeout_ms");
  options.limits.write_timeout = ms("server.write_timeout_ms");
  options.limits.min_body_bytes_per_second = size("server.min_body_bytes_per_second");
  options.limits.drain_deadline = ms("server.drain_deadline_ms");
  return options;
}

jobs::JobRunner::Options job_options(const app::Settings& settings) {
  const Duration lease = std::chrono::milliseconds(settings.integer("jobs.lease_ms"));
  return {.threads = static_cast<std::size_t>(settings.integer("jobs.threads")),
          .lease = lease,
          .heartbeat = lease / 3,
          .max_open_per_tenant = static_cast<std::size_t>(settings.integer("jobs.max_open_per_tenant")),
          .keep_finished = kDay * settings.integer("jobs.keep_days")};
}

api::TranslationLimits translation_limits(const app::Settings& settings) {
  return {.max_text_bytes = static_cast<std::size_t>(settings.integer("translation.max_text_bytes")),
          .max_request_bytes = static_cast<std::size_t>(settings.integer("translation.max_request_bytes"))};
}

/// Waits for SIGTERM and SIGINT on a thread of its own and stops the server: the first drains, the second ends it. The
/// signals are blocked in every thread that is started after it.
class SignalWatch {
 public:
  SignalWatch() {
    ::sigemptyset(&signals_);
    ::sigaddset(&signals_, SIGTERM);
    ::sigaddset(&signals_, SIGINT);
    ::sigaddset(&signals_, SIGUSR1);  // our own: ends the watch
    ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  ~SignalWatch() {
    if (!thread_.joinable()) return;
    ::pthread_kill(thread_.native_handle(), SIGUSR1);
    thread_.join();
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  void start(http::Server& server) {
    thread_ = std::thread([this, &server] {
      for (int signal = 0; ::sigwait(&signals_, &signal) == 0 && signal != SIGUSR1;) {
        log_info("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
        if (server.draining()) std::_Exit(EXIT_FAILURE);  // asked twice: what is acknowledged is on the disk already
        server.stop();
      }
    });
  }

 private:
  sigset_t signals_{};
  std::thread thread_;
};

int run_serve(const Context& context) {
  SignalWatch signals;
  app::Workspace workspace(context.settings());
  const app::Settings& settings = workspace.settings();
  for (const std::string& line : settings.dump()) log_debug("setting", {{"value", line}});

  jobs::JobRunner jobs(workspace.store(), job_options(settings));
  jobs.handle(app::kTrainingJob, app::training_handler(workspace.services()));

  const app::TextAnalysis analysis(settings, workspace.metrics());
  const app::VoiceModel voice(settings, workspace.metrics());
  flows::TranslationMemory translations(workspace.store(), workspace.clock(), workspace.metrics(),
                                        app::memory_options(settings));
  const app::Translation translation(settings, workspace.metrics(), &translations);
  const auth::TokenVerifier verifier(app::token_keys(settings));
  const http::Server* running = nullptr;
  const api::ApiServices services{.flows = workspace.services(),
                                  .jobs = jobs,
                                  .analyzer = analysis.analyzer(),
                                  .voice = voice.notes(),
                                  .translator = translation.translator(),
                                  .translators = translation.translators(),
                                  .translation_limits = translation_limits(settings),
                                  .metrics = workspace.metrics(),
                                  .max_batch_rows = static_cast<std::size_t>(settings.integer("server.max_batch_rows")),
                                  .training_wait = std::chrono::seconds(settings.integer("training.wait_s")),
                                  .draining = [&running] { return running != nullptr && running->draining(); }};
  http::Server server(server_options(settings), http::Router(api::routes(services)), verifier, workspace.clock(),
                      workspace.metrics());
  server.listen();
  running = &server;
  jobs.start();
  signals.start(server);
  const std::string host = app::parse_listen_address(settings.text("listen")).url_host();
  std::cout << "Rapport listens on http://" << host << ":" << server.port() << std::endl;
  log_info("listening", {{"port", static_cast<int>(server.port())}});
  server.run();
  jobs.stop(std::chrono::milliseconds(settings.integer("server.drain_deadline_ms")));
  log_info("stopped");
  return 0;
}

}  // namespace

void add_serve(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("serve", "Run the server until SIGTERM or Ctrl-C");
  verb->add_option("--listen", context.flags["listen"], "Address and port (default 127.0.0.1:8000; port 0: any free one)");
  verb->callback([&context] { context.run = [&context] { return run_serve(context); }; });
}

}  // namespace rapport::cli
