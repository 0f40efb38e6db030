#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <sstream>

#include "support/api_test.h"
#include "support/json_schema.h"
#include "support/markdown.h"
#include "support/recordings.h"

namespace rapport::testing {
namespace {

/// Puts values in the place of the contract's ellipses: a row for {...lead_1...}, nothing for the others.
std::string without_ellipses(std::string text, const std::string& row) {
  text = std::regex_replace(text, std::regex(R"(\{\.\.\.(lead|customer)_\d+\.\.\.\})"), row);
  text = std::regex_replace(text, std::regex(R"(,\s*\.\.\.)"), "");
  return std::regex_replace(text, std::regex(R"(\.\.\.)"), "");
}

std::string contract_path() {
  const char* shared = std::getenv("RAPPORT_SHARED");
  const std::filesystem::path folder =
      shared != nullptr ? std::filesystem::path(shared) : std::filesystem::path(RAPPORT_SOURCE_DIR) / ".." / "shared";
  return (folder / "spec" / "ml-features.md").string();
}

/// A form out of the contract's lines: "file: <audio_file>", "language: \"en\" (optional)".
std::string form_of(const std::string& lines, const std::string& recording) {
  Form form;
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("file:")) form.file(recording);
    if (line.starts_with("language:")) form.field("language", "en");
  }
  return form.body();
}

class Contract : public ApiTest {
 protected:
  Contract() : ApiTest(with_voice_model()) {}
};

TEST_F(Contract, EveryRequestExampleIsAnsweredWithEveryFieldOfItsResponseExample) {
  if (!std::filesystem::exists(contract_path())) {
    GTEST_SKIP() << "the contract is not here: set RAPPORT_SHARED to the folder that holds spec/ml-features.md";
  }
  HttpClient analyst = client("analyst");
  const auto blocks = markdown_blocks(contract_path());
  const std::string recording = file_text(clip("where_is_my_order.wav"));
  int sent = 0;
  int compared = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].language != "http") continue;
    const HttpExample request = http_example(blocks[i].text);
    const std::size_t space = request.first_line.find(' ');
    const std::string target = request.first_line.substr(space + 1);
    if (!target.starts_with("/api/")) continue;
    SCOPED_TRACE(blocks[i].place + " " + request.first_line);
    const bool is_churn = target.find("churn") != std::string::npos;
    const std::string row = is_churn ? R"({"days_since_last_purchase": 45})" : R"({"response_rate": 0.5})";
    const bool is_form = target.find("/voice/") != std::string::npos && target.ends_with("-upload");
    const HttpAnswer answer =
        is_form ? analyst.request("POST", target, form_of(request.body, recording), {{"Content-Type", Form::kType}})
                : analyst.request(request.first_line.substr(0, space), target, without_ellipses(request.body, row),
                                  request.headers);
    ++sent;
    ASSERT_EQ(answer.status, 200) << answer.body;
    const bool has_example = i + 1 < blocks.size() && blocks[i + 1].language == "json";
    if (!has_example) continue;
    ++compared;
    const Json example = parse_json_or_throw(without_ellipses(blocks[i + 1].text, "{}"));
    EXPECT_EQ(missing_from(answer.json(), example), std::vector<std::string>{}) << answer.body.substr(0, 2000);
  }
  EXPECT_EQ(sent, 22) << "the contract's examples of all endpoints";
  EXPECT_EQ(compared, 21) << "all but lead scoring's batch have a response";
}

TEST_F(Contract, EveryEndpointOfTheSummaryIsThere) {
  if (!std::filesystem::exists(contract_path())) {
    GTEST_SKIP() << "the contract is not here: set RAPPORT_SHARED to the folder that holds spec/ml-features.md";
  }
  HttpClient viewer = client();
  const std::string text = file_text(contract_path());
  const std::regex row(R"(\| \*\*[^|]+\*\* \| `(/[^`]+)` \| (GET|POST) \|)");
  int found = 0;
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    const std::string path = (*at)[1];
    ++found;
    const HttpAnswer answer = viewer.request("OPTIONS", "/api/v1/ml" + path, "", {});
    EXPECT_NE(answer.header("allow").find(std::string((*at)[2])), std::string::npos) << path << ": " << answer.status;
  }
  EXPECT_EQ(found, 26);
}

}  // namespace
}  // namespace rapport::testing
