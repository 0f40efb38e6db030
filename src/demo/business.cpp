#include "demo/business.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "demo/ranking.h"
#include "demo/story.h"

namespace rapport::demo {
namespace {

constexpr Duration kChurnWindow = 90 * kDay;
constexpr int kMostCutoffs = 3;

void check(const BusinessOptions& options) {
  std::vector<FieldError> wrong;
  if (options.contacts > kMaxContacts) {
    wrong.push_back({"/contacts", "At most " + std::to_string(kMaxContacts) + " contacts can be generated."});
  }
  if (options.days < kMinDays || options.days > kMaxDays) {
    wrong.push_back({"/days", "The past must be " + std::to_string(kMinDays) + " to " + std::to_string(kMaxDays) +
                                  " days long: churn needs 90 days of history, 90 of outcome, and a month in which "
                                  "contacts arrive."});
  }
  if (options.until < Time{} + options.days * kDay) {
    wrong.push_back({"/until", "The last moment of the data must be given, and " + std::to_string(options.days) +
                                   " days before it must not lie before 1970."});
  }
  if (wrong.empty()) return;
  std::string message = wrong.front().message;
  throw Error(ErrorKind::kInvalid, "invalid_demo_options", std::move(message)).with_fields(std::move(wrong));
}

template <class T>
void emit(std::vector<T>& rows, const std::function<void(const Row&)>& sink) {
  for (T& row : rows) sink(Row(std::move(row)));
}

void emit(ContactHistory& history, const std::function<void(const Row&)>& sink) {
  sink(Row(std::move(history.contact)));
  emit(history.conversations, sink);
  emit(history.messages, sink);
  emit(history.campaign_events, sink);
  emit(history.leads, sink);
  emit(history.orders, sink);
  emit(history.tickets, sink);
  emit(history.product_events, sink);
  emit(history.preference_events, sink);
}

/// Holds the truth of every contact told so far, as far as the best possible figures need it.
class Judge {
 public:
  void add(const ContactStory& story) {
    for (const Truth& truth : story.engagement) engagement_.add(truth.prob, truth.happened);
    for (const Truth& truth : story.churn) churn_.add(truth.prob, truth.happened);
    for (std::size_t i = 0; i < story.history.leads.size(); ++i) {
      leads_.add(story.scores_before_noise[i], story.history.leads[i].score);
    }
  }

  BestPossible result() const {
    return {.lead_r2 = leads_.r2(),
            .churn_auc = churn_.auc(),
            .engagement_auc = engagement_.auc(),
            .lead_rows = leads_.rows(),
            .churn_rows = churn_.rows(),
            .churned = churn_.happened(),
            .engagement_rows = engagement_.rows(),
            .engaged = engagement_.happened()};
  }

 private:
  FitQuality leads_;
  RankingQuality churn_;
  RankingQuality engagement_;
};

}  // namespace

std::vector<Time> churn_cutoffs(Time until, int days) {
  std::vector<Time> cutoffs;
  const Time start = until - days * kDay;
  for (int i = kMostCutoffs; i >= 1; --i) {
    const Time cutoff = until - i * kChurnWindow;
    if (cutoff - kChurnWindow >= start) cutoffs.push_back(cutoff);
  }
  return cutoffs;
}

BestPossible generate_business(const BusinessOptions& options, const std::function<void(const Row&)>& sink,
                               const Progress& progress) {
  constexpr std::size_t kReports = 100;
  check(options);
  Setting setting = make_setting(options.until - options.days * kDay, options.until, options.seed);
  setting.cutoffs = churn_cutoffs(options.until, options.days);
  for (const CampaignPlan& campaign : setting.campaigns) sink(Row(campaign.row));
  const std::size_t report_every = std::max<std::size_t>(1, options.contacts / kReports);
  Judge judge;
  for (std::size_t number = 0; number < options.contacts; ++number) {
    ContactStory story = tell_story(setting, options.seed, number);
    judge.add(story);
    emit(story.history, sink);
    const std::size_t done = number + 1;
    if (progress && (done % report_every == 0 || done == options.contacts)) progress("demo", done, options.contacts);
  }
  return judge.result();
}

}  // namespace rapport::demo
