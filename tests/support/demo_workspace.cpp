#include "support/demo_workspace.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "support/program.h"

namespace rapport::testing {
namespace {

namespace fs = std::filesystem;

/// Holds a file's lock as long as it lives: test programs run side by side.
class FileLock {
 public:
  explicit FileLock(const fs::path& path) : fd_(::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)) {
    if (fd_ < 0 || ::flock(fd_, LOCK_EX) != 0) throw std::runtime_error("no lock on " + path.string());
  }
  ~FileLock() { ::close(fd_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_;
};

void run_or_throw(const std::vector<std::string>& arguments) {
  const ProgramResult result = run_program(arguments);
  if (result.exit_status != 0) {
    throw std::runtime_error("rapport " + arguments.front() + " failed: " + result.output + result.errors);
  }
}

/// The folder of the workspace that all tests of this build of the program copy; made by the first one.
fs::path prepared_workspace() {
  const fs::path program = program_path();
  const fs::path folder = program.parent_path() / "tests" / "demo-workspace";
  const std::string build = std::to_string(fs::last_write_time(program).time_since_epoch().count());
  fs::create_directories(folder);
  const FileLock lock(folder / "lock");
  const fs::path ready = folder / build;
  if (fs::exists(ready)) return ready;
  for (const auto& old : fs::directory_iterator(folder)) {
    if (old.is_directory()) fs::remove_all(old.path());
  }
  const std::string making = (folder / "making").string();
  run_or_throw({"demo", "--data", making, "--contacts", "400", "--days", "300", "--seed", "7"});
  run_or_throw({"train", "all", "--data", making});
  create_token(making, "viewer", kDemoTenant);  // makes the secret
  fs::rename(making, ready);
  return ready;
}

}  // namespace

DemoWorkspace::DemoWorkspace() {
  fs::copy(prepared_workspace(), folder_.path() / "data", fs::copy_options::recursive);
}

std::string DemoWorkspace::token(const std::string& role, const std::string& tenant) const {
  return create_token(data(), role, tenant);
}

std::string create_token(const std::string& data, const std::string& role, const std::string& tenant) {
  const ProgramResult result = run_program({"token", "create", "--data", data, "--role", role, "--tenant", tenant});
  if (result.exit_status != 0) throw std::runtime_error("no token: " + result.errors);
  return result.output.substr(0, result.output.find('\n'));
}

}  // namespace rapport::testing
