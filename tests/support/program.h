#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rapport::testing {

/// The built program.
std::string program_path();

/// How a program is started. It sees the test's environment, without RAPPORT_* variables and with `environment`.
struct Launch {
  std::vector<std::string> arguments;
  std::string input;  ///< its standard input
  std::vector<std::pair<std::string, std::string>> environment;
  std::filesystem::path folder;  ///< empty: the test's own
};

/// A running program of ours: what it prints is gathered (the first 8 MiB of each stream) while it runs. It is killed
/// when the test forgets it, or dies.
class RunningProgram {
 public:
  explicit RunningProgram(Launch launch);
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  pid_t pid() const;
  void signal(int number);
  /// Its exit status (128 + the signal that ended it), or nullopt when it still runs after `limit`.
  std::optional<int> wait(std::chrono::milliseconds limit);
  /// Waits until standard output holds `text`; false when the program ended, or `limit` passed, without it.
  bool wait_for_output(const std::string& text, std::chrono::milliseconds limit);

  std::string output() const;
  std::string errors() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct ProgramResult {
  int exit_status = 0;
  std::string output;
  std::string errors;
};

/// Runs the program to its end. Throws when it takes longer than `limit`.
ProgramResult run_program(Launch launch, std::chrono::milliseconds limit = std::chrono::minutes(2));
ProgramResult run_program(const std::vector<std::string>& arguments, const std::string& input = "");

}  // namespace rapport::testing
