#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <string>

#include "support/api_test.h"
#include "support/json_schema.h"
#include "support/markdown.h"
#include "support/recordings.h"

namespace rapport::testing {
namespace {

const std::string kSource = RAPPORT_SOURCE_DIR;

class Examples : public ApiTest {
 protected:
  Examples() : ApiTest(with_voice_model()) {}

  /// A command's exit status and what it printed.
  static std::pair<int, std::string> shell(const std::string& command) {
    std::string output;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> buffer{};
    for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
      output.append(buffer.data(), got);
    return {WEXITSTATUS(::pclose(pipe)), output};
  }

  /// A form's lines end in CR LF; its recording comes last, since a document cannot hold it.
  static void complete_form(HttpExample& request, const std::string& recording) {
    if (request.body.find("$RECORDING") == std::string::npos) return;
    replace_all(request.body, "\n", "\r\n");
    replace_all(request.body, "$RECORDING", recording);
  }

  static void replace_all(std::string& text, const std::string& what, const std::string& by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
      text.replace(at, what.size(), by);
  }
};

TEST_F(Examples, EveryRequestOfTheApiDocumentIsAnsweredAsItSays) {
  const std::string token = workspace_.token("admin");
  HttpClient admin = server_.client(token);
  std::string version(data_of(admin.get(std::string(kLead) + "/feature-importance")).at("model_version").as_string());
  std::string job = "none";
  const std::string recording = file_text(kVoiceModel + "/clips/where_is_my_order.wav");
  const auto blocks = markdown_blocks(kSource + "/docs/api.md");
  int sent = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].language != "http" || blocks[i].text.starts_with("HTTP/")) continue;
    std::string text = blocks[i].text;
    replace_all(text, "$TOKEN", token);
    replace_all(text, "$VERSION", version);
    replace_all(text, "$JOB", job);
    HttpExample request = http_example(text);
    complete_form(request, recording);
    const std::size_t space = request.first_line.find(' ');
    SCOPED_TRACE(blocks[i].place + " " + request.first_line);
    const HttpAnswer answer = admin.request(request.first_line.substr(0, space), request.first_line.substr(space + 1),
                                            request.body, request.headers);
    ++sent;
    const bool has_answer = i + 1 < blocks.size() && blocks[i + 1].text.starts_with("HTTP/");
    const HttpExample expected =
        http_example(has_answer ? blocks[i + 1].text : "HTTP/1.1 200 OK\n\n{\"success\": true}");
    ASSERT_EQ(answer.status, std::stoi(expected.first_line.substr(9))) << answer.body;
    const Json example = parse_json_or_throw(expected.body);
    EXPECT_EQ(missing_from(answer.json(), example), std::vector<std::string>{}) << answer.body.substr(0, 2000);
    if (answer.status >= 400) {
      EXPECT_EQ(answer.json().at("error").at("code"), example.at("error").at("code"));
      const Json* details = example.at("error").as_object().if_contains("details");
      if (details != nullptr) {
        EXPECT_EQ(answer.json().at("error").at("details"), *details);
      }
    }
    if (answer.status == 202) job = std::string(data_of(answer, 202).at("id").as_string());
  }
  EXPECT_GE(sent, 26);
}

TEST_F(Examples, TheApiDocumentNamesEveryPathOfTheServer) {
  HttpClient anyone = server_.client();
  const std::string text = file_text(kSource + "/docs/api.md");
  const Json document = anyone.get("/openapi.json").json();
  for (const auto& path : document.at("paths").as_object()) {
    std::string name(path.key());
    replace_all(name, "{id}", "$JOB");
    replace_all(name, "{model}", "lead-scoring");
    replace_all(name, "{voice_model}", "whisper-1");
    replace_all(name, "/api/v1/ml/models/churn-prediction", "/churn-prediction");
    const bool is_third_importance = name == "/api/v1/ml/models/engagement-prediction/feature-importance";
    EXPECT_TRUE(is_third_importance || text.find(name) != std::string::npos) << name;
  }
}

TEST_F(Examples, TheWalkThroughRunsToItsEnd) {
  if (shell("curl --version 2>&1").first != 0) GTEST_SKIP() << "curl is not installed";
  const auto [status, output] =
      shell("RAPPORT_URL=http://127.0.0.1:" + std::to_string(server_.port()) +
            " RAPPORT_TOKEN=" + workspace_.token("admin") + " bash '" + kSource + "/examples/walk_through.sh' 2>&1");

  EXPECT_EQ(status, 0) << output;
  EXPECT_NE(output.find("lead_score"), std::string::npos);
}

TEST_F(Examples, TheWalkThroughUsesEveryBodyOfItsFolder) {
  const std::string script = file_text(kSource + "/examples/walk_through.sh");
  const std::string readme = file_text(kSource + "/examples/README.md");
  for (const auto& file : std::filesystem::directory_iterator(kSource + "/examples")) {
    if (file.path().extension() != ".json") continue;
    EXPECT_NE(script.find(file.path().filename().string()), std::string::npos) << file.path();
    EXPECT_NE(readme.find(file.path().filename().string()), std::string::npos) << file.path();
  }
}

}  // namespace
}  // namespace rapport::testing
