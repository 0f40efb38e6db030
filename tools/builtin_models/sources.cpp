#include "sources.h"

#include <algorithm>

namespace rapport::training_tool {

void add_source(Samples& all, Samples samples, double power, double mass) {
  std::stable_sort(samples.begin(), samples.end(),
                   [](const Sample& a, const Sample& b) { return a.language < b.language; });
  for (auto begin = samples.begin(); begin != samples.end();) {
    const auto end =
        std::find_if(begin, samples.end(), [&](const Sample& sample) { return sample.language != begin->language; });
    Samples part(std::make_move_iterator(begin), std::make_move_iterator(end));
    balance(part, power, mass);
    all.insert(all.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
    begin = end;
  }
}

Samples bank_questions(const std::filesystem::path& datasets, const std::vector<float>& target) {
  Samples samples;
  for (const Row& row : read_table(datasets / "train/banking77_intents/train.tsv")) {
    samples.push_back({row.find("text")->second, "", target, 1});
  }
  return samples;
}

Samples chat_phrases(std::string_view column, const std::vector<std::string>& labels) {
  return labelled(read_table(RAPPORT_CHAT_PHRASES), column, labels);
}

}  // namespace rapport::training_tool
