#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sentiment/analyzer.h"

/// The mood of a whole conversation: where it stands, where it goes, and where it turned.
namespace rapport::sentiment {

enum class Trend : std::uint8_t { kImproving, kDeclining, kStable };

std::string_view to_string(Trend trend);  ///< "improving", "declining", "stable"

/// Where the mood changed most.
struct TurningPoint {
  std::size_t message = 0;  ///< index of the first message of the new mood
  double change = 0;        ///< valence after minus valence before, -1..1
  std::size_t driver = 0;   ///< index of the message that speaks loudest for the new mood
};

/// Messages without a verdict (blank ones, links, the business's own) count in nothing here. Everything is nullopt when
/// no message has one.
struct ConversationMood {
  std::array<std::size_t, kSentiments> distribution{};  ///< messages by sentiment
  std::size_t analyzed = 0;                             ///< their sum
  std::optional<Sentiment> overall;  ///< the most frequent; of equally frequent ones the more probable
  std::optional<double> average;     ///< mean valence
  std::optional<Trend> trend;
  std::optional<TurningPoint> turning_point;  ///< nullopt too when the mood did not turn
  std::optional<Risk> risk;
};

/// Trend: valence of the later half minus that of the earlier half, from 0.1 improving, to -0.1 declining. The middle
/// one of an odd number belongs to neither half; a single message is stable.
///
/// Turning point: the split into before and after that explains most of the variance of valence (the least-squares
/// change point), if the mood differs by 0.2 or more across it. Its driver is the message after it that lies
/// farthest in the direction of the change, the first of equals.
///
/// Risk: the highest of the messages; of those from the turning point on when the mood turned to the better there,
/// since what is mended needs nobody.
///
/// Cost      linear.
ConversationMood mood_of(std::span<const Outcome> messages);

}  // namespace rapport::sentiment
