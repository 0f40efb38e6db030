#include "server/api/models_json.h"

#include <boost/json.hpp>
#include <utility>

namespace rapport::api {

Json model_json(const store::ModelRecord& record) {
  boost::json::object stored = parse_json_or_throw(record.metadata).as_object();
  boost::json::array aliases;
  for (const std::string& alias : record.aliases) aliases.emplace_back(alias);
  return boost::json::object{{"model", to_string(record.kind)},
                             {"version", record.version},
                             {"created_at", format_rfc3339(record.created_at)},
                             {"trained_samples", record.trained_samples},
                             {"sha256", record.sha256},
                             {"aliases", std::move(aliases)},
                             {"metrics", std::move(stored["metrics"])}};
}

}  // namespace rapport::api
