#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "flows/best_send_time.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/planned_message.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"

namespace rapport::api {
namespace {

constexpr ModelKind kKind = ModelKind::kEngagementPrediction;
constexpr int kHoursOfDay = 24;

std::vector<int> all_hours() {
  std::vector<int> hours(kHoursOfDay);
  std::iota(hours.begin(), hours.end(), 0);
  return hours;
}

/// "hours_to_test": whole numbers 0..23, each once; all of them when the field is absent.
std::vector<int> read_hours(JsonReader& reader, std::vector<FieldError>& mistakes) {
  if (!reader.has("hours_to_test")) {
    reader.optional_value("hours_to_test");
    return all_hours();
  }
  const Json* items = reader.array("hours_to_test", 1, kHoursOfDay);
  std::vector<int> hours;
  if (items == nullptr) return hours;
  std::vector<bool> seen(kHoursOfDay);
  for (const Json& item : items->get_array()) {
    const std::int64_t* hour = item.if_int64();
    const std::string pointer = "/hours_to_test/" + std::to_string(&item - items->get_array().data());
    if (hour == nullptr || *hour < 0 || *hour >= kHoursOfDay) {
      mistakes.push_back({pointer, "must be a whole number from 0 to 23"});
    } else if (seen[static_cast<std::size_t>(*hour)]) {
      mistakes.push_back({pointer, "stands twice"});
    } else {
      seen[static_cast<std::size_t>(*hour)] = true;
      hours.push_back(static_cast<int>(*hour));
    }
  }
  return hours;
}

/// What the hours mean: the contact's local time when its time zone is known.
const char* meaning_of_hours(const features::FeatureVector& row) {
  static const std::size_t kOffset = features::feature_index(kKind, "timezone_offset").value();
  return std::isnan(row[kOffset]) ? "as given" : "local";
}

std::string clock_time(int hour) {
  return (hour < 10 ? "0" : "") + std::to_string(hour) + ":00";
}

Scored answer(const Context& context, const http::Request& request) {
  const Json document = parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  AskedMessage asked = read_asked_message(reader, context, "contact_data");
  const std::vector<int> hours = read_hours(reader, asked.row.mistakes);
  finish(reader, std::move(asked.row.mistakes));
  const TenantId& tenant = tenant_of(request);
  const AskedHours known = hours_of(context, tenant, std::move(asked));

  const auto best = flows::best_send_time(context.services.flows, tenant,
                                          {.row = known.features, .hours = hours, .rates = known.rates});

  JsonText out = open_success();
  out.open_object();
  out.name("optimal_hour").integer(best.prediction.optimal_hour);
  out.name("optimal_time").literal(clock_time(best.prediction.optimal_hour));
  out.name("max_engagement_probability").rounded(best.prediction.max_engagement_prob);
  out.name("all_hours").open_array();
  for (const scoring::HourPrediction& hour : best.prediction.hours) {
    out.open_object().name("hour").integer(hour.hour);
    out.name("engagement_probability").rounded(hour.engagement_prob).close_object();
  }
  out.close_array();
  out.name("hours_are").literal(meaning_of_hours(known.features));
  out.name("model_version").text(best.model_version).close_object();
  return {close_success(std::move(out)), hours.size(), best.model_version};
}

Json response_schema() {
  Json hour = schema::answer_object(
      {{"hour", schema::integer(0, 23, "")}, {"engagement_probability", schema::number(0, 1, "")}});
  return schema::answer_object(
      {{"optimal_hour", schema::integer(0, 23, "The hour with the highest probability; the earliest of equals.")},
       {"optimal_time", schema::text("The same as a time of day.", "14:00")},
       {"max_engagement_probability", schema::number(0, 1, "The probability at that hour.")},
       {"all_hours", schema::array_of(std::move(hour), "Every hour that was tried, in the order asked for.")},
       {"hours_are", schema::choice({"local", "as given"},
                                    "local: the contact's own time, because timezone_offset is "
                                    "known; as given: whatever the features' hours mean.")},
       {"model_version", schema::model_version()}});
}

}  // namespace

Endpoint engagement_prediction_optimal_time(const ContextPointer& context) {
  Json hours = schema::array_of(schema::integer(0, 23, ""), 1, kHoursOfDay, "The hours to try; all 24 when absent.");
  hours.get_object()["uniqueItems"] = true;
  return {
      {.method = "POST",
       .pattern = model_path(kKind) + "/optimal-time",
       .role = auth::Role::kViewer,
       .max_body_bytes = kSmallBody,
       .reads_json = true,
       .handle = predicting(context, kKind, answer)},
      {.id = "findOptimalSendTime",
       .tag = model_tag(kKind),
       .summary = "When should this message be sent?",
       .description = "Tries hours of the day. What follows from the hour (is_business_hours, ...) follows it. Hours "
                      "are the contact's local hours when timezone_offset is known: hours_are says so.",
       .request = message_request_schema("contact_data", {{"hours_to_test", std::move(hours), false}}),
       .request_example = example(R"({"contact_data": {"past_open_rate": 0.65, "preferred_contact_hour": 14,
             "timezone_offset": -5, "is_business_hours": true, "personalization_level": 0.8},
             "hours_to_test": [9, 10, 11, 12, 13, 14, 15, 16, 17]})"),
       .response = response_schema(),
       .response_example = example(R"({"optimal_hour": 14, "optimal_time": "14:00",
             "max_engagement_probability": 0.7856, "all_hours": [{"hour": 9, "engagement_probability": 0.5234},
             {"hour": 14, "engagement_probability": 0.7856}], "hours_are": "local",
             "model_version": "engagement_prediction@2026-11-23.1"})"),
       .errors = {404, 422, 503}}};
}

}  // namespace rapport::api
