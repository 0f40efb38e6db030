#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "cli/context.h"

namespace rapport::cli {
namespace {

int run_config(const Context& context, bool describe) {
  if (describe) {
    context.print(Json(app::settings_table()), app::settings_table());
    return 0;
  }
  std::string text;
  boost::json::array lines;
  for (const std::string& line : context.settings().dump()) {
    text += line + "\n";
    lines.emplace_back(line);
  }
  context.print(lines, text);
  return 0;
}

}  // namespace

void add_config(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("config", "Print the settings in force and where each comes from");
  const auto describe = std::make_shared<bool>(false);
  verb->add_flag("--describe", *describe, "Print what every setting means, as a Markdown table");
  verb->callback([&context, describe] { context.run = [&context, describe] { return run_config(context, *describe); }; });
}

}  // namespace rapport::cli
