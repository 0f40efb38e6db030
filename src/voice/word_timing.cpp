#include "voice/word_timing.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace rapport::voice {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
constexpr std::string_view kWithoutSpaces[] = {"zh", "ja", "th", "lo", "my", "yue"};
constexpr std::string_view kBefore[] = {"\"", "'", "“", "¿", "(", "[", "{", "-"};
constexpr std::string_view kAfter[] = {"\"", "'", ".",  "。", ",", "，", "!", "！", "?",
                                       "？", ":", "：", "”",  ")", "]",  "}", "、"};
constexpr std::string_view kSentenceEnds[] = {".", "。", "!", "！", "?", "？"};
constexpr double kSecondsPerPosition = 0.02;
constexpr double kLongestMedianWord = 0.7;  // seconds
constexpr std::size_t kMedianWidth = 7;

template <std::size_t N>
bool is_one_of(std::string_view text, const std::string_view (&of)[N]) {
  return std::find(std::begin(of), std::end(of), text) != std::end(of);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// Pieces of whole characters.
std::vector<TokenWord> split_characters(std::span<const TokenId> tokens,
                                        const std::function<std::string(std::span<const TokenId>)>& text_of) {
  const std::string full = text_of(tokens);
  std::vector<TokenWord> pieces;
  std::size_t begin = 0;
  std::size_t offset = 0;
  for (std::size_t end = 1; end <= tokens.size(); ++end) {
    std::string piece = text_of(tokens.subspan(begin, end - begin));
    const std::size_t cut = piece.find(kReplacement);
    const bool whole =
        cut == std::string::npos ||
        (offset + cut < full.size() && std::string_view(full).substr(offset + cut).starts_with(kReplacement));
    if (!whole && end < tokens.size()) continue;
    offset += piece.size();
    pieces.push_back({std::move(piece), end - begin});
    begin = end;
  }
  return pieces;
}

/// Punctuation to the word that it opens or closes; the word's times stay its own.
void merge_punctuation(std::vector<TimedWord>& words) {
  for (std::size_t j = words.size(); j-- > 1;) {
    TimedWord& mark = words[j - 1];
    if (!mark.word.text.starts_with(' ') || !is_one_of(trimmed(mark.word.text), kBefore)) continue;
    words[j].word.text = mark.word.text + words[j].word.text;
    words[j].tokens += mark.tokens;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(j - 1));
  }
  for (std::size_t j = 1; j < words.size();) {
    TimedWord& before = words[j - 1];
    if (before.word.text.ends_with(' ') || !is_one_of(words[j].word.text, kAfter)) {
      ++j;
      continue;
    }
    before.word.text += words[j].word.text;
    before.tokens += words[j].tokens;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(j));
  }
}

/// Beside the end of a sentence the attention often rests in the silence: such a word lasts twice the median at most.
void shorten_long_words(std::vector<TimedWord>& words) {
  std::vector<double> durations;
  for (const TimedWord& timed : words) {
    if (timed.word.end > timed.word.start) durations.push_back((timed.word.end - timed.word.start).count());
  }
  if (durations.empty()) return;
  std::sort(durations.begin(), durations.end());
  const std::size_t middle = durations.size() / 2;
  const double median = durations.size() % 2 == 1 ? durations[middle] : (durations[middle - 1] + durations[middle]) / 2;
  const Seconds longest(2 * std::min(kLongestMedianWord, median));
  for (std::size_t i = 1; i < words.size(); ++i) {
    Word& word = words[i].word;
    if (word.end - word.start <= longest) continue;
    if (is_one_of(word.text, kSentenceEnds)) {
      word.end = word.start + longest;
    } else if (is_one_of(words[i - 1].word.text, kSentenceEnds)) {
      word.start = word.end - longest;
    }
  }
}

/// One head's attention over the first positions as probabilities of their own, then each position's over the tokens
/// as a standard score.
void standardize(const nn::Matrix& head, nn::MatrixView to) {
  for (std::size_t t = 0; t < to.rows; ++t) {
    float sum = 0;
    for (std::size_t s = 0; s < to.cols; ++s) sum += head.row(t)[s];
    const float scale = sum > 0 ? 1 / sum : 0;
    for (std::size_t s = 0; s < to.cols; ++s) to.row(t)[s] = head.row(t)[s] * scale;
  }
  for (std::size_t s = 0; s < to.cols; ++s) {
    double mean = 0;
    for (std::size_t t = 0; t < to.rows; ++t) mean += to.row(t)[s];
    mean /= static_cast<double>(to.rows);
    double variance = 0;
    for (std::size_t t = 0; t < to.rows; ++t) variance += (to.row(t)[s] - mean) * (to.row(t)[s] - mean);
    const double deviation = std::sqrt(variance / static_cast<double>(to.rows));
    for (std::size_t t = 0; t < to.rows; ++t) {
      to.row(t)[s] = deviation > 0 ? static_cast<float>((to.row(t)[s] - mean) / deviation) : 0.F;
    }
  }
}

}  // namespace

