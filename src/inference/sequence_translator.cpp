#include "inference/sequence_translator.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "base/error.h"
#include "inference/ticket.h"
#include "inference/translation_batch.h"

namespace rapport::inference {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Instant = SteadyClock::time_point;
using Decoded = std::vector<DecodedSentence>;

constexpr std::size_t kShareOfOneCall = 4;  // a call counts at most as 1/4 of the queue
constexpr std::size_t kMostBeams = 16;
constexpr std::size_t kAnswerPerToken = 4;  // an answer's tokens for each of the sentence's
constexpr std::size_t kAnswerAtLeast = 32;
constexpr std::size_t kEncodedAtOnce = 2048;  // tokens that join the batch between two steps
constexpr int kLongestRetryAfterS = 30;

double seconds_between(Instant begin, Instant end) {
  return std::chrono::duration<double>(end - begin).count();
}

Error overloaded(int retry_after_s) {
  return Error(ErrorKind::kOverloaded, "overloaded", "Too many texts are waiting for this model: try again later.")
      .with_retry_after_s(retry_after_s);
}

Error shutting_down() {
  return {ErrorKind::kUnavailable, "shutting_down", "The server is shutting down: try again later."};
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// One call on its way. From `next` to `over` it belongs to the lock; what follows to the thread that computes, until
/// the promise is kept.
struct Call {
  struct Sentence {
    std::size_t place = 0;  ///< among the call's sentences
    std::vector<nn::TokenId> ids;
    nn::SearchRules rules;
  };

  std::vector<Sentence> sentences;
  const Instant submitted = SteadyClock::now();
  std::atomic<bool> abandoned{false};

  std::size_t next = 0;  ///< the first sentence that is in no batch yet
  std::size_t waiting_tokens = 0;
  bool over = false;  ///< nobody waits for it any more, or it has failed

  std::optional<Instant> begun;  ///< when its first sentence joined the batch
  std::size_t left = 0;
  Decoded answers;
  std::promise<Decoded> promise;
};
using CallPointer = std::shared_ptr<Call>;

const std::vector<double>& row_bounds() {
  static const std::vector<double> bounds = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
  return bounds;
}

}  // namespace

struct SequenceTranslator::Impl {
  Impl(const nn::ModelFiles& files, Options o, Metrics& metrics)
      : options(std::move(o)), folder(files, options.precision, options.languages), batch(folder.model()) {
    const Metrics::Labels labels = {{"model", options.name}};
    const auto stage = [&](const char* name) {
      return metrics.histogram("rapport_inference_duration_seconds", "Time of a call to a text model, by stage.",
                               duration_bounds_s(), {{"model", options.name}, {"stage", name}});
    };
    const auto rejected = [&](const char* reason) {
      return metrics.counter("rapport_queue_rejected_total", "Calls that were refused or given up.",
                             {{"model", options.name}, {"reason", reason}});
    };
    queue_time = stage("queue");
    compute_time = stage("compute");
    step_rows = metrics.histogram("rapport_batch_size", "Rows computed at once.", row_bounds(), labels);
    tokens = metrics.counter("rapport_translation_tokens_total", "Tokens of finished translations.", labels);
    depth = metrics.gauge("rapport_queue_depth", "Texts that wait for a batch.", labels);
    full = rejected("full");
    cancelled = rejected("cancelled");
  }

  // --- the queue; everything here under the lock

  std::size_t charge(const Call& call) const {
    return std::min(call.waiting_tokens, std::max<std::size_t>(options.max_queued_tokens / kShareOfOneCall, 1));
  }

  void forget(const Call& call) {
    charged -= charge(call);
    depth.add(-static_cast<double>(call.sentences.size() - call.next));
  }

  void drop_abandoned() {
    std::erase_if(calls, [&](const CallPointer& call) {
      if (!call->abandoned) return false;
      forget(*call);
      count_cancelled(*call);
      return true;
    });
  }

  /// Once, though some of its sentences may wait and others be in the batch.
  void count_cancelled(Call& call) {
    if (!std::exchange(call.over, true)) cancelled.add();
  }

  void admit(const CallPointer& call) {
    const std::lock_guard lock(mutex);
    const std::size_t wanted = charge(*call);
    const auto no_room = [&] { return charged > 0 && charged + wanted > options.max_queued_tokens; };
    if (no_room()) drop_abandoned();
    if (no_room()) {
      full.add();
      throw overloaded(retry_after_s());
    }
    calls.push_back(call);
    charged += wanted;
    depth.add(static_cast<double>(call->sentences.size()));
  }

