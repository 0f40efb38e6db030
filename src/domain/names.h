#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "domain/rows.h"

/// The words that stand for the closed sets of the domain in files, in the database and in JSON.
namespace rapport {

std::string_view to_string(Direction value);            ///< "inbound", "outbound"
std::string_view to_string(Sentiment value);            ///< "negative", "neutral", "positive"
std::string_view to_string(CampaignEventType value);    ///< "open", "click", "response", "unsubscribe"
std::string_view to_string(TicketKind value);           ///< "question", "complaint", "other"
std::string_view to_string(ProductEventType value);     ///< "view", "cart", "abandon", "refund", "discount"
std::string_view to_string(PreferenceEventType value);  ///< "unsubscribe_attempt", "opt_out", "opt_in", "change"

/// The value that a word stands for, nullopt for any other text. Instantiated for the six types above.
template <class Enum>
std::optional<Enum> parse_enum(std::string_view word);

/// The three models that are trained on the business's own data.
enum class ModelKind { kLeadScoring, kChurnPrediction, kEngagementPrediction };

constexpr std::array<ModelKind, 3> kModelKinds = {ModelKind::kLeadScoring, ModelKind::kChurnPrediction,
                                                  ModelKind::kEngagementPrediction};

std::string_view to_string(ModelKind kind);  ///< "lead_scoring", "churn_prediction", "engagement_prediction"
std::optional<ModelKind> parse_model_kind(std::string_view name);

}  // namespace rapport
