#include "cli/cli.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <exception>
#include <iostream>

#include "base/error.h"
#include "base/log.h"
#include "base/version.h"
#include "cli/context.h"

namespace rapport::cli {
namespace {

namespace json = boost::json;

constexpr int kWrongUsage = 2;

void add_common_options(CLI::App& app, Context& context) {
  app.add_option("--data", context.flags["data"], "The workspace: a folder (RAPPORT_DATA; default data)");
  app.add_option("--database", context.flags["database"], "sqlite:FILE or postgresql://... (default DATA/rapport.db)");
  app.add_option("--models", context.flags["models"], "The folder of the pretrained models (default DATA/models)");
  app.add_option("--config", context.flags["config"], "A settings file (default DATA/rapport.toml)");
  app.add_option("--log-level", context.flags["log.level"], "debug, info, warn, error or off");
  app.add_option("--set", context.sets, "Any setting: name=value (see `rapport config`)")->allow_extra_args(false);
  app.add_option("--tenant", context.tenant, "Whose data (default: default)");
  app.add_flag("--json", context.json, "The result as one JSON document");
}

void report(const Error& error, bool as_json) {
  if (as_json) {
    json::array details;
    for (const FieldError& field : error.fields()) {
      details.push_back(json::object{{"pointer", field.pointer}, {"message", field.message}});
    }
    const json::object body{{"code", error.code()}, {"message", error.message()}, {"details", std::move(details)}};
    std::cout << rapport::to_string(json::object{{"success", false}, {"error", body}}) << std::endl;
    return;
  }
  std::cerr << "rapport: " << error.message() << "\n";
  for (const FieldError& field : error.fields()) std::cerr << "  " << field.pointer << ": " << field.message << "\n";
  if (!error.log_detail().empty()) log_error(error.message(), {{"code", error.code()}, {"detail", error.log_detail()}});
}

int run_verb(const Context& context) {
  try {
    return context.run();
  } catch (const Error& error) {
    report(error, context.json);
    const bool usage = error.code() == "invalid_setting" || error.code() == "invalid_tenant" ||
                       error.code() == "invalid_hyperparameters" || error.code() == "unknown_table" ||
                       error.code() == "unknown_pretrained_model";
    return usage ? kWrongUsage : exit_status(error.kind());
  } catch (const std::exception& error) {
    report(Error(ErrorKind::kInternal, "internal", "Something went wrong inside Rapport.").with_log(error.what()),
           context.json);
    return exit_status(ErrorKind::kInternal);
  }
}

}  // namespace

int run(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app("Rapport: conversation intelligence for teams that sell and support on WhatsApp", "rapport");
  app.set_version_flag("--version", std::string("rapport ") + version());
  app.require_subcommand(1);
  app.fallthrough();
  Context context;
  add_common_options(app, context);
  add_serve(app, context);
  add_demo(app, context);
  add_import(app, context);
  add_analyze(app, context);
  add_train(app, context);
  add_predict(app, context);
  add_evaluate(app, context);
  add_sentiment(app, context);
  add_detect_language(app, context);
  add_transcribe(app, context);
  add_translate(app, context);
  add_models(app, context);
  add_token(app, context);
  add_config(app, context);
  add_doctor(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUsage;
  }
  return run_verb(context);
}

}  // namespace rapport::cli
