#include "base/metrics.h"

#include <dirent.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "base/clock.h"

namespace rapport {
namespace {

prometheus::Counter& counter_of(void* impl) { return *static_cast<prometheus::Counter*>(impl); }
prometheus::Gauge& gauge_of(void* impl) { return *static_cast<prometheus::Gauge*>(impl); }
prometheus::Histogram& histogram_of(void* impl) { return *static_cast<prometheus::Histogram*>(impl); }

double resident_bytes() {
  long pages = 0;
  long resident = 0;
  std::ifstream statm("/proc/self/statm");
  statm >> pages >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double open_files() {
  DIR* folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  double count = -3;  // "." and ".." and this folder itself
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

}  // namespace

void Metrics::Counter::add(double amount) { counter_of(impl_).Increment(amount); }
double Metrics::Counter::value() const { return counter_of(impl_).Value(); }
void Metrics::Gauge::set(double value) { gauge_of(impl_).Set(value); }
void Metrics::Gauge::add(double amount) { gauge_of(impl_).Increment(amount); }
void Metrics::Histogram::observe(double value) { histogram_of(impl_).Observe(value); }

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Gauge* memory = nullptr;
  prometheus::Gauge* cpu = nullptr;
  prometheus::Gauge* files = nullptr;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {
  const auto own = [this](const char* name, const char* help) {
    return &prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry).Add({});
  };
  impl_->memory = own("process_resident_memory_bytes", "Resident memory.");
  impl_->cpu = own("process_cpu_seconds_total", "User and system CPU time.");
  impl_->files = own("process_open_fds", "Open file descriptors.");
  own("process_start_time_seconds", "Start of the process, unix time.")
      ->Set(static_cast<double>(to_epoch_ms(SystemClock().now())) / 1000);
}

Metrics::~Metrics() = default;

Metrics::Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  Counter handle;
  handle.impl_ = &prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry).Add(labels);
  return handle;
}

Metrics::Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  Gauge handle;
  handle.impl_ = &prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry).Add(labels);
  return handle;
}

Metrics::Histogram Metrics::histogram(const std::string& name, const std::string& help,
                                      const std::vector<double>& bounds, const Labels& labels) {
  Histogram handle;
  handle.impl_ = &prometheus::BuildHistogram().Name(name).Help(help).Register(impl_->registry).Add(labels, bounds);
  return handle;
}

std::string Metrics::text() const {
  impl_->memory->Set(resident_bytes());
  impl_->cpu->Set(cpu_seconds());
  impl_->files->Set(open_files());
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, impl_->registry.Collect());
  return out.str();
}

const std::vector<double>& duration_bounds_s() {
  static const std::vector<double> bounds = {.0005, .001, .0025, .005, .01, .025, .05, .075, .1,
                                             .25,   .5,   .75,   1,    2.5, 5,    7.5, 10};
  return bounds;
}

}  // namespace rapport
