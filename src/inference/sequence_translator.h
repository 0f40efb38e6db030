#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/metrics.h"
#include "inference/translator_folder.h"
#include "nn/model_files.h"
#include "nn/precision.h"

namespace rapport::inference {

/// A sentence's translation.
struct DecodedSentence {
  std::string text;
  std::vector<nn::TokenId> tokens;  ///< from the decoder's start to eos
  double score = 0;                 ///< the search's: log-probability / length^length_penalty
  double confidence = 0;            ///< 0..1: exp(mean log-probability of a token)
};

/// A translation model that serves many callers at once: sentences of all of them are translated in one batch, which
/// new ones join between two tokens and finished ones leave at once. Calls take turns, sentence by sentence, so that a
/// short one never waits for the end of a long one.
///
/// Permits are taken before any work: a call counts with its tokens, at most a quarter of `max_queued_tokens`. What
/// does not fit beside what waits already is refused. A call that finds nothing waiting is always admitted.
///
/// Memory    bounded: max_rows hypotheses of at most the model's max_length tokens; sentences wait outside of the batch
///           until there is room.
/// Threads   safe, except that no call may be made during destruction. One thread of its own computes, with OpenMP's
///           inside. The destructor ends after the running step and fails what waits: kUnavailable "shutting_down".
class SequenceTranslator {
 public:
  struct Options {
    std::string name;  ///< as answers and metrics call it
    nn::Precision precision = nn::Precision::kInt8;
    TranslatorLanguages languages = {};
    std::size_t beams = 4;
    std::size_t max_rows = 256;             ///< hypotheses that a step advances
    std::size_t max_queued_tokens = 32768;  ///< what is beyond is refused
    std::function<void()> on_thread = {};   ///< called first on the thread that computes
  };

  /// `metrics` must outlive it. Throws as TranslatorFolder.
  SequenceTranslator(const nn::ModelFiles& files, Options options, Metrics& metrics);
  ~SequenceTranslator();
  SequenceTranslator(const SequenceTranslator&) = delete;
  SequenceTranslator& operator=(const SequenceTranslator&) = delete;

  const std::string& name() const;
  std::vector<std::string> languages() const;
  bool supports(std::string_view source, std::string_view target) const;
  /// What the model and its tables occupy; without the file's own memory.
  std::size_t memory_bytes() const;

  struct Order {
    std::vector<std::string> sentences;  ///< of valid UTF-8; one that is blank is answered with ""
    std::string source;
    std::string target;
    std::optional<std::size_t> beams = std::nullopt;       ///< 1 to 16
    std::optional<std::size_t> max_tokens = std::nullopt;  ///< of an answer, the start among them
    Cancelled cancelled = nullptr;                         ///< get() looks at it: then it takes back what is not done
  };
  /// One answer for each sentence, in order. An answer is no longer than the model permits, or than four tokens for
  /// each of the sentence's and 32. A future that is dropped unread takes back what is not done; it may outlive the
  /// translator.
  ///
  /// Throws    kInvalid "unsupported_language", "invalid_search" or "sentence_too_long"; kOverloaded "overloaded" with
  /// a
  ///           Retry-After, nothing queued, when the queue is full. get() throws what the model has thrown,
  ///           kTimeout "cancelled", or kUnavailable "shutting_down".
  std::future<std::vector<DecodedSentence>> start(const Order& order) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapport::inference
