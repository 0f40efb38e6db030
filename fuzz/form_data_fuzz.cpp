// Bodies of multipart/form-data. The first line is the content type. Whatever the bytes, there are fields or a reason;
// the result does not depend on how the bytes are cut into pieces; texts keep their limits; and what is read, written
// again, reads the same.
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

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

using namespace rapport::http;

const std::filesystem::path& folder() {
  static const std::filesystem::path memory = "/dev/shm";
  static const std::filesystem::path usual = std::filesystem::temp_directory_path();
  static const bool there = std::filesystem::exists(memory);
  return there ? memory : usual;
}

/// The form of a body that comes in pieces of `piece` bytes.
Form read_form(std::string_view type, std::string_view body, std::size_t piece) {
  FormReader reader(type, "file", folder(), {.window_bytes = piece});
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) reader.write(body.substr(0, piece));
  return std::move(reader).finish();
}

/// The content of a field, wherever it went: the first one of its name went to the file.
std::string content_of(const Form& form, std::size_t index) {
  const FormField& field = form.fields[index];
  if (field.name != "file") return field.content;
  for (std::size_t i = 0; i < index; ++i) {
    if (form.fields[i].name == "file") return "";
  }
  std::string content(static_cast<std::size_t>(form.file->size()), '\0');
  require(::pread(form.file->fd(), content.data(), content.size(), 0) == static_cast<ssize_t>(content.size()));
  return content;
}

void require_same(const Form& a, const Form& b) {
  require(a.error.has_value() == b.error.has_value() && a.fields.size() == b.fields.size());
  if (a.error) require(a.error->message() == b.error->message());
  for (std::size_t i = 0; i < a.fields.size(); ++i) {
    require(a.fields[i].name == b.fields[i].name && a.fields[i].cut == b.fields[i].cut);
    require(content_of(a, i) == content_of(b, i));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return 0;
  const std::string_view type = bytes.substr(0, end);
  const std::string_view body = bytes.substr(end + 1);
  const Form form = read_form(type, body, size);
  require_same(form, read_form(type, body, 1));
  require_same(form, read_form(type, body, 7));
  if (form.error) {
    require(!form.error->message().empty() && form.fields.empty() && !form.file);
    return 0;
  }
  require(form.fields.size() <= 64);
  // No content can hold a boundary that is longer than the body.
  const std::string boundary = body.size() < 60 ? std::string(70, 'B') : "";
  std::string again;
  for (std::size_t i = 0; i < form.fields.size(); ++i) {
    const FormField& field = form.fields[i];
    require(!field.name.empty() && field.name.size() <= 100 && is_utf8(field.name) && field.content.size() <= 4096);
    again += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + quoted(field.name) + "\"\r\n\r\n";
    again.append(content_of(form, i)).append("\r\n");
  }
  if (boundary.empty()) return 0;
  require_same(form, read_form("multipart/form-data; boundary=" + boundary, again + "--" + boundary + "--", 5));
  return 0;
}
