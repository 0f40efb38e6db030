#pragma once

#include <string>
#include <string_view>

namespace rapport::translation {

/// The one code by which this project knows a language, of any usual writing of it: "pt" for "pt-BR", "PT_pt" and
/// "por", "zh" for "zh-Hans" and "zh-CN", "zh-TW" for "zh-Hant" and "zh-HK", "he" for "iw", "hi-Latn" for romanised
/// Hindi. Empty for what no language is known by.
///
/// Threads   pure.
std::string normal_code(std::string_view code);

}  // namespace rapport::translation
