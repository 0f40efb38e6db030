#pragma once

#include <cstddef>
#include <vector>

namespace rapport::inference {

/// One part of a long text: its tokens [begin, end).
struct Window {
  std::size_t begin = 0;
  std::size_t end = 0;

  friend bool operator==(const Window&, const Window&) = default;
};

/// Parts that together hold each of `tokens` tokens, none longer than `longest`: as few as there can be when neighbours
/// share `overlap` tokens or more, and all of about the same length, so that none ends in a stub without context.
///
/// Requires  overlap < longest.
std::vector<Window> text_windows(std::size_t tokens, std::size_t longest, std::size_t overlap);

}  // namespace rapport::inference
