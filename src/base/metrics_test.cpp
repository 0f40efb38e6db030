#include "base/metrics.h"

#include <gtest/gtest.h>

namespace rapport {
namespace {

TEST(Metrics, ShowsWhatWasCounted) {
  Metrics metrics;
  auto counter = metrics.counter("rapport_things_total", "Things.", {{"kind", "a"}});
  auto gauge = metrics.gauge("rapport_level", "Level.");
  auto histogram = metrics.histogram("rapport_seconds", "Seconds.", {0.1, 1});

  counter.add();
  counter.add(2);
  gauge.set(5);
  histogram.observe(0.5);

  const std::string text = metrics.text();
  EXPECT_NE(text.find("rapport_things_total{kind=\"a\"} 3"), std::string::npos);
  EXPECT_NE(text.find("rapport_level 5"), std::string::npos);
  EXPECT_NE(text.find("rapport_seconds_bucket{le=\"1\"} 1"), std::string::npos);
  EXPECT_NE(text.find("rapport_seconds_bucket{le=\"0.1\"} 0"), std::string::npos);
}

TEST(Metrics, AskingTwiceGivesTheSameNumber) {
  Metrics metrics;
  metrics.counter("rapport_things_total", "Things.").add();

  auto again = metrics.counter("rapport_things_total", "Things.");
  again.add();

  EXPECT_EQ(again.value(), 2);
}

TEST(Metrics, KnowsTheProcess) {
  const std::string text = Metrics().text();

  EXPECT_NE(text.find("process_resident_memory_bytes"), std::string::npos);
  EXPECT_NE(text.find("process_cpu_seconds_total"), std::string::npos);
  EXPECT_NE(text.find("process_open_fds"), std::string::npos);
}

}  // namespace
}  // namespace rapport
