#include "support/json_schema.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <string_view>

namespace rapport::testing {
namespace {

namespace json = boost::json;

bool is_type(const Json& value, std::string_view type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_bool();
  if (type == "string") return value.is_string();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "number") return value.is_number();
  return type == "integer" && value.is_number() && value.to_number<double>() == std::floor(value.to_number<double>());
}

class Checker {
 public:
  explicit Checker(const Json& document) : document_(document) {}

  void check(const Json& value, const Json& schema_value, const std::string& path) {
    const json::object& schema = schema_value.as_object();
    for (const auto& keyword : schema) check_keyword(value, schema, keyword, path);
  }

  std::vector<std::string> take() { return std::move(mistakes_); }

 private:
  void fail(const std::string& path, const std::string& what) {
    mistakes_.push_back((path.empty() ? "/" : path) + " " + what);
  }

  bool meets(const Json& value, const Json& schema) const {
    Checker inner(document_);
    inner.check(value, schema, "");
    return inner.take().empty();
  }

  void check_keyword(const Json& value, const json::object& schema, const json::key_value_pair& keyword,
                     const std::string& path) {
    const std::string_view name = keyword.key();
    const Json& rule = keyword.value();
    if (name == "$ref") {
      check(value, document_.at_pointer(std::string_view(rule.as_string()).substr(1)), path);
    } else if (name == "type") {
      check_type(value, rule, path);
    } else if (name == "enum" || name == "const") {
      const json::array one = {rule};
      const json::array& values = name == "const" ? one : rule.as_array();
      if (std::find(values.begin(), values.end(), value) == values.end()) fail(path, "is none of " + to_string(values));
    } else if (name == "anyOf" || name == "oneOf") {
      const json::array& choices = rule.as_array();
      const auto met = std::count_if(choices.begin(), choices.end(), [&](const Json& c) { return meets(value, c); });
      if (met == 0 || (name == "oneOf" && met > 1))
        fail(path, "meets " + std::to_string(met) + " of " + to_string(rule));
    } else if (value.is_object()) {
      check_object(value.get_object(), schema, keyword, path);
    } else if (value.is_array()) {
      check_array(value.get_array(), keyword, path);
    } else {
      check_scalar(value, keyword, path);
    }
  }

  void check_type(const Json& value, const Json& rule, const std::string& path) {
    const bool good = rule.is_string() ? is_type(value, rule.get_string())
                                       : std::any_of(rule.as_array().begin(), rule.as_array().end(),
                                                     [&](const Json& t) { return is_type(value, t.as_string()); });
    if (!good) fail(path, "is no " + to_string(rule));
  }

  void check_object(const json::object& object, const json::object& schema, const json::key_value_pair& keyword,
                    const std::string& path) {
    const std::string_view name = keyword.key();
    const Json& rule = keyword.value();
    const json::object* properties = schema.contains("properties") ? &schema.at("properties").as_object() : nullptr;
    if (name == "properties") {
      for (const auto& property : rule.as_object()) {
        const Json* member = object.if_contains(property.key());
        if (member != nullptr) check(*member, property.value(), path + "/" + std::string(property.key()));
      }
    } else if (name == "required") {
      for (const Json& wanted : rule.as_array()) {
        if (!object.contains(wanted.as_string())) fail(path, "lacks " + std::string(wanted.as_string()));
      }
    } else if (name == "additionalProperties") {
      for (const auto& member : object) {
        if (properties != nullptr && properties->contains(member.key())) continue;
        const std::string at = path + "/" + std::string(member.key());
        if (rule.is_bool() && !rule.get_bool()) fail(at, "is not permitted");
        if (rule.is_object()) check(member.value(), rule, at);
      }
    } else if (name == "minProperties" && object.size() < rule.to_number<std::size_t>()) {
      fail(path, "has too few members");
    }
  }

  void check_array(const json::array& array, const json::key_value_pair& keyword, const std::string& path) {
    const std::string_view name = keyword.key();
    if (name == "items") {
      for (std::size_t i = 0; i < array.size(); ++i) check(array[i], keyword.value(), path + "/" + std::to_string(i));
    } else if (name == "minItems" && array.size() < keyword.value().to_number<std::size_t>()) {
      fail(path, "has too few items");
    } else if (name == "maxItems" && array.size() > keyword.value().to_number<std::size_t>()) {
      fail(path, "has too many items");
    }
  }

  void check_scalar(const Json& value, const json::key_value_pair& keyword, const std::string& path) {
    const std::string_view name = keyword.key();
    if (value.is_number()) {
      const auto number = value.to_number<double>();
      if (name == "minimum" && number < keyword.value().to_number<double>()) fail(path, "is too small");
      if (name == "maximum" && number > keyword.value().to_number<double>()) fail(path, "is too large");
    } else if (value.is_string()) {
      const std::size_t size = value.get_string().size();
      if (name == "minLength" && size < keyword.value().to_number<std::size_t>()) fail(path, "is too short");
      if (name == "maxLength" && size > keyword.value().to_number<std::size_t>()) fail(path, "is too long");
    }
  }

  const Json& document_;
  std::vector<std::string> mistakes_;
};

std::string_view kind_of(const Json& value) {
  constexpr std::array<std::string_view, 6> kKinds = {"null", "boolean", "string", "array", "object", "number"};
  return *std::find_if(kKinds.begin(), kKinds.end(), [&](std::string_view kind) { return is_type(value, kind); });
}

}  // namespace

std::vector<std::string> schema_mistakes(const Json& value, const Json& schema, const Json& document) {
  Checker checker(document);
  checker.check(value, schema, "");
  return checker.take();
}

std::vector<std::string> missing_from(const Json& value, const Json& example, const std::string& path) {
  const bool may_be_null = path.ends_with("/value") || path.ends_with("/confidence");
  if (kind_of(value) != kind_of(example) && !(value.is_null() && may_be_null)) {
    return {path + " is " + std::string(kind_of(value)) + " instead of " + std::string(kind_of(example))};
  }
  std::vector<std::string> missing;
  const auto add = [&](const std::vector<std::string>& more) {
    missing.insert(missing.end(), more.begin(), more.end());
  };
  if (example.is_object()) {
    for (const auto& member : example.get_object()) {
      const std::string at = path + "/" + std::string(member.key());
      const Json* ours = value.get_object().if_contains(member.key());
      if (ours == nullptr) {
        missing.push_back(at + " is missing");
      } else {
        add(missing_from(*ours, member.value(), at));
      }
    }
  } else if (example.is_array() && !example.get_array().empty()) {
    for (const Json& item : value.get_array()) add(missing_from(item, example.get_array().front(), path + "/*"));
  }
  return missing;
}

}  // namespace rapport::testing
