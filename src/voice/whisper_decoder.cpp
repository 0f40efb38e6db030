#include "voice/whisper_decoder.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"

namespace rapport::voice {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// The last `most` of `ids`.
std::span<const TokenId> last_of(std::span<const TokenId> ids, std::size_t most) {
  return ids.last(std::min(ids.size(), most));
}

Error unknown_language(const std::string& code) {
  return {ErrorKind::kInvalid, "unknown_language", "The voice model does not know the language \"" + code + "\"."};
}

double probability_of(std::span<const float> logits, TokenId token) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - largest);
  return std::exp(static_cast<double>(logits[static_cast<std::size_t>(token)]) - largest) / sum;
}

/// The texts of one window, each with what the decoder remembers of it.
class WindowTexts : public TextModel {
 public:
  WindowTexts(const nn::Whisper& model, const nn::Whisper::Source& source, WhisperDecoder::State& state)
      : model_(model), source_(source), state_(state) {}

  /// The one text that all begin with; the logits behind its tokens `picked`, a row for each.
  nn::MatrixView begin(std::span<const TokenId> opening, std::span<const std::size_t> picked) {
    texts_.assign(1, nn::Whisper::Hypothesis(state_.model.cache));
    const nn::Whisper::Input input{&texts_.front(), &source_, opening};
    const nn::MatrixView hidden = model_.read({&input, 1}, state_.model);
    const nn::MatrixView rows = state_.picked.resize(picked.size(), hidden.cols);
    for (std::size_t i = 0; i < picked.size(); ++i) std::copy_n(hidden.row(picked[i]), hidden.cols, rows.row(i));
    return logits_of(rows);
  }

  nn::MatrixView extend(std::span<const Extension> extensions) override {
    next_.clear();
    inputs_.clear();
    for (const Extension& extension : extensions) next_.push_back(texts_[extension.parent]);
    std::swap(texts_, next_);
    next_.clear();
    for (std::size_t i = 0; i < extensions.size(); ++i)
      inputs_.push_back({&texts_[i], &source_, {&extensions[i].token, 1}});
    return logits_of(model_.read(inputs_, state_.model));
  }

 private:
  nn::MatrixView logits_of(nn::ConstMatrixView hidden) {
    const nn::MatrixView logits = state_.logits.resize(hidden.rows, model_.config().vocabulary);
    model_.logits(hidden, logits, state_.model);
    return logits;
  }

  const nn::Whisper& model_;
  const nn::Whisper::Source& source_;
  WhisperDecoder::State& state_;
  std::vector<nn::Whisper::Hypothesis> texts_;
  std::vector<nn::Whisper::Hypothesis> next_;
  std::vector<nn::Whisper::Input> inputs_;
};

/// What a language weighs in detection.
double weight_of(std::string_view code, std::span<const LanguageProb> prior) {
  if (prior.empty()) return 1;
  double least = prior.front().prob;
  for (const LanguageProb& known : prior) {
    if (known.code == code) return known.prob;
    least = std::min(least, known.prob);
  }
  return least;
}

}  // namespace

double compression_ratio(std::string_view text) {
  if (text.empty()) return 0;
  uLongf size = compressBound(text.size());
  std::vector<Bytef> packed(size);
  if (compress(packed.data(), &size, reinterpret_cast<const Bytef*>(text.data()), text.size()) != Z_OK) {
    throw Error(ErrorKind::kInternal, "compression_failed", "A text could not be compressed.");
  }
  return static_cast<double>(text.size()) / static_cast<double>(size);
}

void WhisperDecoder::encode(std::span<const nn::ConstMatrixView> mels, State& state) const {
  state.windows = model_.listen(mels, state.model);
}

std::vector<LanguageProb> WhisperDecoder::detect_language(std::size_t window, std::span<const std::string> allowed,
                                                          std::span<const LanguageProb> prior, State& state) const {
  for (const std::string& code : allowed) {
    if (!vocabulary_.language_id(code)) throw unknown_language(code);
  }
  const TokenId start = vocabulary_.start();
  const std::size_t first = 0;
  WindowTexts texts(model_, state.windows.at(window), state);
  const float* logits = texts.begin({&start, 1}, {&first, 1}).row(0);
  std::vector<LanguageProb> found;
  float largest = -INFINITY;
  for (const WhisperVocabulary::Language& language : vocabulary_.languages()) {
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), language.code) == allowed.end()) continue;
    found.push_back({std::string(language.code), static_cast<double>(logits[language.id])});
    largest = std::max(largest, logits[language.id]);
  }
  double sum = 0;
  for (LanguageProb& language : found) {
    language.prob = std::exp(language.prob - static_cast<double>(largest)) * weight_of(language.code, prior);
    sum += language.prob;
  }
  if (!(sum > 0 && std::isfinite(sum))) {
    throw Error(ErrorKind::kUnavailable, "model_damaged", "The model gives no probability to any language.");
  }
  for (LanguageProb& language : found) language.prob /= sum;
  std::stable_sort(found.begin(), found.end(),
                   [](const LanguageProb& a, const LanguageProb& b) { return a.prob > b.prob; });
  return found;
}

