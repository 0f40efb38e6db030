#include "flows/contact_features.h"

#include "base/error.h"

namespace rapport::flows {
namespace {

ContactHistory history_of(const Services& services, const TenantId& tenant, const ContactId& contact) {
  std::optional<ContactHistory> history = services.store.history(tenant, contact);
  if (!history) {
    throw Error(ErrorKind::kNotFound, "unknown_contact", "There is no contact with this id.")
        .with_fields({{"/contact_id", "is not a known contact"}});
  }
  return *std::move(history);
}

features::FeatureVector features_as_of(ModelKind kind, const ContactHistory& history, Time now) {
  switch (kind) {
    case ModelKind::kLeadScoring: return features::lead_features(history, now);
    case ModelKind::kChurnPrediction: return features::churn_features(history, now);
    case ModelKind::kEngagementPrediction:
      return features::engagement_features(history, {.at = now, .text = {}, .media_type = {}, .is_campaign = false});
  }
  return {};
}

}  // namespace

features::FeatureVector contact_features(const Services& services, const TenantId& tenant, ModelKind kind,
                                         const ContactId& contact) {
  return features_as_of(kind, history_of(services, tenant, contact), services.clock.now());
}

features::FeatureVector planned_message_features(const Services& services, const TenantId& tenant,
                                                 const ContactId& contact, const features::PlannedMessage& message) {
  return features::engagement_features(history_of(services, tenant, contact), message);
}

features::EngagementByHour engagement_by_hour(const Services& services, const TenantId& tenant,
                                              const ContactId& contact, const features::PlannedMessage& message) {
  return features::engagement_by_hour(history_of(services, tenant, contact), message);
}

void scan_contact_features(const Services& services, const TenantId& tenant, ModelKind kind,
                           const std::function<void(const ContactId&, std::span<const double>)>& visit,
                           const Progress& progress) {
  const Time now = services.clock.now();
  services.store.scan_histories(
      tenant,
      [&](const ContactHistory& history) { visit(history.contact.id, features_as_of(kind, history, now)); }, progress);
}

}  // namespace rapport::flows
