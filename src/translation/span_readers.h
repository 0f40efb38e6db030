#pragma once

#include <cstddef>
#include <string_view>

/// Readers of one kind of protected span each: how many bytes of it start at byte `at` of `text`, 0 when none does.
///
/// Requires  `at` is the start of a code point, and (but for tags, placeholders, shortcodes) of a word.
/// Threads   pure.
/// Cost      linear in the result, or bounded by a constant where there is none.
namespace rapport::translation::readers {

std::size_t email(std::string_view text, std::size_t at);
std::size_t placeholder(std::string_view text, std::size_t at);
std::size_t tag(std::string_view text, std::size_t at);
std::size_t mention(std::string_view text, std::size_t at);
std::size_t hashtag(std::string_view text, std::size_t at);
std::size_t shortcode(std::string_view text, std::size_t at);
std::size_t emoticon(std::string_view text, std::size_t at);
std::size_t phone(std::string_view text, std::size_t at);

/// `no_host_before`: up to where a bare host name was looked for and not found; kept between the calls for one text.
std::size_t url(std::string_view text, std::size_t at, std::size_t& no_host_before);

/// A run of ASCII letters, digits and hyphens. `is_code`: it is an order number or coupon.
struct Run {
  std::size_t bytes = 0;
  bool is_code = false;
};
Run code(std::string_view text, std::size_t at);

struct Number {
  std::size_t bytes = 0;
  bool is_amount = false;   ///< has a currency, a unit or a percent sign
  std::size_t scanned = 0;  ///< how far it looked, found or not; the caller does not look again before that
};
/// A currency's sign may stand in front.
Number number(std::string_view text, std::size_t at);

}  // namespace rapport::translation::readers
