#include "demo/sentence.h"

#include <charconv>
#include <cstdint>
#include <utility>

namespace rapport::demo {
namespace {

std::size_t pick_index(Rng& rng, std::size_t count) {
  return static_cast<std::size_t>(rng.uniform() * static_cast<double>(count));
}

std::string_view pick_one(Rng& rng, std::span<const std::string_view> choices) {
  return choices[pick_index(rng, choices.size())];
}

void append_number(std::string& out, std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Swaps, drops or doubles one letter inside a word; texts of other scripts stay as they are.
void make_typo(std::string& text, Rng& rng) {
  if (text.size() < 8) return;
  const std::size_t at = 1 + pick_index(rng, text.size() - 3);
  if (!is_ascii_letter(text[at - 1]) || !is_ascii_letter(text[at]) || !is_ascii_letter(text[at + 1])) return;
  switch (rng.integer(0, 2)) {
    case 0: std::swap(text[at], text[at + 1]); break;
    case 1: text.erase(at, 1); break;
    default: text.insert(at, 1, text[at]); break;
  }
}

/// True where a changed letter would break a link or a placeholder.
bool holds_link(std::string_view text) {
  return text.find("://") != std::string_view::npos || text.find("{{") != std::string_view::npos;
}

}  // namespace

const Phrasebook& phrasebook(Tongue tongue) {
  switch (tongue) {
    case Tongue::kEnglish: return english_book();
    case Tongue::kSpanish: return spanish_book();
    case Tongue::kPortuguese: return portuguese_book();
    case Tongue::kHindi: return hindi_book();
    case Tongue::kHinglish: return hinglish_book();
  }
  return english_book();
}

Writer::Writer(const Phrasebook& book, std::string first_name, Rng rng)
    : book_(&book), first_name_(std::move(first_name)), rng_(rng) {
  change_topic();
}

void Writer::change_topic() {
  product_ = pick_index(rng_, book_->products.size());
  order_ = rng_.integer(10000, 99999);
}

void Writer::say(std::string& out, Speech speech) {
  const bool starts_sentence = out.empty() || out.back() == '.' || out.back() == '!';
  if (!out.empty()) out += ' ';
  const std::size_t begin = out.size();
  named_ = 0;
  expand(out, pick_one(rng_, book_->of(speech)));
  if (starts_sentence && out[begin] >= 'a' && out[begin] <= 'z') out[begin] = static_cast<char>(out[begin] - 'a' + 'A');
}

void Writer::say_link(std::string& out) {
  out += " https://shop.example/";
  append_number(out, rng_.integer(100, 9999));
}

void Writer::expand(std::string& out, std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '{') {
      fill(out, pattern[i + 1]);
      i += 3;
    } else if (c == '[') {
      const std::size_t end = pattern.find(']', i);
      const std::string_view body = pattern.substr(i + 1, end - i - 1);
      std::size_t choices = 1;
      for (const char b : body) choices += b == '|';
      std::size_t chosen = pick_index(rng_, choices);
      std::size_t begin = 0;
      for (; chosen > 0; --chosen) begin = body.find('|', begin) + 1;
      expand(out, body.substr(begin, body.find('|', begin) - begin));
      i = end + 1;
    } else {
      std::size_t end = i + 1;
      while (end < pattern.size() && pattern[end] != '{' && pattern[end] != '[') ++end;
      out.append(pattern.substr(i, end - i));
      i = end;
    }
  }
}

void Writer::fill(std::string& out, char slot) {
  switch (slot) {
    case 'p': {
      const std::size_t others = book_->products.size() - 1;
      const std::size_t step = named_++ == 0 ? 0 : 1 + pick_index(rng_, others);
      out += book_->products[(product_ + step) % book_->products.size()];
      break;
    }
    case 'k': out += pick_one(rng_, book_->variants); break;
    case 'd': out += pick_one(rng_, book_->days); break;
    case 'h': out += pick_one(rng_, book_->hours); break;
    case 'a': out += pick_one(rng_, book_->agents); break;
    case 'n': out += first_name_; break;
    case 'v': out += "{{1}}"; break;
    default: fill_code(out, slot); break;
  }
}

void Writer::fill_code(std::string& out, char slot) {
  switch (slot) {
    case 'm':
      out += book_->price_before;
      append_number(out, rng_.integer(4, 120) * 5 * book_->price_scale - 1);
      out += book_->price_after;
      break;
    case 'o':
      out += "RP-";
      append_number(out, order_);
      break;
    case 's': append_number(out, rng_.integer(1, 8) * 5); break;
    default: append_number(out, rng_.integer(2, 12)); break;
  }
}

void Writer::write_by_hand(std::string& text, const Hand& hand, double mood) {
  if (hand.lower_case && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  if (hand.drops_marks && text.back() == '.') text.pop_back();
  if (rng_.chance(hand.typo_prob) && !holds_link(text)) make_typo(text, rng_);
  if (!rng_.chance(hand.emoji_prob)) return;
  if (mood > 0.1) (text += ' ') += pick_one(rng_, book_->warm_emoji);
  if (mood < -0.1) (text += ' ') += pick_one(rng_, book_->cold_emoji);
}

}  // namespace rapport::demo
