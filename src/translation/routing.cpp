#include "translation/routing.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "translation/language_codes.h"

namespace rapport::translation {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kAny = "*";

Error bad_routing(const std::string& why) {
  return Error(ErrorKind::kInvalid, "invalid_setting", "The order of translators " + why + ".");
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

/// What stands before the next `separator`, which is taken off `rest` with it.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return trimmed(part);
}

std::vector<std::string> read_order(std::string_view list) {
  std::vector<std::string> order;
  while (!list.empty()) {
    const std::string_view name = take_until(list, ',');
    if (name.empty()) throw bad_routing("has an empty name");
    if (std::find(order.begin(), order.end(), name) != order.end()) {
      throw bad_routing("names " + std::string(name) + " twice");
    }
    order.emplace_back(name);
  }
  return order;
}

std::string read_side(std::string_view code) {
  if (code == kAny) return std::string(code);
  std::string normal = normal_code(code);
  if (normal.empty()) throw bad_routing("has \"" + std::string(code) + "\" where a language's code or * must stand");
  return normal;
}

/// "pt-BR-en" has three dashes to choose from: the one that leaves two languages, looked for from the left.
std::pair<std::string, std::string> read_pair(std::string_view pair) {
  for (std::size_t dash = pair.find('-'); dash != std::string_view::npos; dash = pair.find('-', dash + 1)) {
    const std::string_view source = trimmed(pair.substr(0, dash));
    const std::string_view target = trimmed(pair.substr(dash + 1));
    const bool known = (source == kAny || !normal_code(source).empty()) &&
                       (target == kAny || !normal_code(target.substr(0, target.find('-'))).empty());
    const bool region = !target.empty() && target[0] >= 'A' && target[0] <= 'Z';  // "BR-en"
    if (known && !region) return {read_side(source), read_side(target)};
  }
  throw bad_routing("has \"" + std::string(pair) + "\" where a pair such as en-es must stand");
}

}  // namespace

Routing parse_routing(std::string_view text) {
  Routing routing;
  routing.order = read_order(take_until(text, ';'));
  if (routing.order.empty()) throw bad_routing("names nobody");
  while (!text.empty()) {
    std::string_view entry = take_until(text, ';');
    if (entry.empty()) continue;
    const std::string_view pair = take_until(entry, '=');
    std::vector<std::string> order = read_order(trimmed(entry));
    if (order.empty()) throw bad_routing("names nobody for " + std::string(pair));
    if (!routing.pairs.emplace(read_pair(pair), std::move(order)).second) {
      throw bad_routing("has " + std::string(pair) + " twice");
    }
  }
  return routing;
}

}  // namespace rapport::translation
