#include "server/api/scored_rows.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "flows/contact_features.h"
#include "server/api/feature_json.h"
#include "server/api/quick_batch.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"

namespace rapport::api {
namespace {

namespace json = boost::json;

std::string item_pointer(std::string_view field, std::size_t index) {
  return json_pointer(json_pointer("", field), std::to_string(index));
}

void read_rows(JsonReader& reader, const Context& context, const Fields& fields, ml::Matrix& rows,
               std::vector<FieldError>& mistakes) {
  const Json* items = reader.array(fields.rows, 1, context.services.max_batch_rows);
  if (items == nullptr || !reader.ok()) return;
  const json::array& objects = items->get_array();
  FeatureReader features(fields.kind);
  rows = ml::Matrix(objects.size(), features.width());
  for (std::size_t i = 0; i < objects.size() && !features.has_enough_mistakes(); ++i) {
    features.read(objects[i], item_pointer(fields.rows, i), rows.row(i));
  }
  mistakes = features.take_mistakes();
}

std::vector<ContactId> read_contact_ids(JsonReader& reader, std::vector<FieldError>& mistakes) {
  std::vector<ContactId> contacts;
  const Json* items = reader.array("contact_ids", 1, kMaxContactsPerBatch);
  if (items == nullptr || !reader.ok()) return contacts;
  for (const Json& item : items->get_array()) {
    const json::string* text = item.if_string();
    if (text != nullptr && is_id(*text)) {
      contacts.emplace_back(std::string(*text));
    } else {
      mistakes.push_back({item_pointer("contact_ids", static_cast<std::size_t>(&item - items->get_array().data())),
                          "must be a string of 1 to " + std::to_string(kMaxIdBytes) + " bytes"});
    }
  }
  return contacts;
}

/// The features of stored contacts; ids that the tenant does not have are mistakes.
ml::Matrix rows_of_contacts(const Context& context, const TenantId& tenant, ModelKind kind,
                            const std::vector<ContactId>& contacts) {
  ml::Matrix rows(0, features::feature_set(kind).size());
  std::vector<FieldError> mistakes;
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    try {
      rows.push_row(flows::contact_features(context.services.flows, tenant, kind, contacts[i]));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kNotFound) throw;
      mistakes.push_back({item_pointer("contact_ids", i), "is not a known contact"});
    }
  }
  if (mistakes.empty()) return rows;
  std::string message = mistakes.front().pointer + " is not a known contact.";
  mistakes.resize(std::min(mistakes.size(), kMaxNamedMistakes));
  throw Error(ErrorKind::kInvalid, "unknown_contact", std::move(message)).with_fields(std::move(mistakes));
}

/// A schema that an object with this field meets.
json::object needs(std::string_view field) {
  return {{"required", json::array{field}}};
}

}  // namespace

AskedRow read_asked_row(JsonReader& reader, ModelKind kind, std::string_view field) {
  AskedRow asked;
  switch (exactly_one(reader, field, "contact_id")) {
    case Given::kFirst: {
      FeatureReader features(kind);
      asked.features.resize(features.width());
      features.read(*reader.optional_value(field), json_pointer("", field), asked.features);
      asked.mistakes = features.take_mistakes();
      break;
    }
    case Given::kSecond:
      asked.contact = read_contact_id(reader);
      break;
    case Given::kNeither:
      break;
  }
  return asked;
}

features::FeatureVector features_of(const Context& context, const TenantId& tenant, ModelKind kind, AskedRow asked) {
  if (!asked.contact) return std::move(asked.features);
  return flows::contact_features(context.services.flows, tenant, kind, *asked.contact);
}

ExplainedRow read_row(const Context& context, const http::Request& request, const Fields& fields) {
  const Json document = parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  AskedRow asked = read_asked_row(reader, fields.kind, fields.rows);
  const std::size_t max_factors = read_max_factors(reader, fields.kind);
  finish(reader, std::move(asked.mistakes));
  return {features_of(context, tenant_of(request), fields.kind, std::move(asked)), max_factors};
}

AskedBatch read_batch(const Context& context, const http::Request& request, const Fields& fields) {
  if (auto quick = read_quick_batch(request.body, fields.kind, fields.rows, context.services.max_batch_rows)) {
    return {std::move(quick->rows), quick->explain, quick->max_factors.value_or(kDefaultFactors)};
  }
  const Json document = parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  AskedBatch batch;
  std::vector<FieldError> mistakes;
  std::vector<ContactId> contacts;
  switch (exactly_one(reader, fields.rows, "contact_ids")) {
    case Given::kFirst:
      read_rows(reader, context, fields, batch.rows, mistakes);
      break;
    case Given::kSecond:
      contacts = read_contact_ids(reader, mistakes);
      break;
    case Given::kNeither:
      break;
  }
  batch.explain = reader.boolean_or("explain", true);
  batch.max_factors = read_max_factors(reader, fields.kind);
  finish(reader, std::move(mistakes));
  if (!contacts.empty()) batch.rows = rows_of_contacts(context, tenant_of(request), fields.kind, contacts);
  return batch;
}

Detail detail_of(const AskedBatch& batch) {
  return batch.explain ? Detail::kExplained : Detail::kScoreOnly;
}

std::size_t bytes_per_row(const AskedBatch& batch) {
  constexpr std::size_t kScore = 80;
  constexpr std::size_t kFactor = 170;
  constexpr std::size_t kExplanation = 300;  // the base value, recommendations
  return batch.explain ? kScore + kExplanation + batch.max_factors * kFactor : kScore;
}

Json row_request_schema(ModelKind kind, std::string_view field) {
  Json request = schema::request_object({{field, schema::reference(schema::features_component(kind)), false},
                                         {"contact_id", schema::contact_id(), false},
                                         {"max_factors", schema::max_factors(kind), false}});
  request.get_object()["oneOf"] = json::array{needs(field), needs("contact_id")};
  return request;
}

Json batch_request_schema(const Context& context, const Fields& fields) {
  Json request = schema::request_object(
      {{fields.rows,
        schema::array_of(schema::reference(schema::features_component(fields.kind)), 1, context.services.max_batch_rows,
                         "One object of features per row."),
        false},
       {"contact_ids",
        schema::array_of(schema::contact_id(), 1, kMaxContactsPerBatch, "Stored contacts, instead of features."),
        false},
       {"explain", schema::boolean("Whether factors are wanted too: true when absent."), false},
       {"max_factors", schema::max_factors(fields.kind), false}});
  request.get_object()["oneOf"] = json::array{needs(fields.rows), needs("contact_ids")};
  return request;
}

Json batch_response_schema(Json row) {
  return schema::answer_object({{"results", schema::array_of(std::move(row), "One per row, in the order of the rows.")},
                                {"count", schema::integer(1, INT64_MAX, "How many there are.")},
                                {"model_version", schema::model_version()}});
}

}  // namespace rapport::api
