#include "support/server_process.h"

#include <charconv>
#include <stdexcept>

namespace rapport::testing {
namespace {

constexpr const char* kGreeting = "Rapport listens on http://127.0.0.1:";

}  // namespace

ServerProcess::ServerProcess(const std::string& data_folder, const std::vector<std::string>& more,
                             std::vector<std::pair<std::string, std::string>> environment) {
  Launch launch{.arguments = {"serve", "--listen", "127.0.0.1:0", "--data", data_folder},
                .input = {},
                .environment = std::move(environment),
                .folder = {}};
  launch.arguments.insert(launch.arguments.end(), more.begin(), more.end());
  program_ = std::make_unique<RunningProgram>(std::move(launch));
  const bool greeted = program_->wait_for_output(kGreeting, std::chrono::seconds(30)) &&
                       program_->wait_for_output("\n", std::chrono::seconds(5));
  const std::string output = program_->output();
  if (!greeted) throw std::runtime_error("the server does not listen: " + output + program_->errors());
  const char* digits = output.data() + output.find(kGreeting) + std::char_traits<char>::length(kGreeting);
  std::from_chars(digits, output.data() + output.size(), port_);
}

int ServerProcess::stop() {
  program_->signal(SIGTERM);
  const auto status = program_->wait(std::chrono::seconds(40));
  if (!status) throw std::runtime_error("the server does not stop: " + program_->errors());
  return *status;
}

void ServerProcess::kill() {
  program_->signal(SIGKILL);
  program_->wait(std::chrono::seconds(10));
}

}  // namespace rapport::testing
