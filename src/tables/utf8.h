#pragma once

#include <string_view>

namespace rapport::tables {

/// Whether every byte belongs to well-formed UTF-8 (no surrogates, no overlong forms, nothing above U+10FFFF).
///
/// Threads   pure.
/// Source    Unicode 15, table 3-7.
bool is_utf8(std::string_view bytes);

}  // namespace rapport::tables
