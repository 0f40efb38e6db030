#include "translation/providers/service_batches.h"

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>
#include <string>
#include <utility>

#include "translation/providers/html_entities.h"

namespace rapport::translation {

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void for_each_batch(std::span<const std::string_view> texts, const BatchLimits& limits,
                    const std::function<void(std::span<const std::string_view> batch, std::size_t characters)>& take) {
  for (std::size_t begin = 0; begin < texts.size();) {
    std::size_t end = begin;
    std::size_t characters = 0;
    while (end < texts.size() && end - begin < limits.texts) {
      const std::size_t more = characters_of(texts[end]);
      if (end > begin && characters + more > limits.characters) break;
      characters += more;
      ++end;
    }
    take(texts.subspan(begin, end - begin), characters);
    begin = end;
  }
}

bool take_texts(const boost::json::array* list, std::span<const std::string_view> batch,
                const std::function<const boost::json::value*(const boost::json::value& item)>& text_of,
                std::vector<Translated>& answers) {
  if (list == nullptr || list->size() != batch.size()) return false;
  std::vector<Translated> read;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const boost::json::value* text = text_of((*list)[i]);
    if (text == nullptr || !text->is_string()) return false;
    std::string translated(text->get_string());
    if (!has_html_entities(batch[i])) translated = without_html_entities(translated);
    read.push_back({std::move(translated), std::nullopt});
  }
  std::move(read.begin(), read.end(), std::back_inserter(answers));
  return true;
}

}  // namespace rapport::translation
