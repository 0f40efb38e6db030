#include "support/program.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace rapport::testing {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kMaxCapture = std::size_t{8} << 20;

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return {ends[0], ends[1]};
}

void close_fd(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

std::vector<std::string> environment_of(const Launch& launch) {
  std::vector<std::string> variables;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("RAPPORT_")) variables.emplace_back(*entry);
  }
  for (const auto& [name, value] : launch.environment) variables.push_back(name + "=" + value);
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

[[noreturn]] void run_child(const Launch& launch, char** argv, char** envp, std::array<int, 3> streams) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int i = 0; i < 3; ++i) ::dup2(streams[static_cast<std::size_t>(i)], i);
  if (!launch.folder.empty() && ::chdir(launch.folder.c_str()) != 0) ::_exit(126);
  ::execve(argv[0], argv, envp);
  ::_exit(127);
}

}  // namespace

std::string program_path() {
  return RAPPORT_PROGRAM;
}

struct RunningProgram::Impl {
  pid_t pid = -1;
  std::optional<int> status;
  int out_fd = -1;
  int error_fd = -1;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::string output;
  std::string errors;
  int open_streams = 2;
  std::vector<std::thread> threads;

  void capture(int fd, std::string& into) {
    std::array<char, 16384> buffer{};
    while (true) {
      const ssize_t got = ::read(fd, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      const std::lock_guard lock(mutex);
      if (got <= 0) {
        --open_streams;
        changed.notify_all();
        return;
      }
      into.append(buffer.data(), std::min(static_cast<std::size_t>(got), kMaxCapture - into.size()));
      changed.notify_all();
    }
  }

  static void feed(int fd, const std::string& input) {
    std::string_view rest = input;
    while (!rest.empty()) {
      const ssize_t put = ::write(fd, rest.data(), rest.size());
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(put));
    }
    ::close(fd);
  }

  std::optional<int> poll_status() {
    if (status) return status;
    int raw = 0;
    if (::waitpid(pid, &raw, WNOHANG) != pid) return std::nullopt;
    status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
    return status;
  }
};

RunningProgram::RunningProgram(Launch launch) : impl_(std::make_unique<Impl>()) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe error = make_pipe();
  std::vector<std::string> variables = environment_of(launch);
  std::vector<std::string> words = {program_path()};
  words.insert(words.end(), launch.arguments.begin(), launch.arguments.end());
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> envp = pointers(variables);
  impl_->pid = ::fork();
  if (impl_->pid < 0) throw std::runtime_error("no process");
  if (impl_->pid == 0) {
    std::signal(SIGPIPE, SIG_DFL);
    run_child(launch, const_cast<char**>(argv.data()), const_cast<char**>(envp.data()),
              {in.read_end, out.write_end, error.write_end});
  }
  close_fd(in.read_end);
  close_fd(out.write_end);
  close_fd(error.write_end);
  impl_->out_fd = out.read_end;
  impl_->error_fd = error.read_end;
  Impl* impl = impl_.get();
  impl->threads.emplace_back([impl] { impl->capture(impl->out_fd, impl->output); });
  impl->threads.emplace_back([impl] { impl->capture(impl->error_fd, impl->errors); });
  impl->threads.emplace_back([fd = in.write_end, input = std::move(launch.input)] { Impl::feed(fd, input); });
}

RunningProgram::~RunningProgram() {
  if (!impl_->poll_status()) {
    ::kill(impl_->pid, SIGKILL);
    int ignored = 0;
    ::waitpid(impl_->pid, &ignored, 0);
  }
  for (std::thread& thread : impl_->threads) thread.join();
  close_fd(impl_->out_fd);
  close_fd(impl_->error_fd);
}

pid_t RunningProgram::pid() const {
  return impl_->pid;
}

void RunningProgram::signal(int number) {
  if (!impl_->poll_status()) ::kill(impl_->pid, number);
}

std::optional<int> RunningProgram::wait(std::chrono::milliseconds limit) {
  const auto deadline = steady_clock::now() + limit;
  while (!impl_->poll_status()) {
    if (steady_clock::now() > deadline) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  std::unique_lock lock(impl_->mutex);  // what it printed last is still in the pipes
  impl_->changed.wait_for(lock, std::chrono::seconds(5), [this] { return impl_->open_streams == 0; });
  return impl_->status;
}

bool RunningProgram::wait_for_output(const std::string& text, std::chrono::milliseconds limit) {
  std::unique_lock lock(impl_->mutex);
  const auto there = [&] { return impl_->output.find(text) != std::string::npos; };
  impl_->changed.wait_for(lock, limit, [&] { return there() || impl_->open_streams == 0; });
  return there();
}

std::string RunningProgram::output() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->output;
}

std::string RunningProgram::errors() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->errors;
}

ProgramResult run_program(Launch launch, std::chrono::milliseconds limit) {
  std::string command = "rapport";
  for (const std::string& word : launch.arguments) command += " " + word;
  RunningProgram program(std::move(launch));
  const std::optional<int> status = program.wait(limit);
  if (!status) throw std::runtime_error(command + " did not end in time; it printed: " + program.errors());
  return {*status, program.output(), program.errors()};
}

ProgramResult run_program(const std::vector<std::string>& arguments, const std::string& input) {
  return run_program(Launch{.arguments = arguments, .input = input, .environment = {}, .folder = {}});
}

}  // namespace rapport::testing
