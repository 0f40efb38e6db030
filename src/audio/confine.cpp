#include "audio/confine.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <initializer_list>

namespace rapport::audio {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

bool limit(int resource, rlim_t value) {
  const rlimit both{value, value};
  return ::setrlimit(static_cast<__rlimit_resource>(resource), &both) == 0;
}

bool limit_resources(const Confinement& confinement) {
  // The sanitizers reserve terabytes of addresses for themselves.
  const bool memory = kSanitized || limit(RLIMIT_AS, confinement.memory_bytes);
  return memory && limit(RLIMIT_CPU, static_cast<rlim_t>(confinement.cpu.count())) && limit(RLIMIT_CORE, 0) &&
         limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, 0) && limit(RLIMIT_NPROC, 0);
}

/// What malloc, the C++ runtime and the clock need: nothing that reaches beyond this process.
bool allow_computing(scmp_filter_ctx filter) {
  for (const int call : {SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
                         SCMP_SYS(clock_gettime), SCMP_SYS(rt_sigreturn), SCMP_SYS(exit), SCMP_SYS(exit_group)}) {
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0) return false;
  }
  // The address sanitizer asks for its stacks when a function does not return.
  if (kSanitized && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sigaltstack), 0) != 0) return false;
  // Memory that can be executed is no memory.
  const scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code) == 0 &&
         seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code) == 0;
}

bool filter_calls() {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (filter == nullptr) return false;
  const scmp_arg_cmp to_output = SCMP_A0(SCMP_CMP_EQ, STDOUT_FILENO);
  const bool loaded = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
                      allow_computing(filter) &&
                      seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, to_output) == 0 &&
                      seccomp_load(filter) == 0;  // also sets no_new_privs
  seccomp_release(filter);
  return loaded;
}

}  // namespace

bool confine(const Confinement& confinement) {
  return limit_resources(confinement) && filter_calls();
}

}  // namespace rapport::audio
