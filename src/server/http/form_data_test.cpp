#include "server/http/form_data.h"

#include <gtest/gtest.h>

#include <random>

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

Fields fields_of(const std::string& body, const std::string& type = kType) {
  const auto form = parse_form(type, body);
  if (const FormError* error = std::get_if<FormError>(&form)) return {{"error", error->message}};
  Fields fields;
  for (const FormField& field : std::get<0>(form)) fields.emplace_back(field.name, std::string(field.content));
  return fields;
}

bool is_refused(const std::string& body, const std::string& type = kType) {
  return std::holds_alternative<FormError>(parse_form(type, body));
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

TEST(FormData, ContentsAreViewsIntoTheBody) {
  const std::string body = named("file", "abc") + "--XX--";

  const auto form = parse_form(kType, body);

  const std::string_view content = std::get<0>(form).at(0).content;
  EXPECT_EQ(content.data(), body.data() + body.find("abc"));
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
