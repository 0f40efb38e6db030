#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rapport {

/// The numbers that /metrics shows. Ask for a handle once, keep it, and use it from any thread: asking takes a lock,
/// using does not allocate. Labels come from closed sets only (route templates, model names), never from a request's
/// bytes.
///
/// Threads   safe.
/// Source    Prometheus text format 0.0.4, through prometheus-cpp.
class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  class Counter {
   public:
    void add(double amount = 1);
    double value() const;

   private:
    friend class Metrics;
    void* impl_ = nullptr;
  };
  class Gauge {
   public:
    void set(double value);
    void add(double amount);

   private:
    friend class Metrics;
    void* impl_ = nullptr;
  };
  class Histogram {
   public:
    void observe(double value);

   private:
    friend class Metrics;
    void* impl_ = nullptr;
  };

  Metrics();
  ~Metrics();

  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                      const Labels& labels = {});

  /// The exposition text, with the process's own figures (memory, CPU seconds, open files, start time).
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Bounds in seconds for request and stage durations.
const std::vector<double>& duration_bounds_s();

}  // namespace rapport
