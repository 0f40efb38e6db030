// Numbers as people and shops write them: 1,299.00, 10:30, 12/05/2026, Rs. 500/-, 5kg, 20 %, in the digits of any
// script.

#include <algorithm>
#include <array>
#include <string>

#include "text/unicode.h"
#include "translation/characters.h"
#include "translation/span_readers.h"

namespace rapport::translation::readers {
namespace {

constexpr std::array<std::string_view, 45> kCurrencyWords = {
    "USD", "EUR", "GBP", "INR", "BRL", "MXN", "COP", "ARS", "CLP", "PEN", "IDR", "AED", "SAR", "ZAR", "NGN",
    "KES", "PKR", "BDT", "PHP", "THB", "VND", "JPY", "CNY", "RMB", "KRW", "CHF", "SEK", "NOK", "DKK", "PLN",
    "CZK", "HUF", "TRY", "RUB", "UAH", "ILS", "EGP", "SGD", "MYR", "AUD", "CAD", "NZD", "HKD", "TWD", "QAR"};
constexpr std::array<std::string_view, 18> kCurrencyPrefixes = {"Rs.", "Rs",  "rs.", "rs",  "RS",  "Rp.",
                                                                "Rp",  "R$",  "US$", "CA$", "AU$", "NZ$",
                                                                "HK$", "MX$", "NT$", "A$",  "C$",  "S/"};
constexpr std::array<std::string_view, 10> kCurrencySuffixes = {"zł",  "Kč",   "kr.", "kr", "Ft",
                                                                "lei", "руб.", "руб", "rs", "/-"};
// May stand behind a space; single letters may not: "5 a day".
constexpr std::array<std::string_view, 30> kUnits = {
    "kg",  "mg", "km",  "cm",  "mm", "ml", "mL",  "kB",  "KB", "MB", "GB",  "TB",   "Hz",   "kHz",  "MHz",
    "GHz", "kW", "kWh", "mAh", "Ah", "px", "dpi", "lbs", "lb", "oz", "mph", "km/h", "kcal", "Mbps", "°C"};
constexpr std::array<std::string_view, 10> kAttachedUnits = {"g", "m", "l", "L", "W", "V", "A", "ft", "k", "K"};

bool is_currency_sign(char32_t c) {
  return c == '$' || (c >= 0xA2 && c <= 0xA5) || (c >= 0x20A0 && c <= 0x20CF) || c == 0x0E3F || c == 0xFDFC ||
         c == 0xFF04 || c == 0xFFE5 || c == 0x09F3;
}

bool is_percent(char32_t c) {
  return c == '%' || c == 0x2030 || c == 0xB0 || c == 0x66A || c == 0xFF05;
}

bool is_inner_mark(char32_t c) {
  return c == '.' || c == ',' || c == ':' || c == '/' || c == '-' || c == '\'' || c == 0x2019 || c == 0x66B ||
         c == 0x66C || c == 0xA0 || c == 0x202F || c == 0x2009;
}

/// The longest word of the list that the text begins with. A letter must not go on into what `continues`.
template <std::size_t N>
std::size_t longest_of(const std::array<std::string_view, N>& list, std::string_view text,
                       bool (*continues)(char32_t)) {
  std::size_t longest = 0;
  for (const std::string_view word : list) {
    if (text.starts_with(word) &&
        !(is_letter(character_before(word, word.size())) && continues(character_at(text, word.size())))) {
      longest = std::max(longest, word.size());
    }
  }
  return longest;
}

/// A space that may stand between a number and its mark.
std::size_t gap(std::string_view text) {
  const text::CodePoint c = text.empty() ? text::CodePoint{0, 0} : text::decode(text, 0);
  return c.value == ' ' || c.value == 0xA0 || c.value == 0x202F || c.value == 0x2009 ? c.bytes : 0;
}

std::size_t currency_before(std::string_view text) {
  if (text.empty()) return 0;
  const text::CodePoint first = text::decode(text, 0);
  std::size_t size =
      std::max(longest_of(kCurrencyWords, text, is_letter), longest_of(kCurrencyPrefixes, text, is_letter));
  if (size == 0 && is_currency_sign(first.value)) size = first.bytes;
  if (size > 0) size += gap(text.substr(size));
  return size;
}

std::size_t digits_bytes(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size()) {
    const text::CodePoint c = text::decode(text, end);
    if (is_digit(c.value)) {
      end += c.bytes;
      continue;
    }
    if (end == 0 || !is_inner_mark(c.value) || !is_digit(character_at(text, end + c.bytes))) break;
    end += c.bytes;
  }
  return end;
}

/// A currency, unit or percent sign behind the digits, with the space before it; 0 when there is none.
std::size_t mark_behind(std::string_view text) {
  const std::size_t space = gap(text);
  const std::string_view rest = text.substr(space);
  if (rest.empty()) return 0;
  const text::CodePoint first = text::decode(rest, 0);
  std::size_t size = std::max({longest_of(kUnits, rest, joins), longest_of(kCurrencyWords, rest, joins),
                               longest_of(kCurrencySuffixes, rest, joins)});
  if (space == 0) size = std::max(size, longest_of(kAttachedUnits, rest, joins));
  if (size == 0 && is_percent(first.value)) size = first.bytes;
  // "5 $name$" is a number and a placeholder; "5 $10" two amounts.
  if (size == 0 && is_currency_sign(first.value) && !joins(character_at(rest, first.bytes))) size = first.bytes;
  return size > 0 ? space + size : 0;
}

}  // namespace

Number number(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  std::size_t end = 0;
  const char32_t before = character_before(text, at);
  const bool may_be_signed = before == 0 || is_space(before) || before == '(';
  if (may_be_signed && (rest.front() == '-' || rest.front() == '+')) ++end;
  const std::size_t currency = currency_before(rest.substr(end));
  end += currency;
  const std::size_t digits = digits_bytes(rest.substr(end));
  if (digits == 0) return {};
  end += digits;
  if (currency > 0) {  // $5k, ₹2cr
    constexpr std::array<std::string_view, 9> kMagnitudes = {"k", "K", "m", "M", "B", "bn", "mn", "cr", "/-"};
    end += longest_of(kMagnitudes, rest.substr(end), joins);
  }
  const std::size_t mark = mark_behind(rest.substr(end));
  if (mark == 0 && joins(character_at(rest, end))) return {.scanned = end};  // "2nd", "9am": words
  return {.bytes = end + mark, .is_amount = currency > 0 || mark > 0, .scanned = end + mark};
}

}  // namespace rapport::translation::readers
