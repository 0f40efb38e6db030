#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <string>
#include <utility>

#include "base/thread_pool.h"
#include "ml/logistic_regression.h"
#include "scoring/engagement_model.h"
#include "training/pair_search.h"
#include "training/recipe.h"

/// Which engineered terms does this business's data want?
///
/// Every family of terms is tried alone beside the 27 features; then, the most helpful first, each is added to what was
/// taken before it and kept when the cross-validated loss falls by more than noise would make it. Last come the
/// products of features that the model still misses (pair_search.h), and the strength of the penalty. The loss weighs the
/// classes as the fit does, so that rare answers count.
namespace rapport::training {
namespace {

namespace json = boost::json;
using ml::LogisticRegressionParams;
using scoring::Term;

constexpr std::size_t kMaxPairs = 12;
/// Rows that the importances are averaged over, and that pairs are sought in: more no longer move them.
constexpr std::size_t kEnoughRows = 20'000;
/// A family must lower the loss (nats a row) by so much, and do it in most folds.
constexpr double kWorthwhileLoss = 0.001;

class EngagementEstimator final : public Estimator {
 public:
  EngagementEstimator(std::vector<Term> terms, ml::LogisticRegression regression)
      : terms_(std::move(terms)), regression_(std::move(regression)) {}

  void score(ml::MatrixView rows, std::span<double> out) const override {
    std::vector<double> values(terms_.size());
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const auto row = rows.row(i);
      std::transform(terms_.begin(), terms_.end(), values.begin(), [&](const Term& term) { return term.value(row); });
      out[i] = regression_.predict_logit(values);
    }
  }

  std::shared_ptr<const scoring::ScoringModel> model(const ml::Calibrator& calibrator,
                                                     ml::MatrixView rows) const override {
    const ml::MatrixView some{rows.values, std::min(rows.rows, kEnoughRows), rows.cols};
    return std::make_shared<scoring::EngagementModel>(
        terms_, regression_, calibrator, scoring::EngagementModel::mean_contributions(terms_, regression_, some));
  }

 private:
  std::vector<Term> terms_;
  ml::LogisticRegression regression_;
};

bool varies(const Term& term, ml::MatrixView rows) {
  double first = NAN;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const double value = term.value(rows.row(i));
    if (std::isnan(value)) continue;
    if (std::isnan(first)) first = value;
    if (value != first) return true;
  }
  return false;
}

/// The terms of `families` that vary in `rows` and are not in `terms` yet.
void add_terms(std::vector<Term>& terms, const std::vector<Term>& more, ml::MatrixView rows) {
  std::vector<Term> centred = more;
  scoring::centre_terms(centred, rows);
  for (Term& term : centred) {
    const bool known = std::any_of(terms.begin(), terms.end(), [&](const Term& t) { return t.name == term.name; });
    if (!known && varies(term, rows)) terms.push_back(std::move(term));
  }
}

/// Class weights that make both classes count alike, for a loss on other rows.
std::pair<double, double> class_weights(std::span<const double> labels, ml::ClassWeight rule) {
  if (rule == ml::ClassWeight::kNone) return {1, 1};
  double positive = 0;
  for (const double label : labels) positive += label;
  const double rows = static_cast<double>(labels.size());
  return {rows / (2 * (rows - positive)), rows / (2 * positive)};
}

/// weight * (y - p) of each row.
std::vector<double> residuals(std::span<const double> labels, std::span<const double> logits, ml::ClassWeight rule) {
  const auto [negative, positive] = class_weights(labels, rule);
  std::vector<double> out(labels.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double prob = 1 / (1 + std::exp(-logits[i]));
    out[i] = (labels[i] > 0.5 ? positive : negative) * (labels[i] - prob);
  }
  return out;
}

/// What of the recipe is open to choice.
struct TermChoice {
  std::vector<std::size_t> families;  ///< indices into term_families()
  bool pairs = false;
  LogisticRegressionParams params;
};

EngagementEstimator fit_choice(const TermChoice& choice, const LabelledRows& rows) {
  std::vector<Term> terms = scoring::linear_terms();
  for (const std::size_t family : choice.families) add_terms(terms, scoring::term_families()[family].terms, rows.x);
  auto regression = ml::fit_logistic_regression(scoring::term_matrix(terms, rows.x), rows.y, {}, choice.params);
  if (!choice.pairs) return {std::move(terms), std::move(regression)};
  const ml::MatrixView some{rows.x.values, std::min(rows.x.rows, kEnoughRows), rows.x.cols};
  std::vector<double> logits(some.rows);
  const std::size_t before = terms.size();
  EngagementEstimator(terms, regression).score(some, logits);
  const auto misses = residuals(rows.y.first(some.rows), logits, choice.params.class_weight);
  add_terms(terms, missed_pairs(some, misses, kMaxPairs), rows.x);
  if (terms.size() > before) {
    regression = ml::fit_logistic_regression(scoring::term_matrix(terms, rows.x), rows.y, {}, choice.params);
  }
  return {std::move(terms), std::move(regression)};
}

/// Mean logistic loss of one fold's test rows, the classes weighted as in the fit.
double fold_loss(const TermChoice& choice, const LabelledRows& train, const LabelledRows& test) {
  std::vector<double> logits(test.y.size());
  fit_choice(choice, train).score(test.x, logits);
  const auto [negative, positive] = class_weights(train.y, choice.params.class_weight);
  double loss = 0;
  double weights = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const bool yes = test.y[i] > 0.5;
    const double against = yes ? -logits[i] : logits[i];
    const double weight = yes ? positive : negative;
    loss += weight * (std::max(against, 0.0) + std::log1p(std::exp(-std::abs(against))));
    weights += weight;
  }
  return loss / weights;
}

