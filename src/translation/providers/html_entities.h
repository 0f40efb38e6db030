#pragma once

#include <string>
#include <string_view>

namespace rapport::translation {

/// Whether a reference such as &amp; or &#39; stands in the text.
bool has_html_entities(std::string_view text);

/// The text with &amp; &lt; &gt; &quot; &apos; &nbsp; &#39; &#x27; as the characters that they stand for; what is no
/// reference stays as it is.
///
/// Threads   pure. Cost      linear for any bytes.
std::string without_html_entities(std::string_view text);

}  // namespace rapport::translation
