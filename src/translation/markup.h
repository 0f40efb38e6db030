#pragma once

#include <string_view>
#include <vector>

#include "translation/protected_spans.h"

namespace rapport::translation {

/// WhatsApp's formatting in a text whose other spans are known: pairs of * _ ~ ` and ```, and the > of quoted lines. A
/// mark opens where a word may begin and closes on its line (a fence: anywhere) where a word has ended; between them
/// stands a letter, a digit or a span, so that "*_*" stays a face. Pairs are properly nested; what crosses is no
/// markup.
///
/// Requires  `others` in the order of the text, without overlaps.
/// Threads   pure.
/// Cost      linear.
std::vector<Span> markup_spans(std::string_view text, const std::vector<Span>& others);

}  // namespace rapport::translation
