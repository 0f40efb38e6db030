#pragma once

#include <functional>
#include <span>

#include "base/progress.h"
#include "features/feature_rows.h"
#include "flows/services.h"

namespace rapport::flows {

/// The features of a stored contact as of now. Throws kNotFound "unknown_contact".
features::FeatureVector contact_features(const Services& services, const TenantId& tenant, ModelKind kind,
                                         const ContactId& contact);

/// The engagement features of a message that is about to be sent to a stored contact.
features::FeatureVector planned_message_features(const Services& services, const TenantId& tenant,
                                                 const ContactId& contact, const features::PlannedMessage& message);

/// The same with the contact's rate of engagement in each hour of the day, for choosing one.
features::EngagementByHour engagement_by_hour(const Services& services, const TenantId& tenant,
                                              const ContactId& contact, const features::PlannedMessage& message);

/// Gives the features of every stored contact as of now, in order of contact id.
void scan_contact_features(const Services& services, const TenantId& tenant, ModelKind kind,
                           const std::function<void(const ContactId&, std::span<const double>)>& visit,
                           const Progress& progress = {});

}  // namespace rapport::flows
