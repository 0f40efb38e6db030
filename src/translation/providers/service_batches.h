#pragma once

#include <boost/json/fwd.hpp>
#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "translation/translator.h"

namespace rapport::translation {

/// What a service takes in one request.
struct BatchLimits {
  std::size_t texts = 128;
  std::size_t characters = 5000;  ///< of all texts together; a single longer text goes by itself
};

std::size_t characters_of(std::string_view text);

/// Gives the texts in order, as many at once as the limits permit, with their number of characters.
void for_each_batch(std::span<const std::string_view> texts, const BatchLimits& limits,
                    const std::function<void(std::span<const std::string_view> batch, std::size_t characters)>& take);

/// Adds to `answers` what a service gave for each text of the batch: `text_of` finds an item's text, null where it has
/// none. False, and nothing added, when `list` is null or does not hold one text for each.
///
/// Plain text is asked for, and should come without HTML references; where it has some all the same, they are the text's
/// own only if the text that was sent had any.
bool take_texts(const boost::json::array* list, std::span<const std::string_view> batch,
                const std::function<const boost::json::value*(const boost::json::value& item)>& text_of,
                std::vector<Translated>& answers);

}  // namespace rapport::translation
