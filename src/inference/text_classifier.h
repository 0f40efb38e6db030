#pragma once

#include <cstddef>
#include <future>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rapport::inference {

/// What a model says of one text.
struct TextClasses {
  std::vector<float> probs;  ///< one per label, each 0..1; they sum to 1
  std::size_t windows = 1;   ///< parts in which a long text was read
};

/// Where the time of a call went, in milliseconds.
struct StageTimes {
  double tokenize_ms = 0;
  double queue_ms = 0;
  double compute_ms = 0;
};

struct Classified {
  std::vector<TextClasses> texts;  ///< in the order of the texts
  StageTimes times;
};

/// A model that sorts texts into classes: a built-in one, or a transformer behind its batcher.
///
/// Threads   safe: one copy serves every request.
class TextClassifier {
 public:
  virtual ~TextClassifier() = default;

  /// How answers name the model: "builtin-sentiment", "twitter-roberta-base-sentiment-latest".
  virtual const std::string& name() const = 0;
  virtual std::span<const std::string> labels() const = 0;

  /// Asks for the classes of each text, whatever bytes it holds; get() waits for them. An empty text is one like any
  /// other: who calls decides what that means. Start every model that an answer needs before the first get(): then all
  /// of them are admitted or none works, and their batches run behind one another. A future that is dropped unread
  /// takes back what has not begun.
  ///
  /// `scope` names who asks (the tenant): recent answers are remembered for each scope apart, so that nobody can tell
  /// from the time of an answer what somebody else has asked.
  ///
  /// Requires  `texts` and their bytes live until get() returns or the future is gone.
  /// Throws    start: kOverloaded "overloaded" before any work when the queue is full. get(): kUnavailable
  ///           "shutting_down" when the program ends first.
  virtual std::future<Classified> start(std::span<const std::string_view> texts, std::string_view scope) const = 0;

  Classified classify(std::span<const std::string_view> texts, std::string_view scope) const {
    return start(texts, scope).get();
  }
};

}  // namespace rapport::inference