  /// How long until about everything that waits is translated.
  int retry_after_s() const {
    const double speed = tokens_per_s.load();
    const double seconds = speed > 0 ? static_cast<double>(charged) / speed : 1;
    return std::clamp(static_cast<int>(std::ceil(seconds)), 1, kLongestRetryAfterS);
  }

  /// A sentence in the batch, by the batch's key.
  struct Place {
    CallPointer call;
    std::size_t sentence = 0;
  };

  /// Sentences from each call in turn, as many as there is room for beside `rows` in the batch; one at least when it is
  /// empty.
  std::vector<Place> take(std::size_t rows) {
    std::vector<Place> taken;
    std::size_t ids = 0;
    while (!calls.empty()) {
      const CallPointer call = calls.front();
      const Call::Sentence& sentence = call->sentences[call->next];
      const bool first = rows == 0;
      if (!first && (rows + sentence.rules.beams > options.max_rows || ids + sentence.ids.size() > kEncodedAtOnce))
        break;
      calls.pop_front();
      charged -= charge(*call);
      taken.push_back({call, call->next++});
      rows += sentence.rules.beams;
      ids += sentence.ids.size();
      call->waiting_tokens -= sentence.ids.size();
      charged += charge(*call);
      if (call->next < call->sentences.size()) calls.push_back(call);
    }
    depth.add(-static_cast<double>(taken.size()));
    return taken;
  }

  // --- the thread that computes

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      ready.wait(lock, [&] {
        if (stopping || batch.sentences() > 0) return true;
        drop_abandoned();
        return !calls.empty();
      });
      if (stopping) return;
      drop_abandoned();
      drop_abandoned_from_batch();
      const std::vector<Place> taken = take(batch.rows());
      lock.unlock();
      try {
        compute(taken);
        lock.lock();
      } catch (...) {
        lock.lock();
        fail_all(taken, std::current_exception());
      }
    }
  }

  void drop_abandoned_from_batch() {
    std::set<std::uint64_t> dropped;
    for (const auto& [key, place] : places) {
      if (!place.call->abandoned) continue;
      dropped.insert(key);
      count_cancelled(*place.call);
    }
    batch.drop([&](std::uint64_t key) { return dropped.contains(key); });
    std::erase_if(places, [&](const auto& place) { return dropped.contains(place.first); });
  }

  void compute(const std::vector<Place>& taken) {
    const Instant now = SteadyClock::now();
    std::vector<TranslationBatch::Sentence> joining;
    for (const Place& place : taken) {
      const Call::Sentence& sentence = place.call->sentences[place.sentence];
      joining.push_back({next_key, sentence.ids, sentence.rules});
      places.emplace(next_key++, place);
      if (!place.call->begun) place.call->begun = now;
    }
    batch.add(joining);
    if (batch.sentences() == 0) return;
    step_rows.observe(static_cast<double>(batch.rows()));
    for (const TranslationBatch::Finished& finished : batch.step()) deliver(finished);
  }

  void deliver(const TranslationBatch::Finished& finished) {
    const auto at = places.find(finished.key);
    const Place place = at->second;
    places.erase(at);
    Call& call = *place.call;
    const auto& answer = finished.answer;
    const auto length = static_cast<double>(std::max<std::size_t>(answer.tokens.size(), 2) - 1);
    tokens.add(length);
    call.answers[call.sentences[place.sentence].place] = {folder.tokenizer().decode(answer.tokens), answer.tokens,
                                                          answer.score, std::exp(answer.log_prob / length)};
    if (--call.left > 0) return;
    const Instant now = SteadyClock::now();
    const double computing_s = seconds_between(*call.begun, now);
    queue_time.observe(seconds_between(call.submitted, *call.begun));
    compute_time.observe(computing_s);
    note_speed(call, computing_s);
    call.promise.set_value(std::move(call.answers));
  }

  void note_speed(const Call& call, double seconds) {
    constexpr double kWeightOfNow = 0.2;
    double read = 0;
    for (const Call::Sentence& sentence : call.sentences) read += static_cast<double>(sentence.ids.size());
    const double now = read / std::max(seconds, 1e-6);
    const double old = tokens_per_s > 0 ? tokens_per_s.load() : now;
    tokens_per_s = old + kWeightOfNow * (now - old);
  }

  /// Every call of the batch fails as a whole: what of it still waits goes too.
  void fail_all(const std::vector<Place>& taken, const std::exception_ptr& failure) {
    std::vector<CallPointer> failing;
    for (const auto& [key, place] : places) failing.push_back(place.call);
    for (const Place& place : taken) failing.push_back(place.call);
    for (const CallPointer& call : failing) {
      if (std::exchange(call->over, true)) continue;
      if (std::erase(calls, call) > 0) forget(*call);
      call->promise.set_exception(failure);
    }
    places.clear();
    batch.clear();
  }

  void stop() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    ready.notify_all();
    thread.join();
    fail_all({}, std::make_exception_ptr(shutting_down()));
    for (const CallPointer& call : calls) call->promise.set_exception(std::make_exception_ptr(shutting_down()));
  }

  Call::Sentence prepare(const Order& order, std::size_t place) const {
    Call::Sentence sentence{place, folder.source_ids(order.sentences[place], order.source, order.target),
                            folder.rules(order.target)};
    if (sentence.ids.size() > folder.model().config().positions) {
      throw Error(ErrorKind::kInvalid, "sentence_too_long",
                  "A sentence has more tokens than the model reads at once: " +
                      std::to_string(folder.model().config().positions) + ".");
    }
    sentence.rules.beams = order.beams.value_or(options.beams);
    const std::size_t most =
        std::min(sentence.rules.max_length, kAnswerAtLeast + kAnswerPerToken * sentence.ids.size());
    sentence.rules.max_length = std::min(order.max_tokens.value_or(most), most);
    return sentence;
  }

  const Options options;
  const TranslatorFolder folder;
  TranslationBatch batch;                 ///< the thread's
  std::map<std::uint64_t, Place> places;  ///< the thread's: what is in the batch
  std::uint64_t next_key = 0;             ///< the thread's

  std::mutex mutex;
  std::condition_variable ready;
  bool stopping = false;
  std::deque<CallPointer> calls;  ///< those with sentences in no batch
  std::size_t charged = 0;        ///< tokens that wait, as permits count them
  std::atomic<double> tokens_per_s{0};
  std::thread thread;

  Metrics::Histogram queue_time;
  Metrics::Histogram compute_time;
  Metrics::Histogram step_rows;
  Metrics::Counter tokens;
  Metrics::Gauge depth;
  Metrics::Counter full;
  Metrics::Counter cancelled;
};

