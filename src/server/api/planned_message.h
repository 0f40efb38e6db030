#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "features/feature_rows.h"
#include "server/api/endpoint.h"
#include "server/api/schema.h"
#include "server/api/scored_rows.h"

/// Engagement is asked about features, or about a message that is about to be sent to a stored contact.
namespace rapport::api {

struct AskedMessage {
  AskedRow row;
  std::optional<features::PlannedMessage> message;  ///< only beside a contact; empty: nothing is said of it
};

/// Reads `field` or "contact_id" as `read_asked_row` does, and "message" and "send_at", which need "contact_id".
AskedMessage read_asked_message(JsonReader& reader, const Context& context, std::string_view field);

/// Throws kNotFound "unknown_contact".
features::FeatureVector features_of(const Context& context, const TenantId& tenant, AskedMessage asked);

/// The same, with what is known of the contact's hours; of none where features were given.
struct AskedHours {
  features::FeatureVector features;
  std::vector<double> rates;  ///< 24 or none
};
AskedHours hours_of(const Context& context, const TenantId& tenant, AskedMessage asked);

/// Schema of such a request; `more` are properties that it has besides.
Json message_request_schema(std::string_view field, std::initializer_list<schema::Property> more);

}  // namespace rapport::api
