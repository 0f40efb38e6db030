#include "corpus.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "base/rng.h"

namespace rapport::training_tool {
namespace {

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> fields;
  std::stringstream stream(line);
  for (std::string field; std::getline(stream, field, separator);) fields.push_back(field);
  if (!line.empty() && line.back() == separator) fields.emplace_back();
  return fields;
}

std::size_t strongest(const std::vector<float>& target) {
  return static_cast<std::size_t>(std::max_element(target.begin(), target.end()) - target.begin());
}

}  // namespace

std::vector<Row> read_table(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw Error(ErrorKind::kNotFound, "no_data_set", "There is no data set at " + file.string() + ".");
  std::string line;
  std::getline(in, line);
  const std::vector<std::string> names = split(line, '\t');
  std::vector<Row> rows;
  while (std::getline(in, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::vector<std::string> fields = split(line, '\t');
    if (fields.size() < names.size()) continue;
    Row row;
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = fields[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

Samples labelled(const std::vector<Row>& rows, std::string_view column, const std::vector<std::string>& labels,
                 const std::map<std::string, std::string, std::less<>>& renamed) {
  Samples samples;
  for (const Row& row : rows) {
    const auto value = row.find(column);
    if (value == row.end()) continue;
    Sample sample{row.find("text")->second, "", std::vector<float>(labels.size()), 1};
    if (const auto language = row.find("lang"); language != row.end()) sample.language = language->second;
    float total = 0;
    for (std::string label : split(value->second, ',')) {
      if (const auto other = renamed.find(label); other != renamed.end()) label = other->second;
      const auto found = std::find(labels.begin(), labels.end(), label);
      if (found == labels.end()) continue;
      float& share = sample.target[static_cast<std::size_t>(found - labels.begin())];
      total += 1 - share;
      share = 1;
    }
    if (total == 0) continue;
    for (float& share : sample.target) share /= total;
    samples.push_back(std::move(sample));
  }
  return samples;
}

Samples of_language(Samples samples, std::string_view language) {
  std::erase_if(samples, [&](const Sample& sample) { return sample.language != language; });
  return samples;
}

Samples not_of_language(Samples samples, std::string_view language) {
  std::erase_if(samples, [&](const Sample& sample) { return sample.language == language; });
  return samples;
}

void balance(Samples& samples, double power, double mass) {
  if (samples.empty()) return;
  std::vector<double> counts(samples.front().target.size());
  for (const Sample& sample : samples) counts[strongest(sample.target)] += 1;
  double total = 0;
  for (Sample& sample : samples) {
    sample.weight *= static_cast<float>(std::pow(counts[strongest(sample.target)], -power));
    total += sample.weight;
  }
  const auto scale = static_cast<float>(mass * static_cast<double>(samples.size()) / total);
  for (Sample& sample : samples) sample.weight *= scale;
}

std::pair<Samples, Samples> split_off(Samples samples, std::size_t parts, std::size_t seed) {
  Rng rng(seed);
  std::pair<Samples, Samples> both;
  for (Sample& sample : samples) {
    const bool off = rng.integer(0, static_cast<std::int64_t>(parts) - 1) == 0;
    (off ? both.second : both.first).push_back(std::move(sample));
  }
  return both;
}

}  // namespace rapport::training_tool
