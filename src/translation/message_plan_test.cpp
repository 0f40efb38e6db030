#include "translation/message_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace rapport::translation {
namespace {

constexpr std::size_t kBytes = 4096;

double thread_cpu_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// Of everything but the translator, which gives each request back, or in `spoils` a letter for it. The best of three.
double plan_ms(const std::string& text, Reader reader, bool spoils) {
  const Glossary none;
  double best = 1e9;
  for (int round = 0; round < 3; ++round) {
    const double begin = thread_cpu_ms();
    MessagePlan plan(text, none, reader);
    while (!plan.requests().empty()) {
      std::vector<Translated> answers;
      for (const std::string_view request : plan.requests()) {
        answers.push_back({spoils ? "x" : std::string(request), std::nullopt});
      }
      plan.answer(answers);
    }
    EXPECT_TRUE(plan.is_damaged() || !plan.text().empty());
    best = std::min(best, thread_cpu_ms() - begin);
  }
  return best;
}

std::string repeated(const std::string& part, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += part;
  return text;
}

/// Every number that would stand in for a placeholder is in the message already.
std::string years_and_placeholders(std::size_t bytes) {
  std::string text;
  for (int year = 2013; text.size() < bytes / 2; ++year) text += std::to_string(year) + " ";
  return text + repeated("\na {{1}} b.", bytes / 2);
}

TEST(MessagePlan, ItsWorkDoesNotGrowWithTheSquareOfTheMessage) {
  using Shape = std::function<std::string(std::size_t)>;
  const std::vector<std::pair<const char*, Shape>> shapes = {
      {"years", years_and_placeholders},
      {"one line", [](std::size_t bytes) { return repeated("a 1 {{1}} ", bytes); }},
      {"lines", [](std::size_t bytes) { return repeated("a 1 {{1}} b\n", bytes); }},
      {"marks", [](std::size_t bytes) { return repeated("*a* {{1}} 2, ", bytes); }},
      {"links", [](std::size_t bytes) { return repeated("a http://b.co 3. ", bytes); }},
  };
  for (const auto& [name, shape] : shapes) {
    for (const Reader reader : {Reader::kModel, Reader::kService}) {
      for (const bool spoils : {false, true}) {
        const double once = plan_ms(shape(kBytes), reader, spoils);
        const double four_times = plan_ms(shape(4 * kBytes), reader, spoils);
        EXPECT_LT(four_times, 10 * once) << name << (reader == Reader::kModel ? ", model" : ", service")
                                         << (spoils ? ", spoilt" : "") << ": " << once << " ms, " << four_times;
      }
    }
  }
}

}  // namespace
}  // namespace rapport::translation
