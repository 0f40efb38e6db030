#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rapport::app {

/// One setting: the table of these is the only place that knows a setting. `--help`, docs/configuration.md, validation
/// and the redacted dump at start are made from it.
struct SettingSpec {
  enum class Type { kText, kInteger, kChoice };

  std::string_view name = {};      ///< "server.idle_timeout_ms": in a file and behind --set
  std::string_view also_variable = {};  ///< what the environment calls it where others have named it: "HF_TOKEN"
  Type type = Type::kText;
  std::string_view fallback = {};  ///< the default, as text
  std::int64_t min = 0;       ///< of an integer, both ends included
  std::int64_t max = 0;
  std::string_view choices = {};   ///< of a choice: "debug|info|warn"
  bool secret = false;        ///< never shown
  std::string_view meaning = {};
};

std::span<const SettingSpec> setting_specs();

/// "server.idle_timeout_ms" -> "RAPPORT_SERVER_IDLE_TIMEOUT_MS".
std::string environment_name(std::string_view setting);

/// The settings in force: flag over environment over file over default. What is not in the table stops the start.
class Settings {
 public:
  /// `flags` holds names and values from the command line. The file is the flag or variable "config" when given (then
  /// it must exist), otherwise DATA/rapport.toml when that exists. Throws kInvalid "invalid_setting" naming every
  /// mistake.
  static Settings load(const std::map<std::string, std::string>& flags);

  const std::string& text(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;

  /// One "name = value   (source)" per setting; secrets as "***".
  std::vector<std::string> dump() const;

 private:
  struct Value {
    std::string text;
    std::string source;
  };
  std::map<std::string, Value, std::less<>> values_;
};

/// docs/configuration.md's table, in Markdown.
std::string settings_table();

}  // namespace rapport::app
