#include "server/api/docs_page.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <map>
#include <utility>
#include <vector>

namespace rapport::api {
namespace {

namespace json = boost::json;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string string_of(const json::object& object, std::string_view name) {
  const Json* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

/// JSON over several lines, indented by two; short arrays and objects on one.
std::string indented(const Json& value, std::size_t depth = 0) {
  constexpr std::size_t kShort = 72;
  const std::string line = to_string(value);
  if (line.size() <= kShort || value.is_primitive()) return line;
  const std::string inner(2 * depth + 2, ' ');
  std::string out(1, value.is_object() ? '{' : '[');
  const char* separator = "\n";
  const auto add = [&](const std::string& text) {
    out.append(separator).append(inner).append(text);
    separator = ",\n";
  };
  if (value.is_object()) {
    for (const auto& member : value.get_object()) {
      add(to_string(Json(member.key())) + ": " + indented(member.value(), depth + 1));
    }
  } else {
    for (const Json& item : value.get_array()) add(indented(item, depth + 1));
  }
  return out + "\n" + std::string(2 * depth, ' ') + (value.is_object() ? "}" : "]");
}

/// The name behind "#/components/schemas/".
std::string referred(const json::object& schema) {
  const std::string reference = string_of(schema, "$ref");
  return reference.substr(reference.rfind('/') + 1);
}

std::string type_text(const json::object& schema);

std::string joined(const json::array& parts, const char* between) {
  std::string out;
  for (const Json& part : parts) {
    if (!out.empty()) out += between;
    out += part.is_string()   ? std::string(part.get_string())
           : part.is_object() ? type_text(part.get_object())
                              : to_string(part);
  }
  return out;
}

/// What a value may be, in words: "number 0 to 1", "one of hot, warm", "array of Factor".
std::string type_text(const json::object& schema) {
  if (schema.contains("$ref")) return referred(schema);
  if (const Json* values = schema.if_contains("enum")) return "one of " + joined(values->as_array(), ", ");
  if (const Json* value = schema.if_contains("const")) return to_string(*value);
  if (const Json* choices = schema.if_contains("anyOf")) return joined(choices->as_array(), " or ");
  std::string text = string_of(schema, "type");
  if (const Json* types = schema.if_contains("type"); types != nullptr && types->is_array()) {
    text = joined(types->get_array(), " or ");
  }
  if (const Json* items = schema.if_contains("items")) text += " of " + type_text(items->as_object());
  if (const Json* least = schema.if_contains("minimum")) {
    text += " " + to_string(*least) + " to " + to_string(schema.at("maximum"));
  }
  if (const Json* least = schema.if_contains("minItems")) {
    text += ", " + to_string(*least) + " to " + to_string(schema.at("maxItems")) + " of them";
  }
  if (const Json* value = schema.if_contains("default")) text += ", default " + to_string(*value);
  return text;
}

std::string fields_table(const json::object& schema) {
  const Json* properties = schema.if_contains("properties");
  if (properties == nullptr || properties->as_object().empty()) return "";
  const Json* required = schema.if_contains("required");
  const auto is_required = [&](json::string_view name) {
    if (required == nullptr) return false;
    const json::array& names = required->as_array();
    return std::any_of(names.begin(), names.end(), [&](const Json& n) { return n.as_string() == name; });
  };
  std::string out = "<div class=\"scroll\"><table><tr><th>field</th><th>value</th><th>meaning</th></tr>";
  for (const auto& member : properties->as_object()) {
    const json::object& field = member.value().as_object();
    out += "<tr><td>" + escaped(member.key()) +
           (is_required(member.key()) ? "" : " <span class=\"tag\">optional</span>") + "</td><td>" +
           escaped(type_text(field)) + "</td><td>" + escaped(string_of(field, "description")) + "</td></tr>";
  }
  return out + "</table></div>";
}

std::string folded(const std::string& title, const std::string& content) {
  return content.empty() ? "" : "<details><summary>" + escaped(title) + "</summary>" + content + "</details>";
}

/// A body's fields and example. `media` is what stands under its media type.
std::string body_part(const json::object& media) {
  std::string out;
  if (const Json* schema = media.if_contains("schema")) {
    const json::object* fields = &schema->as_object();
    if (const Json* properties = fields->if_contains("properties")) {
      const Json* data = properties->as_object().if_contains("data");
      if (data != nullptr) fields = &data->as_object();
    }
    out += fields->contains("$ref")
               ? "<p><a href=\"#schema-" + escaped(referred(*fields)) + "\">" + escaped(referred(*fields)) + "</a></p>"
               : fields_table(*fields);
  }
  if (const Json* example = media.if_contains("example")) out += "<pre>" + escaped(indented(*example)) + "</pre>";
  return out;
}

/// The media type of a request and what stands under it.
const json::key_value_pair& only_media(const Json& body) {
  return *body.at("content").as_object().begin();
}

/// What curl sends: the example, or the fields that a form needs.
std::string curl_body(const Json& body) {
  const auto& media = only_media(body);
  const json::object& content = media.value().as_object();
  if (media.key() == "application/json") {
    const Json* example = content.if_contains("example");
    return example == nullptr ? "" : "-H \"Content-Type: application/json\" -d '" + to_string(*example) + "' ";
  }
  std::string out;
  const json::object& schema = content.at("schema").as_object();
  for (const Json& field : schema.at("required").as_array()) {
    const std::string name(field.as_string());
    out += "-F " + name + (name == "file" ? "=@note.ogg " : "=whisper-1 ");
  }
  return out;
}

std::string curl_line(const std::string& method, const std::string& path, const json::object& operation) {
  std::string out = "curl ";
  if (!operation.at("security").as_array().empty()) out += "-H \"Authorization: Bearer $TOKEN\" ";
  if (method == "post") {
    const Json* body = operation.if_contains("requestBody");
    out += "-X POST ";
    if (body != nullptr) out += curl_body(*body);
  }
  return out + "http://localhost:8000" + path;
}

std::string responses_part(const json::object& operation) {
  std::string errors;
  std::string out;
  for (const auto& entry : operation.at("responses").as_object()) {
    const json::object& response = entry.value().as_object();
    if (entry.key() == "200") {
      for (const auto& media : response.at("content").as_object()) {
        const std::string content = body_part(media.value().as_object());
        if (!content.empty()) out += "<h4>Answer</h4>" + content;
      }
    } else {
      errors += "<tr><td>" + std::string(entry.key()) + "</td><td>" + escaped(string_of(response, "description")) +
                "</td></tr>";
    }
  }
  return out + folded("Other answers", errors.empty() ? "" : "<table>" + errors + "</table>");
}

std::string article(const std::string& path, const std::string& method, const json::object& operation) {
  std::string name = method;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  const std::string role = string_of(operation, "x-role");
  std::string out = "<article id=\"" + string_of(operation, "operationId") + "\"><h3>" +
                    escaped(string_of(operation, "summary")) + "</h3><p class=\"path\"><span class=\"method " + method +
                    "\">" + name + "</span>" + escaped(path) + "</p><p><span class=\"tag\">" +
                    (role.empty() ? "no token" : "role: " + role) + "</span></p>";
  const std::string description = string_of(operation, "description");
  if (!description.empty()) out += "<p>" + escaped(description) + "</p>";
  if (const Json* parameters = operation.if_contains("parameters")) {
    out += "<h4>Parameters</h4><table>";
    for (const Json& parameter : parameters->as_array()) {
      const json::object& fields = parameter.as_object();
      out += "<tr><td>" + escaped(string_of(fields, "name")) + "</td><td>" + string_of(fields, "in") + "</td><td>" +
             escaped(type_text(fields.at("schema").as_object())) + "</td><td>" +
             escaped(string_of(fields, "description")) + "</td></tr>";
    }
    out += "</table>";
  }
  if (const Json* body = operation.if_contains("requestBody")) {
    out += "<h4>Request</h4>" + body_part(only_media(*body).value().as_object());
  }
  out += responses_part(operation);
  return out + folded("curl", "<pre>" + escaped(curl_line(method, path, operation)) + "</pre>") + "</article>";
}

struct Group {
  std::string name;
  std::string links;
  std::string articles;
};

/// The endpoints by their tag, in the order of the document.
std::vector<Group> groups_of(const json::object& paths) {
  std::vector<Group> groups;
  for (const auto& path : paths) {
    for (const auto& entry : path.value().as_object()) {
      const json::object& operation = entry.value().as_object();
      const std::string tag(operation.at("tags").at(0).as_string());
      auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.name == tag; });
      if (group == groups.end()) group = groups.insert(groups.end(), Group{tag, "", ""});
      group->links += "<a href=\"#" + string_of(operation, "operationId") + "\">" +
                      escaped(string_of(operation, "summary")) + "</a>";
      group->articles += article(std::string(path.key()), std::string(entry.key()), operation);
    }
  }
  return groups;
}

}  // namespace

std::string docs_page(const Json& openapi) {
  const json::object& info = openapi.at("info").as_object();
  std::string links;
  std::string content = "<p>" + escaped(string_of(info, "description")) + "</p>";
  for (const Group& group : groups_of(openapi.at("paths").as_object())) {
    links += "<h2>" + escaped(group.name) + "</h2>" + group.links;
    content += "<h2>" + escaped(group.name) + "</h2>" + group.articles;
  }
  links += "<h2>Schemas</h2>";
  content += "<h2>Schemas</h2>";
  for (const auto& schema : openapi.at("components").at("schemas").as_object()) {
    const std::string name = escaped(schema.key());
    links += "<a href=\"#schema-" + name + "\">" + name + "</a>";
    content += "<article id=\"schema-" + name + "\"><h3>" + name + "</h3>" + fields_table(schema.value().as_object()) +
               "</article>";
  }
  return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Rapport API</title>"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>" +
         std::string(docs_style()) + "</style></head><body><div class=\"layout\"><nav><h1>Rapport <small>" +
         escaped(string_of(info, "version")) + "</small></h1><a href=\"/openapi.json\">openapi.json</a>" + links +
         "</nav><main>" + content + "</main></div></body></html>\n";
}

}  // namespace rapport::api