std::vector<TokenId> WhisperDecoder::start_of(const WindowOptions& options) const {
  const auto language = vocabulary_.language_id(options.language);
  if (!language) throw unknown_language(options.language);
  if (!vocabulary_.multilingual()) return {vocabulary_.start()};
  const bool here = options.task == Task::kTranscribe;
  return {vocabulary_.start(), *language, here ? vocabulary_.transcribe() : vocabulary_.translate()};
}

/// The tokens before the text: the prompt, the marks of language, task and times, and the prefix.
std::vector<TokenId> WhisperDecoder::opening(const WindowOptions& options) const {
  const std::size_t half = model_.config().text_positions / 2;
  std::vector<TokenId> tokens;
  if (!options.prompt.empty()) {
    tokens.push_back(vocabulary_.start_of_previous());
    const auto prompt = last_of(options.prompt, half - 1);
    tokens.insert(tokens.end(), prompt.begin(), prompt.end());
  }
  const std::vector<TokenId> start = start_of(options);
  tokens.insert(tokens.end(), start.begin(), start.end());
  if (!options.timestamps) tokens.push_back(vocabulary_.no_timestamps());
  const auto prefix = last_of(options.prefix, half - std::min(half, options.search.max_tokens));
  tokens.insert(tokens.end(), prefix.begin(), prefix.end());
  return tokens;
}

WindowText WhisperDecoder::decode(std::size_t window, const WindowOptions& options, State& state) const {
  const std::vector<TokenId> tokens = opening(options);
  const std::size_t start =
      options.prompt.empty()
          ? 0
          : static_cast<std::size_t>(std::find(tokens.begin(), tokens.end(), vocabulary_.start()) - tokens.begin());
  WindowTexts texts(model_, state.windows.at(window), state);
  const std::size_t picked[] = {start, tokens.size() - 1};
  const nn::MatrixView logits = texts.begin(tokens, picked);

  WindowText result;
  result.temperature = options.search.temperature;
  result.no_speech_prob = probability_of({logits.row(0), logits.cols}, vocabulary_.no_speech());
  const WhisperRules rules(
      vocabulary_,
      {.timestamps = options.timestamps,
       .suppress_blank = options.suppress_blank,
       .suppressed = options.suppressed ? std::span<const TokenId>(*options.suppressed) : vocabulary_.not_spoken(),
       .max_initial_timestamp = options.max_initial_timestamp});
  SearchOptions search = options.search;
  search.max_tokens = std::min(search.max_tokens, model_.config().text_positions + 1 - tokens.size());
  FoundText found = search_text(texts, logits.rows_between(1, 2), rules, vocabulary_.end_of_text(), search);

  result.text = trimmed(vocabulary_.text(found.tokens));
  result.avg_logprob = static_cast<double>(found.sum_logprob) / static_cast<double>(found.tokens.size() + 1);
  result.compression_ratio = compression_ratio(result.text);
  found.logprobs.resize(found.tokens.size());
  result.tokens = std::move(found.tokens);
  result.token_logprobs = std::move(found.logprobs);
  return result;
}

std::vector<TimedWord> WhisperDecoder::align(std::size_t window, std::span<const TokenId> words,
                                             const WindowOptions& options, std::size_t frames, State& state) const {
  const nn::Whisper::Source& source = state.windows.at(window);
  std::vector<TokenId> tokens = start_of(options);
  const std::size_t before = tokens.size();
  tokens.push_back(vocabulary_.no_timestamps());
  words = words.first(std::min(words.size(), model_.config().text_positions - before - 2));
  if (words.empty()) return {};
  tokens.insert(tokens.end(), words.begin(), words.end());
  tokens.push_back(vocabulary_.end_of_text());

  nn::TransformerDecoder::CrossAttention seen;
  for (const nn::AttentionHead& head : model_.config().alignment_heads) seen.heads.push_back({head.layer, head.head});
  nn::Whisper::Hypothesis past(state.model.cache);
  const nn::Whisper::Input input{&past, &source, tokens};
  const nn::MatrixView hidden = model_.read({&input, 1}, state.model, &seen);
  std::vector<double> probs;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const nn::MatrixView logits = state.logits.resize(1, model_.config().vocabulary);
    model_.logits(hidden.rows_between(before + i, before + i + 1), logits, state.model);
    probs.push_back(probability_of({logits.row(0), static_cast<std::size_t>(vocabulary_.end_of_text())}, words[i]));
  }
  const std::size_t positions = std::clamp<std::size_t>(frames / 2, 1, source.positions());
  const nn::Matrix matrix = alignment_matrix(seen.probs, positions);
  const auto text_of = [&](std::span<const TokenId> ids) { return vocabulary_.text(ids); };
  return time_words(split_words(words, options.language, text_of),
                    nn::ConstMatrixView(matrix).rows_between(before, before + words.size() + 1), probs);
}

}  // namespace rapport::voice
