#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace rapport::ml {

enum class CalibrationKind { kIdentity, kPlatt, kIsotonic };
std::string_view to_string(CalibrationKind kind);  ///< "identity", "platt", "isotonic"

/// Platt below 1,000 rows of calibration data, isotonic from there on.
CalibrationKind choose_calibration(std::size_t rows);

/// Turns a classifier's score into a probability. Strictly increasing, so that it never changes a ranking (identity
/// aside, the result lies strictly between 0 and 1).
///
/// Threads   const calls from any number of threads.
/// Source    Platt 1999 with Lin, Lin and Weng's 2007 targets and Newton method; centred isotonic regression (Oron and
///           Flournoy 2017).
class Calibrator {
 public:
  /// The identity: for scores that are probabilities already.
  Calibrator() = default;

  /// Learns from held-out scores and what then happened (0 or 1); weights may be empty. Throws kInvalid
  /// "invalid_training_data" for sizes that differ or values that are not finite, "single_class" when only one class
  /// is there.
  static Calibrator fit(CalibrationKind kind, std::span<const double> scores, std::span<const double> labels,
                        std::span<const double> weights = {});

  double apply(double score) const;
  void apply(std::span<double> scores) const;

  CalibrationKind kind() const { return kind_; }
  /// Platt: probability = 1 / (1 + exp(-(slope * score + intercept))), slope > 0. A contribution to the score times the
  /// slope is then a contribution to the log-odds.
  double slope() const { return slope_; }
  double intercept() const { return intercept_; }

  Json to_json() const;
  /// Throws kInvalid "malformed_model".
  static Calibrator from_json(const Json& json);

 private:
  CalibrationKind kind_ = CalibrationKind::kIdentity;
  double slope_ = 1;
  double intercept_ = 0;
  // Isotonic: strictly increasing points, joined by lines; beyond the ends the curve flattens within `margin_`.
  std::vector<double> knot_scores_;
  std::vector<double> knot_probs_;
  double margin_ = 0;
};

}  // namespace rapport::ml
