#include "server/api/planned_message.h"

#include <string>
#include <utility>

#include "flows/contact_features.h"
#include "server/api/request_fields.h"

namespace rapport::api {
namespace {

constexpr ModelKind kKind = ModelKind::kEngagementPrediction;
constexpr std::size_t kMaxTextBytes = 32 * 1024;
constexpr std::size_t kMaxMediaTypeBytes = 50;

features::PlannedMessage unknown_message(Time at) {
  return {.at = at, .text = {}, .media_type = {}, .is_campaign = false};
}

void read_message(JsonReader& reader, features::PlannedMessage& message) {
  const Json* object = reader.optional_value("message");
  if (object == nullptr) return;
  JsonReader fields(*object, "/message");
  message.text = PrivateText(fields.optional_string("text", {.max_bytes = kMaxTextBytes}).value_or(""));
  message.media_type = fields.optional_string("media_type", {.max_bytes = kMaxMediaTypeBytes}).value_or("");
  message.is_campaign = fields.boolean_or("is_campaign", false);
  reader.absorb(fields);
}

void read_send_time(JsonReader& reader, features::PlannedMessage& message) {
  const std::optional<std::string> text = reader.optional_string("send_at", {.max_bytes = 64});
  if (!text) return;
  const std::optional<Time> time = parse_time(*text);
  if (time) {
    message.at = *time;
  } else {
    reader.fail("send_at", "must be a time such as 2026-11-23T14:30:00Z");
  }
}

}  // namespace

AskedMessage read_asked_message(JsonReader& reader, const Context& context, std::string_view field) {
  AskedMessage asked;
  asked.row = read_asked_row(reader, kKind, field);
  features::PlannedMessage message = unknown_message(context.services.flows.clock.now());
  const bool is_given = reader.has("message") || reader.has("send_at");
  read_message(reader, message);
  read_send_time(reader, message);
  if (is_given && !asked.row.contact) {
    reader.fail(reader.has("message") ? "message" : "send_at",
                "needs contact_id; beside " + std::string(field) + " the message is described by its features");
  }
  if (is_given) asked.message = std::move(message);
  return asked;
}

features::FeatureVector features_of(const Context& context, const TenantId& tenant, AskedMessage asked) {
  if (!asked.message) return features_of(context, tenant, kKind, std::move(asked.row));
  return flows::planned_message_features(context.services.flows, tenant, asked.row.contact.value(), *asked.message);
}

AskedHours hours_of(const Context& context, const TenantId& tenant, AskedMessage asked) {
  if (!asked.row.contact) return {std::move(asked.row.features), {}};
  const flows::Services& services = context.services.flows;
  const features::PlannedMessage message = asked.message.value_or(unknown_message(services.clock.now()));
  features::EngagementByHour known = flows::engagement_by_hour(services, tenant, *asked.row.contact, message);
  return {std::move(known.features), {known.rates.begin(), known.rates.end()}};
}

Json message_request_schema(std::string_view field, std::initializer_list<schema::Property> more) {
  Json request = row_request_schema(kKind, field);
  boost::json::object& properties = request.get_object()["properties"].get_object();
  properties["message"] =
      schema::request_object({{"text", schema::text("What is to be sent."), false},
                              {"media_type", schema::text("\"image\", \"video\", ...; empty: text only."), false},
                              {"is_campaign", schema::boolean("Whether it is part of a campaign."), false}},
                             "The message that is about to be sent to the contact.");
  properties["send_at"] = schema::time("When it is to be sent; now when absent.");
  for (const schema::Property& property : more) properties[property.name] = property.schema;
  return request;
}

}  // namespace rapport::api