std::vector<TokenWord> split_words(std::span<const TokenId> tokens, std::string_view language,
                                   const std::function<std::string(std::span<const TokenId>)>& text_of) {
  std::vector<TokenWord> pieces = split_characters(tokens, text_of);
  if (is_one_of(language, kWithoutSpaces)) return pieces;
  std::vector<TokenWord> words;
  for (TokenWord& piece : pieces) {
    const bool punctuation = kPunctuation.find(trimmed(piece.text)) != std::string_view::npos;
    if (words.empty() || piece.text.starts_with(' ') || punctuation) {
      words.push_back(std::move(piece));
    } else {
      words.back().text += piece.text;
      words.back().tokens += piece.tokens;
    }
  }
  return words;
}

std::vector<std::pair<std::size_t, std::size_t>> cheapest_path(nn::ConstMatrixView cost) {
  enum Step : std::uint8_t { kBoth, kDown, kRight };
  const std::size_t n = cost.rows;
  const std::size_t m = cost.cols;
  constexpr float kNever = std::numeric_limits<float>::infinity();
  std::vector<Step> steps((n + 1) * (m + 1), kRight);  // row and column 0 stand before the matrix
  std::vector<float> before(m + 1, kNever);
  std::vector<float> now(m + 1, kNever);
  before[0] = 0;
  for (std::size_t i = 1; i <= n; ++i) {
    now[0] = kNever;
    steps[i * (m + 1)] = kDown;
    for (std::size_t j = 1; j <= m; ++j) {
      const float both = before[j - 1];
      const float down = before[j];
      const float right = now[j - 1];
      const Step step = both < down && both < right ? kBoth : down < both && down < right ? kDown : kRight;
      steps[i * (m + 1) + j] = step;
      now[j] = cost.row(i - 1)[j - 1] + (step == kBoth ? both : step == kDown ? down : right);
    }
    std::swap(before, now);
  }
  std::vector<std::pair<std::size_t, std::size_t>> path;
  for (std::size_t i = n, j = m; i > 0 && j > 0;) {
    path.emplace_back(i - 1, j - 1);
    const Step step = steps[i * (m + 1) + j];
    if (step != kRight) --i;
    if (step != kDown) --j;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

void median_filter_rows(nn::MatrixView x, std::size_t width) {
  const std::size_t half = width / 2;
  if (x.cols <= half) return;
  std::vector<float> padded(x.cols + 2 * half);
  std::vector<float> window(width);
  for (std::size_t t = 0; t < x.rows; ++t) {
    std::copy_n(x.row(t), x.cols, padded.begin() + static_cast<std::ptrdiff_t>(half));
    for (std::size_t k = 1; k <= half; ++k) {
      padded[half - k] = x.row(t)[k];
      padded[half + x.cols - 1 + k] = x.row(t)[x.cols - 1 - k];
    }
    for (std::size_t s = 0; s < x.cols; ++s) {
      std::copy_n(padded.begin() + static_cast<std::ptrdiff_t>(s), width, window.begin());
      std::nth_element(window.begin(), window.begin() + static_cast<std::ptrdiff_t>(half), window.end());
      x.row(t)[s] = window[half];
    }
  }
}

nn::Matrix alignment_matrix(std::span<const nn::Matrix> heads, std::size_t positions) {
  const std::size_t tokens = heads.front().rows();
  nn::Matrix mean(tokens, positions);
  std::fill_n(mean.data(), tokens * positions, 0.F);
  nn::Matrix one(tokens, positions);
  const float share = 1.F / static_cast<float>(heads.size());
  for (const nn::Matrix& head : heads) {
    standardize(head, one);
    median_filter_rows(one, kMedianWidth);
    for (std::size_t i = 0; i < tokens * positions; ++i) mean.data()[i] += share * one.data()[i];
  }
  return mean;
}

std::vector<TimedWord> time_words(std::vector<TokenWord> words, nn::ConstMatrixView matrix,
                                  std::span<const double> token_probs) {
  nn::Matrix cost(matrix.rows, matrix.cols);
  for (std::size_t t = 0; t < matrix.rows; ++t) {
    for (std::size_t s = 0; s < matrix.cols; ++s) cost.row(t)[s] = -matrix.row(t)[s];
  }
  std::vector<double> starts;  // of each row, when the path first comes to it
  for (const auto& [row, position] : cheapest_path(cost)) {
    if (row == starts.size()) starts.push_back(static_cast<double>(position) * kSecondsPerPosition);
  }
  std::vector<TimedWord> timed;
  std::size_t token = 0;
  for (TokenWord& word : words) {
    double sum = 0;
    for (std::size_t i = 0; i < word.tokens; ++i) sum += token_probs[token + i];
    TimedWord& next = timed.emplace_back();
    next.tokens = word.tokens;
    next.word = {std::move(word.text), Seconds(starts[token]), Seconds(starts[token + word.tokens]),
                 sum / static_cast<double>(word.tokens)};
    token += word.tokens;
  }
  shorten_long_words(timed);
  merge_punctuation(timed);
  return timed;
}

}  // namespace rapport::voice
