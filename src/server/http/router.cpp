#include "server/http/router.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "server/http/target.h"

namespace rapport::http {
namespace {

struct Segment {
  bool is_name = false;
  std::string text;  ///< the literal, or the name between the braces
};

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> parts;
  if (path.empty() || path.front() != '/') return parts;
  path.remove_prefix(1);
  for (;;) {
    const std::size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

std::vector<Segment> parse_pattern(const std::string& pattern) {
  std::vector<Segment> segments;
  for (const std::string_view part : split_path(pattern)) {
    const bool is_name = part.size() > 2 && part.front() == '{' && part.back() == '}';
    segments.push_back({is_name, std::string(is_name ? part.substr(1, part.size() - 2) : part)});
  }
  return segments;
}

/// The pattern that has a literal where the other has a name, at the first such place, comes first.
bool more_exact(const std::vector<Segment>& a, const std::vector<Segment>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i].is_name != b[i].is_name) return b[i].is_name;
  }
  return false;
}

}  // namespace

struct Router::Index {
  struct Pattern {
    std::vector<Segment> segments;
    std::vector<const Route*> routes;  ///< one per method
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  std::unordered_map<std::string, Pattern, Hash, std::equal_to<>> exact;  ///< without names, by the whole path
  std::vector<Pattern> named;                                            ///< most exact first

  void add(const Route& route) {
    std::vector<Segment> segments = parse_pattern(route.pattern);
    const bool has_names =
        std::any_of(segments.begin(), segments.end(), [](const Segment& segment) { return segment.is_name; });
    if (!has_names) {
      exact[route.pattern].routes.push_back(&route);
      return;
    }
    for (Pattern& pattern : named) {
      if (pattern.routes.front()->pattern == route.pattern) {
        pattern.routes.push_back(&route);
        return;
      }
    }
    named.push_back({std::move(segments), {&route}});
  }
};

namespace {

/// The route for `method`; GET's for HEAD where it has none of its own.
const Route* route_for(const std::vector<const Route*>& routes, std::string_view method) {
  const Route* fallback = nullptr;
  for (const Route* route : routes) {
    if (route->method == method) return route;
    if (method == "HEAD" && route->method == "GET") fallback = route;
  }
  return fallback;
}

void add_methods(const std::vector<const Route*>& routes, std::set<std::string>& methods) {
  for (const Route* route : routes) {
    methods.insert(route->method);
    if (route->method == "GET") methods.insert("HEAD");
  }
}

std::string join_methods(std::set<std::string> methods) {
  if (methods.empty()) return {};
  methods.insert("OPTIONS");
  std::string text;
  for (const std::string& method : methods) text += (text.empty() ? "" : ", ") + method;
  return text;
}

/// The values of the pattern's names, when the (decoded) parts fit it.
std::optional<std::map<std::string, std::string>> fit(const std::vector<Segment>& segments,
                                                      const std::vector<std::string>& parts) {
  if (segments.size() != parts.size()) return std::nullopt;
  std::map<std::string, std::string> values;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!segments[i].is_name) {
      if (segments[i].text != parts[i]) return std::nullopt;
    } else if (parts[i].empty()) {
      return std::nullopt;
    } else {
      values[segments[i].text] = parts[i];
    }
  }
  return values;
}

std::optional<std::vector<std::string>> decode_parts(std::string_view path) {
  std::vector<std::string> parts;
  for (const std::string_view part : split_path(path)) {
    auto decoded = percent_decode(part);
    if (!decoded) return std::nullopt;
    parts.push_back(std::move(*decoded));
  }
  return parts;
}

}  // namespace

Router::Router(std::vector<Route> routes)
    : routes_(std::make_shared<const std::vector<Route>>(std::move(routes))) {
  auto index = std::make_shared<Index>();
  std::set<std::pair<std::string, std::string>> known;
  for (const Route& route : *routes_) {
    if (!route.handle || !route.pattern.starts_with('/') || !known.insert({route.method, route.pattern}).second) {
      throw Error(ErrorKind::kInternal, "bad_route", "A route stands twice or is incomplete.")
          .with_log(route.method + " " + route.pattern);
    }
    index->add(route);
  }
  std::stable_sort(index->named.begin(), index->named.end(),
                   [](const Index::Pattern& a, const Index::Pattern& b) { return more_exact(a.segments, b.segments); });
  index_ = std::move(index);
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
  Match match;
  std::set<std::string> methods;
  const bool encoded = path.find('%') != std::string_view::npos;
  if (const auto it = index_->exact.find(path); !encoded && it != index_->exact.end()) {
    match.route = route_for(it->second.routes, method);
    if (match.route != nullptr) return match;
    add_methods(it->second.routes, methods);
  }
  const auto parts = decode_parts(path);
  if (!parts) return match;
  if (encoded) {
    std::string joined;
    for (const std::string& part : *parts) joined += "/" + part;
    const bool same_parts = static_cast<std::size_t>(std::count(joined.begin(), joined.end(), '/')) == parts->size();
    if (const auto it = index_->exact.find(joined); same_parts && it != index_->exact.end()) {
      match.route = route_for(it->second.routes, method);
      if (match.route != nullptr) return match;
      add_methods(it->second.routes, methods);
    }
  }
  for (const Index::Pattern& pattern : index_->named) {
    auto values = fit(pattern.segments, *parts);
    if (!values) continue;
    match.route = route_for(pattern.routes, method);
    if (match.route != nullptr) {
      match.path_values = std::move(*values);
      return match;
    }
    add_methods(pattern.routes, methods);
  }
  match.allow = join_methods(std::move(methods));
  return match;
}

std::optional<std::string_view> Request::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace rapport::http