SequenceTranslator::SequenceTranslator(const nn::ModelFiles& files, Options options, Metrics& metrics)
    : impl_(std::make_unique<Impl>(files, std::move(options), metrics)) {
  impl_->thread = std::thread([impl = impl_.get()] {
    if (impl->options.on_thread) impl->options.on_thread();
    impl->work();
  });
}

SequenceTranslator::~SequenceTranslator() {
  impl_->stop();
}

const std::string& SequenceTranslator::name() const {
  return impl_->options.name;
}
std::vector<std::string> SequenceTranslator::languages() const {
  return impl_->folder.languages();
}
bool SequenceTranslator::supports(std::string_view source, std::string_view target) const {
  return impl_->folder.supports(source, target);
}
std::size_t SequenceTranslator::memory_bytes() const {
  return impl_->folder.model().memory_bytes();
}

std::future<std::vector<DecodedSentence>> SequenceTranslator::start(const Order& order) const {
  const auto require = [](bool holds, const char* message) {
    if (!holds) throw Error(ErrorKind::kInvalid, "invalid_search", message);
  };
  require(!order.beams || (*order.beams >= 1 && *order.beams <= kMostBeams), "beams must be 1 to 16.");
  require(!order.max_tokens || *order.max_tokens >= 2, "max_tokens must be 2 at least.");
  const auto call = std::make_shared<Call>();
  call->answers.resize(order.sentences.size());
  for (std::size_t i = 0; i < order.sentences.size(); ++i) {
    if (is_blank(order.sentences[i])) {
      call->answers[i].confidence = 1;
      continue;
    }
    call->sentences.push_back(impl_->prepare(order, i));
    call->waiting_tokens += call->sentences.back().ids.size();
  }
  call->left = call->sentences.size();
  Ticket<Call> ticket(call);
  if (call->sentences.empty()) {
    call->promise.set_value(std::move(call->answers));
  } else {
    impl_->admit(call);
    impl_->ready.notify_one();
  }
  return std::async(std::launch::deferred, [ticket = std::move(ticket), cancelled = order.cancelled]() mutable {
    return ticket.wait(cancelled);
  });
}

}  // namespace rapport::inference
