#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "features/feature_rows.h"
#include "ml/matrix.h"
#include "server/api/endpoint.h"
#include "server/api/scored_json.h"
#include "server/http/router.h"

/// What is to be scored: features that the request brings, or stored contacts whose features are computed.
namespace rapport::api {

/// One row as a request asks for it.
struct AskedRow {
  features::FeatureVector features;  ///< when the request brought them
  std::optional<ContactId> contact;  ///< otherwise
  std::vector<FieldError> mistakes;  ///< for `finish`
};

/// Reads `field` (an object of features) or "contact_id": exactly one of them.
AskedRow read_asked_row(JsonReader& reader, ModelKind kind, std::string_view field);

/// The row's features, from the store where a contact was asked for. Throws kNotFound "unknown_contact".
features::FeatureVector features_of(const Context& context, const TenantId& tenant, ModelKind kind, AskedRow asked);

/// The names of a model's fields in a request.
struct Fields {
  ModelKind kind;
  std::string_view rows;  ///< "leads_data", or "lead_data" of one row
};

/// One row and how many factors are wanted with it.
struct ExplainedRow {
  features::FeatureVector features;
  std::size_t max_factors = 0;
};

/// Reads the whole request about one row. Throws kInvalid naming every mistake, kNotFound "unknown_contact".
ExplainedRow read_row(const Context& context, const http::Request& request, const Fields& fields);

/// A batch as a request asks for it.
struct AskedBatch {
  ml::Matrix rows;
  bool explain = true;
  std::size_t max_factors = 0;
};

/// Rows of features by "contact_ids" are read from the store one by one: fewer of them fit into one request.
constexpr std::size_t kMaxContactsPerBatch = 1000;

/// Reads the whole request. Throws kInvalid naming every bad row's index and field; one of them refuses the batch.
AskedBatch read_batch(const Context& context, const http::Request& request, const Fields& fields);

Detail detail_of(const AskedBatch& batch);
/// What a row's result is likely to take, to reserve it.
std::size_t bytes_per_row(const AskedBatch& batch);

/// Schemas of these requests, and of a batch's answer with rows of `row`.
Json row_request_schema(ModelKind kind, std::string_view field);
Json batch_request_schema(const Context& context, const Fields& fields);
Json batch_response_schema(Json row);

}  // namespace rapport::api
