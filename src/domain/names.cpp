#include "domain/names.h"

#include <span>

namespace rapport {
namespace {

/// The words of an enumeration, in the order of its values.
template <class Enum>
std::span<const std::string_view> words();

template <>
std::span<const std::string_view> words<Direction>() {
  static constexpr std::array<std::string_view, 2> kWords = {"inbound", "outbound"};
  return kWords;
}
template <>
std::span<const std::string_view> words<Sentiment>() {
  static constexpr std::array<std::string_view, 3> kWords = {"negative", "neutral", "positive"};
  return kWords;
}
template <>
std::span<const std::string_view> words<CampaignEventType>() {
  static constexpr std::array<std::string_view, 4> kWords = {"open", "click", "response", "unsubscribe"};
  return kWords;
}
template <>
std::span<const std::string_view> words<TicketKind>() {
  static constexpr std::array<std::string_view, 3> kWords = {"question", "complaint", "other"};
  return kWords;
}
template <>
std::span<const std::string_view> words<ProductEventType>() {
  static constexpr std::array<std::string_view, 5> kWords = {"view", "cart", "abandon", "refund", "discount"};
  return kWords;
}
template <>
std::span<const std::string_view> words<PreferenceEventType>() {
  static constexpr std::array<std::string_view, 4> kWords = {"unsubscribe_attempt", "opt_out", "opt_in", "change"};
  return kWords;
}
template <>
std::span<const std::string_view> words<ModelKind>() {
  static constexpr std::array<std::string_view, 3> kWords = {"lead_scoring", "churn_prediction",
                                                             "engagement_prediction"};
  return kWords;
}

template <class Enum>
std::string_view word_of(Enum value) {
  return words<Enum>()[static_cast<std::size_t>(value)];
}

}  // namespace

template <class Enum>
std::optional<Enum> parse_enum(std::string_view word) {
  const auto all = words<Enum>();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

template std::optional<Direction> parse_enum<Direction>(std::string_view);
template std::optional<Sentiment> parse_enum<Sentiment>(std::string_view);
template std::optional<CampaignEventType> parse_enum<CampaignEventType>(std::string_view);
template std::optional<TicketKind> parse_enum<TicketKind>(std::string_view);
template std::optional<ProductEventType> parse_enum<ProductEventType>(std::string_view);
template std::optional<PreferenceEventType> parse_enum<PreferenceEventType>(std::string_view);

std::string_view to_string(Direction value) { return word_of(value); }
std::string_view to_string(Sentiment value) { return word_of(value); }
std::string_view to_string(CampaignEventType value) { return word_of(value); }
std::string_view to_string(TicketKind value) { return word_of(value); }
std::string_view to_string(ProductEventType value) { return word_of(value); }
std::string_view to_string(PreferenceEventType value) { return word_of(value); }
std::string_view to_string(ModelKind kind) { return word_of(kind); }

std::optional<ModelKind> parse_model_kind(std::string_view name) { return parse_enum<ModelKind>(name); }

}  // namespace rapport
