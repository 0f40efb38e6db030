#include "audio/confine.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <functional>

namespace rapport::audio {
namespace {

constexpr std::size_t kPlenty = std::size_t{64} << 30;

/// How a child process ends that confines itself and then does this: what waitpid says.
int end_of_confined(const std::function<void()>& deed, Confinement confinement = {kPlenty, std::chrono::seconds(5)}) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!confine(confinement)) ::_exit(99);
    deed();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

bool is_killed_for(const std::function<void()>& deed) {
  const int status = end_of_confined(deed);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

TEST(Confine, LetsComputingAndAllocatingGoOn) {
  const int status = end_of_confined([] {
    for (std::size_t bytes = 16; bytes < std::size_t{64} << 20; bytes *= 2) {
      char* memory = static_cast<char*>(std::malloc(bytes));
      memory[bytes - 1] = 1;
      std::free(memory);
    }
  });

  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Confine, KillsWhoOpensAFile) {
  EXPECT_TRUE(is_killed_for([] { ::open("/etc/hostname", O_RDONLY); }));
  EXPECT_TRUE(is_killed_for([] { ::syscall(SYS_open, "/etc/hostname", O_RDONLY); }));
  EXPECT_TRUE(is_killed_for([] { ::memfd_create("x", 0); }));
}

TEST(Confine, KillsWhoReachesForTheNetwork) {
  EXPECT_TRUE(is_killed_for([] { ::socket(AF_INET, SOCK_STREAM, 0); }));
  EXPECT_TRUE(is_killed_for([] { ::socket(AF_UNIX, SOCK_STREAM, 0); }));
}

TEST(Confine, KillsWhoStartsOrDisturbsAProcess) {
  EXPECT_TRUE(is_killed_for([] { ::fork(); }));
  EXPECT_TRUE(is_killed_for([] { ::execl("/bin/true", "true", nullptr); }));
  EXPECT_TRUE(is_killed_for([] { ::kill(::getppid(), 0); }));
}

TEST(Confine, KillsWhoMakesMemoryExecutable) {
  EXPECT_TRUE(is_killed_for(
      [] { ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }));
}

TEST(Confine, KillsWhoWritesAnywhereButToItsOutput) {
  EXPECT_TRUE(is_killed_for([] { [[maybe_unused]] const auto n = ::write(STDERR_FILENO, "x", 1); }));
  EXPECT_TRUE(is_killed_for([] {
    char c = 0;
    [[maybe_unused]] const auto n = ::read(STDIN_FILENO, &c, 1);
  }));
}

TEST(Confine, EndsWhoComputesForever) {
  const int status = end_of_confined(
      [] {
        std::atomic<unsigned> count = 0;
        while (true) ++count;
      },
      {kPlenty, std::chrono::seconds(1)});

  EXPECT_TRUE(WIFSIGNALED(status));
}

}  // namespace
}  // namespace rapport::audio
