#include "sentiment/conversation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace rapport::sentiment {
namespace {

constexpr double kTrendValence = 0.1;  // the contract's threshold
constexpr double kTurnValence = 0.2;   // less is the wavering of any two messages
constexpr double kRounding = 1e-9;     // 0.6 - 0.5 is to be 0.1

/// A message that counts.
struct Point {
  std::size_t message = 0;
  const Verdict* verdict = nullptr;
};

double mean_valence(std::span<const Point> points) {
  const double sum = std::accumulate(points.begin(), points.end(), 0.0,
                                     [](double total, const Point& point) { return total + point.verdict->valence; });
  return sum / static_cast<double>(points.size());
}

Sentiment overall_of(const std::array<std::size_t, kSentiments>& distribution, std::span<const Point> points) {
  SentimentProbs probs{};
  for (const Point& point : points) {
    for (std::size_t i = 0; i < kSentiments; ++i) probs[i] += point.verdict->probs[i];
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < kSentiments; ++i) {
    const bool ties = distribution[i] == distribution[best];
    if (distribution[i] > distribution[best] || (ties && probs[i] > probs[best])) best = i;
  }
  return static_cast<Sentiment>(best);
}

Trend trend_of(std::span<const Point> points) {
  const std::size_t half = points.size() / 2;
  if (half == 0) return Trend::kStable;
  const double change = mean_valence(points.last(half)) - mean_valence(points.first(half));
  if (change >= kTrendValence - kRounding) return Trend::kImproving;
  return change <= -kTrendValence + kRounding ? Trend::kDeclining : Trend::kStable;
}

/// The message among `points` that lies farthest in the direction of `change`.
std::size_t driver_of(std::span<const Point> points, double change) {
  const auto strength = [&](const Point& point) {
    return change > 0 ? point.verdict->valence : -point.verdict->valence;
  };
  return std::max_element(points.begin(), points.end(),
                          [&](const Point& a, const Point& b) { return strength(a) < strength(b); })
      ->message;
}

std::optional<TurningPoint> turning_point_of(std::span<const Point> points) {
  const double total = mean_valence(points) * static_cast<double>(points.size());
  double before = 0;
  double best_gain = 0;
  double best_change = 0;
  std::size_t best = 0;
  for (std::size_t split = 1; split < points.size(); ++split) {
    before += points[split - 1].verdict->valence;
    const auto n = static_cast<double>(split);
    const auto m = static_cast<double>(points.size() - split);
    const double change = (total - before) / m - before / n;
    const double gain = change * change * n * m;  // variance explained, up to a constant
    if (gain > best_gain + kRounding) {
      best_gain = gain;
      best_change = change;
      best = split;
    }
  }
  if (best == 0 || std::fabs(best_change) < kTurnValence - kRounding) return std::nullopt;
  return TurningPoint{points[best].message, best_change, driver_of(points.subspan(best), best_change)};
}

Risk risk_of_conversation(std::span<const Point> points, const std::optional<TurningPoint>& turn) {
  const std::size_t from = turn && turn->change > 0 ? turn->message : 0;
  Risk risk = Risk::kLow;
  for (const Point& point : points) {
    if (point.message >= from) risk = std::max(risk, point.verdict->risk);
  }
  return risk;
}

}  // namespace

std::string_view to_string(Trend trend) {
  switch (trend) {
    case Trend::kImproving:
      return "improving";
    case Trend::kDeclining:
      return "declining";
    case Trend::kStable:
      return "stable";
  }
  return {};
}

ConversationMood mood_of(std::span<const Outcome> messages) {
  std::vector<Point> points;
  ConversationMood mood;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (!messages[i].verdict) continue;
    points.push_back({i, &*messages[i].verdict});
    ++mood.distribution[static_cast<std::size_t>(messages[i].verdict->sentiment)];
  }
  mood.analyzed = points.size();
  if (points.empty()) return mood;
  mood.overall = overall_of(mood.distribution, points);
  mood.average = mean_valence(points);
  mood.trend = trend_of(points);
  mood.turning_point = turning_point_of(points);
  mood.risk = risk_of_conversation(points, mood.turning_point);
  return mood;
}

}  // namespace rapport::sentiment
