#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/settings.h"
#include "base/json.h"
#include "base/progress.h"
#include "domain/ids.h"

namespace CLI {
class App;
}

namespace rapport::cli {

/// What every verb gets from the command line beside its own flags.
struct Context {
  std::map<std::string, std::string> flags;  ///< settings given as flags: "data", "listen", ...
  std::vector<std::string> sets;             ///< --set name=value of settings
  std::string tenant = "default";
  bool json = false;
  std::function<int()> run;                  ///< of the verb that was named; returns the exit status

  /// The settings in force. Throws kInvalid "invalid_setting".
  app::Settings settings() const;
  /// Throws kInvalid "invalid_tenant".
  TenantId tenant_id() const;
  /// A bar on a terminal, plain lines elsewhere, nothing with --json; on standard error.
  Progress progress() const;
  /// The result on standard output: the document with --json, otherwise the text.
  void print(const Json& document, const std::string& text) const;
};

/// "name=value" pairs of a --set flag. Throws kInvalid "invalid_setting".
std::map<std::string, std::string> parse_pairs(const std::vector<std::string>& pairs);

/// The verbs: each adds its subcommand and sets `context.run` when it is chosen.
void add_serve(CLI::App& app, Context& context);
void add_demo(CLI::App& app, Context& context);
void add_import(CLI::App& app, Context& context);
void add_analyze(CLI::App& app, Context& context);
void add_train(CLI::App& app, Context& context);
void add_predict(CLI::App& app, Context& context);
void add_evaluate(CLI::App& app, Context& context);
void add_sentiment(CLI::App& app, Context& context);
void add_detect_language(CLI::App& app, Context& context);
void add_transcribe(CLI::App& app, Context& context);
void add_translate(CLI::App& app, Context& context);
void add_models(CLI::App& app, Context& context);
void add_token(CLI::App& app, Context& context);
void add_config(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);

}  // namespace rapport::cli
