#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rapport::training_tool {

/// A text and what is known about it.
struct Sample {
  std::string text;
  std::string language;       ///< as the data set names it, "" when it does not
  std::vector<float> target;  ///< probability of each label
  float weight = 1;
};
using Samples = std::vector<Sample>;

/// Rows of a tab-separated file with a header: column name -> value. Throws kNotFound; lines with too few fields are
/// left out.
using Row = std::map<std::string, std::string, std::less<>>;
std::vector<Row> read_table(const std::filesystem::path& file);

/// Label names in the order of a model's outputs.
inline const std::vector<std::string> kSentiments = {"negative", "neutral", "positive"};
inline const std::vector<std::string> kEmotions = {"anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"};

/// Rows whose `column` names one of `labels`, or several separated by commas (each with an equal share); `renamed` says
/// what else a label may be called, "" leaves such rows out.
Samples labelled(const std::vector<Row>& rows, std::string_view column, const std::vector<std::string>& labels,
                 const std::map<std::string, std::string, std::less<>>& renamed = {});

/// Keeps those of one language, or all others.
Samples of_language(Samples samples, std::string_view language);
Samples not_of_language(Samples samples, std::string_view language);

/// Multiplies weights so that every label weighs the same within the samples (power 1) or less strictly so (0.5), and
/// all samples together weigh `mass` times their number.
void balance(Samples& samples, double power, double mass);

/// Every sample whose number, by `seed`, falls into a share of 1 / `parts` is moved to the second.
std::pair<Samples, Samples> split_off(Samples samples, std::size_t parts, std::size_t seed);

}  // namespace rapport::training_tool
