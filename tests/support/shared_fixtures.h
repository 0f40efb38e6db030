#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace rapport::test {

/// The folder of reference outputs and data sets: RAPPORT_SHARED, or `shared` beside the repository.
inline std::filesystem::path shared_folder() {
  if (const char* set = std::getenv("RAPPORT_SHARED"); set != nullptr && *set != '\0') return set;
  return std::filesystem::path(RAPPORT_SOURCE_DIR) / ".." / "shared";
}

}  // namespace rapport::test

/// `fixture` becomes the path of a file or folder below the shared folder; a test whose fixture is missing is skipped,
/// in words.
#define RAPPORT_SHARED_OR_SKIP(fixture, below)                                                       \
  const std::filesystem::path fixture = rapport::test::shared_folder() / (below);                    \
  if (!std::filesystem::exists(fixture)) {                                                           \
    GTEST_SKIP() << "no reference outputs at " << fixture << ": set RAPPORT_SHARED to their folder"; \
  }                                                                                                  \
  static_assert(true)
