// Bodies of multipart/form-data. The first line is the content type. Whatever the bytes, there are fields or a reason;
// every content lies in the body, in order; and what is read, written again, reads the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server/http/form_data.h"
#include "server/http/target.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string quoted(const std::string& name) {
  std::string text;
  for (const char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rapport::http;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return 0;
  const std::string_view body = bytes.substr(end + 1);
  const auto form = parse_form(bytes.substr(0, end), body);
  if (const FormError* error = std::get_if<FormError>(&form)) {
    require(!error->message.empty());
    return 0;
  }
  const std::vector<FormField>& fields = std::get<0>(form);
  require(fields.size() <= 64);
  const char* at = body.data();
  // No content can hold a boundary that is longer than the body.
  const std::string boundary = body.size() < 60 ? std::string(70, 'B') : "";
  std::string again;
  for (const FormField& field : fields) {
    require(!field.name.empty() && field.name.size() <= 100 && is_utf8(field.name));
    require(field.content.data() >= at && field.content.data() + field.content.size() <= body.data() + body.size());
    at = field.content.data() + field.content.size();
    again += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + quoted(field.name) + "\"\r\n\r\n";
    again.append(field.content).append("\r\n");
  }
  if (boundary.empty()) return 0;
  again += "--" + boundary + "--";
  const auto second = parse_form("multipart/form-data; boundary=" + boundary, again);
  const auto* same = std::get_if<0>(&second);
  require(same != nullptr && same->size() == fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    require((*same)[i].name == fields[i].name && (*same)[i].content == fields[i].content);
  }
  return 0;
}
