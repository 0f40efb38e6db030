#pragma once

#include <cstddef>
#include <string_view>

namespace rapport::translation {

/// How many bytes the emoji at the start of `text` has, with all that belongs to it: skin tone, presentation mark, flag
/// letters, keycap, and the parts of a joined sequence (a family is one emoji). 0 when none starts there.
///
/// Threads   pure.
/// Cost      linear in the result.
/// Source    Unicode Technical Standard 51, revision 25, section 1.4.9.
std::size_t emoji_bytes(std::string_view text);

}  // namespace rapport::translation
