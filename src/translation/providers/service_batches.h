#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

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

}  // namespace rapport::translation
