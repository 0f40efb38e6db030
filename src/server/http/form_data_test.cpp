#include "server/http/form_data.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <utility>

namespace rapport::http {
namespace {

constexpr const char* kType = "multipart/form-data; boundary=XX";
using Fields = std::vector<std::pair<std::string, std::string>>;

std::string part(const std::string& head, const std::string& content) {
  return "--XX\r\n" + head + "\r\n\r\n" + content + "\r\n";
}
std::string named(const std::string& name, const std::string& content) {
  return part("Content-Disposition: form-data; name=\"" + name + "\"", content);
}

std::string content_of(const UnnamedFile& file) {
  std::string content(static_cast<std::size_t>(file.size()), '\0');
  EXPECT_EQ(::pread(file.fd(), content.data(), content.size(), 0), static_cast<ssize_t>(content.size()));
  return content;
}

Form read_form(const std::vector<std::string_view>& pieces, const std::string& type = kType,
               const FormLimits& limits = {}) {
  FormReader reader(type, "file", std::filesystem::temp_directory_path(), limits);
  for (const std::string_view piece : pieces) reader.write(piece);
  return std::move(reader).finish();
}

/// Texts as they are; the file's content where it stands.
Fields fields_of(const Form& form) {
  if (form.error) return {{"error", form.error->message()}};
  Fields fields;
  bool file = form.file.has_value();
  for (const FormField& field : form.fields) {
    const bool is_file = field.name == "file" && std::exchange(file, false);
    fields.emplace_back(field.name, is_file ? content_of(*form.file) : field.content);
  }
  return fields;
}
Fields fields_of(const std::string& body, const std::string& type = kType) {
  return fields_of(read_form({body}, type));
}

bool is_refused(const std::string& body, const std::string& type = kType) {
  const Form form = read_form({body}, type);
  EXPECT_EQ(form.error ? form.error->code() : "malformed_form", "malformed_form");
  return form.error.has_value();
}

TEST(FormData, GivesTheFieldsInTheirOrderWithTheirBytes) {
  const std::string bytes("\0\r\n--X\r\n--\r\n\xff\xfe", 13);
  const std::string body = named("language", "pt") +
                           part(
                               "Content-Disposition: form-data; name=\"file\"; filename=\"../../etc/passwd\"\r\n"
                               "Content-Type: audio/ogg",
                               bytes) +
                           named("language", "") + "--XX--\r\n";

  EXPECT_EQ(fields_of(body), (Fields{{"language", "pt"}, {"file", bytes}, {"language", ""}}));
}

TEST(FormData, ReadsTheSameFormWhereverItsBodyIsCut) {
  const std::string content("sound\r\n--X\r\n--X-\r\r\n\r\n--\xff", 23);
  const std::string body = "\r\n" + named("language", "pt\r\n--XY\r") + "\r\n--X" + named("file", content) +
                           named("file", "twice") + named("", "") + "--XX--\r\nbye";
  const std::string good = named("language", "pt\r\n--X") +
                           part("Content-Disposition: form-data; name=file\r\nContent-Type: audio/ogg", content) +
                           named("file", "twice") + named("words", "") + "--XX--\r\nbye";
  for (const std::string& each : {good, body}) {
    const Fields whole = fields_of(each);
    for (std::size_t first = 0; first <= each.size(); ++first) {
      for (std::size_t second = first; second <= std::min(each.size(), first + 8); ++second) {
        const std::string_view text = each;
        const Form form = read_form({text.substr(0, first), text.substr(first, second - first), text.substr(second)},
                                    kType, {.window_bytes = 1});
        ASSERT_EQ(fields_of(form), whole) << first << " " << second;
      }
    }
  }
  EXPECT_EQ(fields_of(good), (Fields{{"language", "pt\r\n--X"}, {"file", content}, {"file", ""}, {"words", ""}}));
}

TEST(FormData, ReadsTheSameFormByteByByte) {
  std::string content;
  std::mt19937 random(11);
  for (int i = 0; i < 20'000; ++i) content += "\r\n-XXab"[random() % 8];
  for (std::size_t at = 0; (at = content.find("\r\n--XX")) != std::string::npos;) content.erase(at, 1);
  const std::string body = named("file", content) + named("prompt", "names") + "--XX--";
  for (const std::size_t window : {std::size_t{1}, std::size_t{7}, std::size_t{65536}}) {
    FormReader reader(kType, "file", std::filesystem::temp_directory_path(), {.window_bytes = window});
    for (const char& byte : body) reader.write({&byte, 1});

    EXPECT_EQ(fields_of(std::move(reader).finish()), (Fields{{"file", content}, {"prompt", "names"}})) << window;
  }
}

TEST(FormData, KeepsTheFirstBytesOfALongText) {
  const Form form = read_form({named("prompt", std::string(4096, 'x')) + named("language", std::string(4097, 'y')) +
                               named("other", std::string(200'000, 'z')) + "--XX--"});

  ASSERT_EQ(form.fields.size(), 3U);
  EXPECT_FALSE(form.fields[0].cut);
  EXPECT_EQ(form.fields[1].content, std::string(4096, 'y'));
  EXPECT_TRUE(form.fields[1].cut);
  EXPECT_EQ(form.fields[2].content.size(), 4096U);
  EXPECT_TRUE(form.fields[2].cut);
}

TEST(FormData, SaysThatAFileFoundNoPlace) {
  FormReader reader(kType, "file", "/no/such/folder");
  reader.write(named("language", "pt") + named("file", "abc") + "--XX--");

  const Form form = std::move(reader).finish();

  ASSERT_TRUE(form.error);
  EXPECT_EQ(form.error->code(), "storage_unavailable");
  EXPECT_TRUE(form.fields.empty());
}

TEST(FormData, TakesWhatClientsWrite) {
  const std::string end = "--XX--";
  // An empty line first, blanks behind a boundary, an epilogue, no fields at all.
  EXPECT_EQ(fields_of("\r\n--XX \t\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--XX--\r\nbye"),
            (Fields{{"a", "b"}}));
  EXPECT_EQ(fields_of("--XX--\r\n"), Fields{});
  // Quotes and backslashes as browsers, curl and old clients write them.
  EXPECT_EQ(fields_of(named("say \\\"hi\\\" \\\\", "1") + end), (Fields{{"say \"hi\" \\", "1"}}));
  EXPECT_EQ(fields_of(part("content-disposition:form-data;filename=\"C:\\dir\\note.ogg\";NAME=file;"
                           "filename*=UTF-8''n%C3%B6te.ogg",
                           "1") +
                      end),
            (Fields{{"file", "1"}}));
  EXPECT_EQ(fields_of(part("X-Other: 1\r\nContent-Disposition: form-data; name=\"a\"\r\n"
                           "Content-Transfer-Encoding: binary",
                           "1") +
                      end),
            (Fields{{"a", "1"}}));
  EXPECT_EQ(fields_of(named("timestamp_granularities[]", "word") + end),
            (Fields{{"timestamp_granularities[]", "word"}}));
}

TEST(FormData, ReadsTheBoundaryOfTheContentType) {
  const std::string good = "----------------------------0123'()+_,-./:=?";
  const std::string body = "--" + good + "\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--" + good + "--\r\n";
  EXPECT_EQ(fields_of(body, "Multipart/Form-Data; charset=utf-8; Boundary=\"" + good + "\""), (Fields{{"a", "b"}}));

  const std::string whole = named("a", "b") + "--XX--\r\n";
  for (const char* type : {"", "multipart/form-data", "multipart/form-data; boundary=",
                           "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=XX; boundary=XX",
                           "multipart/mixed; boundary=XX", "multipart/form-data boundary=XX",
                           "multipart/form-data; boundary=\"XX", "multipart/form-data; boundary=\"X X \"",
                           "multipart/form-data; boundary=X\x80", "multipart/form-data; boundary=XY"}) {
    EXPECT_TRUE(is_refused(whole, type)) << type;
  }
  EXPECT_TRUE(is_refused(whole, "multipart/form-data; boundary=" + std::string(71, 'X')));
}

TEST(FormData, RefusesWhatIsNoForm) {
  const std::string good = named("a", "b") + "--XX--\r\n";
  ASSERT_FALSE(is_refused(good));
  for (const std::string& body : std::vector<std::string>{
           "",
           "--",
           "--XX",
           "--XX\r\n",
           "preamble\r\n" + good,
           "--XX\nContent-Disposition: form-data; name=\"a\"\n\nb\n--XX--\n",
           "--XXY\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--XX--",
           "--XX\r\n\r\nb\r\n--XX--",
           part("Content-Type: text/plain", "b") + "--XX--",
           part("Content-Disposition: attachment; name=\"a\"", "b") + "--XX--",
           part("Content-Disposition: form-data", "b") + "--XX--",
           part("Content-Disposition: form-data; name=\"\"", "b") + "--XX--",
           part("Content-Disposition: form-data; name=\"a\"; name=\"b\"", "b") + "--XX--",
           part("Content-Disposition: form-data; name=\"a", "b") + "--XX--",
           part("Content-Disposition: form-data; name=\"\xff\"", "b") + "--XX--",
           part("Content-Disposition: form-data; name*=a", "b") + "--XX--",
           part("Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"", "b") +
               "--XX--",
           part("Content-Disposition: form-data;\r\n name=\"a\"", "b") + "--XX--",
           part("Content-Disposition : form-data; name=\"a\"", "b") + "--XX--",
           part(std::string("Content-Disposition: form-data; name=\"a\0\"", 41), "b") + "--XX--",
           part("Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64", "Yg==") + "--XX--",
           named(std::string(101, 'n'), "b") + "--XX--"}) {
    EXPECT_TRUE(is_refused(body)) << body;
  }
}

TEST(FormData, RefusesAFormThatIsCutOffAnywhere) {
  const std::string body = named("file", "abc\r\ndef") + named("language", "en") + "--XX--";
  ASSERT_FALSE(is_refused(body));
  for (std::size_t size = 0; size < body.size(); ++size) EXPECT_TRUE(is_refused(body.substr(0, size))) << size;
}

TEST(FormData, KeepsItsLimits) {
  std::string many;
  for (int i = 0; i < 64; ++i) many += named("a", "b");
  EXPECT_FALSE(is_refused(many + "--XX--"));
  EXPECT_TRUE(is_refused(many + named("a", "b") + "--XX--"));

  const std::string name = "Content-Disposition: form-data; name=\"a\"";
  const auto headed = [&](std::size_t bytes) {
    return part(name + "\r\nX: " + std::string(bytes - name.size() - 7, 'x'), "b") + "--XX--";
  };
  EXPECT_FALSE(is_refused(headed(4096)));
  EXPECT_TRUE(is_refused(headed(4097)));
  EXPECT_TRUE(is_refused("--XX\r\n" + std::string(1 << 20, 'x')));
}

TEST(FormData, GivesBackWhatItWasMadeOf) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Fields fields;
    std::string body;
    for (std::size_t i = 0; i < random() % 5; ++i) {
      std::string content;
      for (std::size_t n = random() % 40; n > 0; --n) content += "\r\n-X\0ab"[random() % 8];
      if (content.find("\r\n--XX") != std::string::npos) continue;
      fields.emplace_back("f" + std::to_string(i), content);
      body += named(fields.back().first, content);
    }
    EXPECT_EQ(fields_of(body + "--XX--\r\n"), fields);
  }
}

}  // namespace
}  // namespace rapport::http
