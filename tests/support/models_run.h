#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "support/program.h"

namespace rapport::testing {

/// What `rapport models run FOLDER` answers to lines of JSON, one answer a line.
inline std::vector<Json> run_folder(const std::filesystem::path& folder, const std::string& precision,
                             const std::string& input) {
  const ProgramResult result = run_program({"models", "run", folder.string(), "--precision", precision}, input);
  EXPECT_EQ(result.exit_status, 0) << result.errors;
  std::vector<Json> lines;
  std::istringstream stream(result.output);
  for (std::string line; std::getline(stream, line);) lines.push_back(parse_json_or_throw(line));
  return lines;
}

}  // namespace rapport::testing