/// Cross-validated losses of term choices, and the search among them.
class TermSearch {
 public:
  TermSearch(const LabelledRows& rows, const std::vector<ml::Split>& folds, std::size_t threads) : threads_(threads) {
    for (const ml::Split& fold : folds) {
      train_.emplace_back(rows, fold.train);
      test_.emplace_back(rows, fold.test);
    }
  }

  using Losses = std::vector<double>;  ///< one per fold

  /// The losses of several choices; every (choice, fold) is a task of its own.
  std::vector<Losses> losses(const std::vector<TermChoice>& choices) const {
    std::vector<Losses> out(choices.size(), Losses(train_.size()));
    parallel_for(choices.size() * train_.size(), threads_, [&](std::size_t begin, std::size_t end) {
      for (std::size_t task = begin; task < end; ++task) {
        const std::size_t fold = task % train_.size();
        const std::size_t choice = task / train_.size();
        out[choice][fold] = fold_loss(choices[choice], train_[fold].view(), test_[fold].view());
      }
    });
    return out;
  }

  static double mean(const Losses& losses) {
    double sum = 0;
    for (const double loss : losses) sum += loss;
    return sum / static_cast<double>(losses.size());
  }

  /// Better on the whole, and in most folds.
  static bool better(const Losses& candidate, const Losses& current) {
    std::size_t wins = 0;
    for (std::size_t i = 0; i < current.size(); ++i) wins += candidate[i] < current[i] ? 1 : 0;
    return mean(candidate) < mean(current) - kWorthwhileLoss && 3 * wins >= 2 * current.size();
  }

 private:
  std::vector<RowSelection> train_;
  std::vector<RowSelection> test_;
  std::size_t threads_;
};

TermChoice with_family(TermChoice choice, std::size_t family) {
  choice.families.push_back(family);
  return choice;
}

class EngagementRecipe final : public Recipe {
 public:
  explicit EngagementRecipe(const Json& hyperparameters)
      : penalty_free_(!hyperparameters.is_object() || !hyperparameters.get_object().contains("C")) {
    choice_.params = ml::parse_logistic_regression(hyperparameters);
  }

  std::vector<double> choose(const LabelledRows& rows, const std::vector<ml::Split>& folds,
                             std::size_t threads) override {
    const LogisticRegressionParams given = choice_.params;
    // Differences of a thousandth of a nat do not need eight digits of the optimum.
    choice_.params.tol = std::max(given.tol, 1e-4);
    const TermSearch search(rows, folds, threads);
    TermSearch::Losses current = search.losses({choice_})[0];
    selection_ = json::object{{"loss_of_27_features", TermSearch::mean(current)}};
    choose_families(search, current);
    choose_pairs(search, current);
    if (penalty_free_) choose_penalty(search, current);
    choice_.params.tol = given.tol;
    selection_["loss_of_choice"] = TermSearch::mean(current);
    return {};
  }

  std::unique_ptr<const Estimator> fit(const LabelledRows& rows) const override {
    return std::make_unique<EngagementEstimator>(fit_choice(choice_, rows));
  }

  Json hyperparameters() const override { return ml::to_json(choice_.params); }
  Json selection() const override { return selection_; }

 private:
  void choose_families(const TermSearch& search, TermSearch::Losses& current) {
    const auto& families = scoring::term_families();
    std::vector<TermChoice> alone;
    for (std::size_t f = 0; f < families.size(); ++f) alone.push_back(with_family(choice_, f));
    const auto losses = search.losses(alone);
    std::vector<std::size_t> order(families.size());
    for (std::size_t f = 0; f < order.size(); ++f) order[f] = f;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return TermSearch::mean(losses[a]) < TermSearch::mean(losses[b]);
    });
    const TermSearch::Losses plain = current;
    json::array chosen;
    json::object tried;
    for (const std::size_t f : order) {
      tried[families[f].name] = TermSearch::mean(losses[f]);
      // One that does not help alone can help beside others, but then it is a product that the pairs find as well.
      if (!TermSearch::better(losses[f], plain)) continue;
      const TermChoice more = with_family(choice_, f);
      const auto loss = choice_.families.empty() ? losses[f] : search.losses({more})[0];
      if (!TermSearch::better(loss, current)) continue;
      choice_ = more;
      current = loss;
      chosen.push_back(json::object{{"name", families[f].name}, {"meaning", families[f].meaning}});
    }
    selection_["families_tried"] = std::move(tried);
    selection_["families"] = std::move(chosen);
  }

  void choose_pairs(const TermSearch& search, TermSearch::Losses& current) {
    TermChoice more = choice_;
    more.pairs = true;
    const auto loss = search.losses({more})[0];
    selection_["loss_with_pairs"] = TermSearch::mean(loss);
    if (TermSearch::better(loss, current)) {
      choice_ = more;
      current = loss;
    }
    selection_["pairs"] = choice_.pairs;
  }

  void choose_penalty(const TermSearch& search, TermSearch::Losses& current) {
    std::vector<TermChoice> choices;
    for (const double strength : {0.03, 0.2}) {
      choices.push_back(choice_);
      choices.back().params.C = strength;
    }
    const auto losses = search.losses(choices);
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (TermSearch::mean(losses[i]) >= TermSearch::mean(current)) continue;
      choice_ = choices[i];
      current = losses[i];
    }
    selection_["C"] = choice_.params.C;
  }

  TermChoice choice_;
  bool penalty_free_;
  json::object selection_;
};

}  // namespace

std::unique_ptr<Recipe> make_engagement_recipe(const Json& hyperparameters) {
  return std::make_unique<EngagementRecipe>(hyperparameters);
}

}  // namespace rapport::training
