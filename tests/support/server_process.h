#pragma once

#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/http_client.h"
#include "support/program.h"

namespace rapport::testing {

/// The built program as a running server on a free port of 127.0.0.1.
///
/// Throws    std::runtime_error with what it printed, when it does not listen within 30 seconds.
class ServerProcess {
 public:
  /// `rapport serve --listen 127.0.0.1:0 --data DIR` and `more` arguments and variables.
  explicit ServerProcess(const std::string& data_folder, const std::vector<std::string>& more = {},
                         std::vector<std::pair<std::string, std::string>> environment = {});

  std::uint16_t port() const { return port_; }
  HttpClient client(const std::string& token = "") const { return HttpClient(port_, token); }

  /// SIGTERM, and its exit status. Throws when it has not ended after 40 seconds.
  int stop();
  /// SIGKILL.
  void kill();
  RunningProgram& program() { return *program_; }

 private:
  std::unique_ptr<RunningProgram> program_;
  std::uint16_t port_ = 0;
};

}  // namespace rapport::testing
