#include "text/cue_reader.h"

#include <algorithm>

namespace rapport::text {
namespace {

constexpr std::uint32_t kNegationReach = 3;  // words: "not a very good"
constexpr std::uint32_t kNegationBack = 2;   // words: "accha bilkul nahi"

constexpr CueSet kAnyQuestion = bit(Cue::kQuestionAtStart) | bit(Cue::kQuestionAnywhere) | bit(Cue::kQuestionAtEnd);

// What an exception takes back.
struct Exception {
  Cue cue;
  CueSet denies;
};
constexpr std::array<Exception, 5> kExceptionList = {{
    {Cue::kNotQuestion, kAnyQuestion},
    {Cue::kNotPrice, bit(Cue::kPrice)},
    {Cue::kNotMeeting, bit(Cue::kMeeting)},
    {Cue::kNotPositive, bit(Cue::kPositive)},
    {Cue::kNotCallToAction, bit(Cue::kCallToAction)},
}};

constexpr CueSet kSettled = kAnyQuestion | bit(Cue::kPrice) | bit(Cue::kMeeting) | bit(Cue::kCallToAction) |
                            bit(Cue::kOwnHistory) | bit(Cue::kAddress);

bool has(CueSet cues, Cue cue) {
  return (cues & bit(cue)) != 0;
}

}  // namespace

void CueReader::word(Lexicon::Word word) {
  CueSet& slot = pending_[position_ % kWindow];
  settle(slot);
  greet(word);
  std::size_t kept = 0;
  if (word != 0) {
    if (active_count_ < kMaxActive) active_[active_count_++] = {0, position_};
    for (std::size_t i = 0; i < active_count_; ++i) {
      const Active next = {lexicon_.child(active_[i].node, word), active_[i].start};
      if (next.node == 0) continue;
      active_[kept++] = next;
      match(next);
    }
  }
  active_count_ = kept;
  ++position_;
}

void CueReader::greet(Lexicon::Word word) {
  const bool behind_greeting = position_ > 0 && leading_fillers_ == position_;
  if (word == 0 && behind_greeting && !name_skipped_) {
    name_skipped_ = true;
    leading_fillers_ = position_ + 1;
  }
}

void CueReader::match(Active phrase) {
  const CueSet cues = lexicon_.cues(phrase.node);
  if (cues == 0) return;
  except(cues, phrase.start);
  CueSet taken = allowed(cues, phrase.start);
  if (phrase.start > leading_fillers_) taken &= ~bit(Cue::kQuestionAtStart);
  if (has(taken, Cue::kQuestionAtEnd)) {
    taken &= ~bit(Cue::kQuestionAtEnd);
    if (phrase.start > 0) tag_end_ = position_ + 1;
  }
  if (has(taken, Cue::kPositive) && last_negator_ != 0 && phrase.start + 1 - last_negator_ <= kNegationReach) {
    taken &= ~bit(Cue::kPositive);
  }
  pending_[position_ % kWindow] |= taken & (kSettled | bit(Cue::kPositive));
  if (has(cues, Cue::kNegatorBehind)) {
    for (std::uint32_t back = 1; back <= kNegationBack && back <= phrase.start; ++back) {
      pending_[(phrase.start - back) % kWindow] &= ~bit(Cue::kPositive);
    }
  }
  if (has(cues, Cue::kNegator) || has(cues, Cue::kNegatorBehind)) last_negator_ = position_ + 1;
  if (has(cues, Cue::kFiller) && phrase.start <= leading_fillers_) {
    leading_fillers_ = std::max(leading_fillers_, position_ + 1);
  }
}

// Takes back what the exception's words said so far, and notes its end for phrases that begin inside it.
void CueReader::except(CueSet cues, std::uint32_t start) {
  for (std::size_t i = 0; i < kExceptionList.size(); ++i) {
    if (!has(cues, kExceptionList[i].cue)) continue;
    for (std::uint32_t p = start; p <= position_; ++p) pending_[p % kWindow] &= ~kExceptionList[i].denies;
    if (has(kExceptionList[i].denies, Cue::kQuestionAtEnd) && tag_end_ > start) tag_end_ = 0;
    exception_end_[i] = position_ + 1;
  }
}

CueSet CueReader::allowed(CueSet cues, std::uint32_t start) const {
  for (std::size_t i = 0; i < kExceptionList.size(); ++i) {
    if (start < exception_end_[i]) cues &= ~kExceptionList[i].denies;
  }
  return cues;
}

void CueReader::settle(CueSet& cues) {
  found_ |= cues & kSettled;
  positive_words_ += has(cues, Cue::kPositive) ? 1u : 0u;
  cues = 0;
}

void CueReader::end_clause(bool open) {
  if (position_ == 0) return;
  for (CueSet& cues : pending_) settle(cues);
  if (open && tag_end_ == position_) found_ |= bit(Cue::kQuestionAtEnd);
  active_count_ = 0;
  position_ = 0;
  leading_fillers_ = 0;
  name_skipped_ = false;
  last_negator_ = 0;
  tag_end_ = 0;
  exception_end_.fill(0);
}

}  // namespace rapport::text
