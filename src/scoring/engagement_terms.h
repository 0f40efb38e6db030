#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "ml/matrix.h"

namespace rapport::scoring {

/// A function of one engagement feature, or of two that only make sense together.
enum class Shape {
  kValue,         ///< x
  kLog,           ///< log(1 + x), for counts and durations
  kSquare,        ///< x^2
  kMissing,       ///< 1 where x is missing, else 0
  kDaySin,        ///< sine of the hour on a circle of 24
  kDayCos,
  kHalfDaySin,    ///< its second harmonic: two peaks a day
  kHalfDayCos,
  kWeekSin,       ///< sine of the weekday on a circle of 7
  kWeekCos,
  kHourDistance,  ///< hours between a and b around the clock, 0..12, as a share of 12
  kHourNear,      ///< exp(-(hours between)^2 / 8): close to 1 within two hours, close to 0 beyond six
  kHourCos,       ///< cosine of the angle between two hours
  kSameDay,       ///< 1 when two weekdays are the same
  kDayDistance,   ///< days between two weekdays around the week, as a share of 3
};

/// One shape with the features it reads and the point (its training mean) that products are centred on.
struct TermFactor {
  Shape shape = Shape::kValue;
  int feature = 0;
  int other = -1;  ///< second feature of a shape of two, else -1
  double centre = 0;
};

/// One column of the logistic model: a single factor, or the product of two centred ones.
///
/// Attribution  a term's contribution is divided equally among its factors, and a factor's equally among its features.
///              For a product of centred factors the first is its exact Shapley value, because each factor alone
///              leaves the product at 0.
struct Term {
  std::string name;  ///< "log(message_length)", "avg_sentiment_score_last_30d * log(days_since_last_engagement)"
  std::vector<TermFactor> factors;

  /// The term's value; NaN when it reads a missing feature (but never for kMissing).
  double value(std::span<const double> row) const;
};

/// A named group of terms that is taken into the model as a whole, or not.
struct TermFamily {
  std::string_view name;     ///< "preferred_hour"
  std::string_view meaning;  ///< one sentence, for the model card
  std::vector<Term> terms;
};

/// The 27 features as they are.
std::vector<Term> linear_terms();

/// The engineered families, in the order in which training tries them.
const std::vector<TermFamily>& term_families();

/// The product of two features, centred on their means in `rows`.
Term pair_term(int a, int b);

/// Sets the centre of every product's factors to the factor's mean over `rows`.
void centre_terms(std::vector<Term>& terms, ml::MatrixView rows);

/// The values of all terms for every row: [rows, terms], NaN where missing.
ml::Matrix term_matrix(std::span<const Term> terms, ml::MatrixView rows);

/// Adds `amount` to the entries of `per_feature` that the term speaks of.
void attribute(const Term& term, double amount, std::span<double> per_feature);

/// Terms as JSON, and back. `terms_from_json` throws kInvalid "malformed_model" for anything that is not a list of
/// terms over this program's features.
Json terms_to_json(std::span<const Term> terms);
std::vector<Term> terms_from_json(const Json& json);

}  // namespace rapport::scoring
