#include "ml/logistic_regression.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "base/error.h"
#include "ml/class_weights.h"
#include "ml/model_json.h"
#include "ml/xgboost_trainer.h"

// Newton's method on  |w|^2 / 2 + C * sum_i s_i log(1 + exp(-m_i)),  m_i the signed margin of row i: scikit-learn's
// objective. It is strictly convex (the intercept through the two classes), so a damped Newton step from zero always
// arrives; separable classes and collinear columns are held by the penalty, constant columns are all zero once
// standardised and keep the coefficient 0.

namespace rapport::ml {
namespace {

constexpr std::string_view kFormat = "rapport.logistic.1";

using Eigen::Index;
using Table = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

/// Mean and deviation of the values that are there, feature by feature.
struct Scale {
  std::vector<double> mean;
  std::vector<double> deviation;
};

Scale scale_of(MatrixView x) {
  Scale scale{std::vector<double>(x.cols, 0.0), std::vector<double>(x.cols, 1.0)};
  for (std::size_t j = 0; j < x.cols; ++j) {
    double sum = 0;
    std::size_t known = 0;
    for (std::size_t i = 0; i < x.rows; ++i) {
      if (std::isnan(x.at(i, j))) continue;
      sum += x.at(i, j);
      ++known;
    }
    if (known == 0) continue;  // nothing is known: it stays a constant zero
    const double mean = sum / static_cast<double>(known);
    double squares = 0;
    for (std::size_t i = 0; i < x.rows; ++i) {
      if (!std::isnan(x.at(i, j))) squares += (x.at(i, j) - mean) * (x.at(i, j) - mean);
    }
    scale.mean[j] = mean;
    // Missing values are imputed with the mean: they widen nothing but count.
    const double deviation = std::sqrt(squares / static_cast<double>(x.rows));
    // What remains of a constant after rounding is no deviation.
    const double noise = 10 * std::numeric_limits<double>::epsilon() * std::abs(mean);
    if (deviation > noise && std::isfinite(deviation)) scale.deviation[j] = deviation;
  }
  return scale;
}

/// Rows in standardised units with a last column of ones; missing values are 0, the mean.
Table standardised(MatrixView x, const Scale& scale) {
  Table table(static_cast<Index>(x.rows), static_cast<Index>(x.cols + 1));
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < x.cols; ++j) {
      const double value = x.at(i, j);
      table(static_cast<Index>(i), static_cast<Index>(j)) =
          std::isnan(value) ? 0.0 : (value - scale.mean[j]) / scale.deviation[j];
    }
    table(static_cast<Index>(i), static_cast<Index>(x.cols)) = 1;
  }
  return table;
}

double log1p_exp(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

double sigmoid(double x) {
  if (x >= 0) return 1 / (1 + std::exp(-x));
  const double e = std::exp(x);
  return e / (1 + e);
}

/// The penalised problem over w = (coefficients, intercept).
struct Problem {
  Table x;
  Vector sign;    ///< +1 for class 1, -1 for class 0
  Vector weight;  ///< row weights times C

  Index features() const { return x.cols() - 1; }

  double loss(const Vector& w) const {
    const Vector margin = (x * w).cwiseProduct(sign);
    double sum = 0.5 * w.head(features()).squaredNorm();
    for (Index i = 0; i < margin.size(); ++i) sum += weight[i] * log1p_exp(-margin[i]);
    return sum;
  }

  void derivatives(const Vector& w, Vector& gradient, Eigen::MatrixXd& hessian) const {
    const Vector margin = (x * w).cwiseProduct(sign);
    Vector slope(margin.size());
    Vector curve(margin.size());
    for (Index i = 0; i < margin.size(); ++i) {
      const double wrong = sigmoid(-margin[i]);
      slope[i] = -weight[i] * sign[i] * wrong;
      curve[i] = weight[i] * wrong * sigmoid(margin[i]);
    }
    gradient.noalias() = x.transpose() * slope;
    gradient.head(features()) += w.head(features());
    hessian.noalias() = x.transpose() * (curve.asDiagonal() * x);
    hessian.diagonal().head(features()).array() += 1.0;
    // The intercept has no penalty; far out its curvature may vanish in rounding.
    hessian(features(), features()) += 1e-12 * weight.sum();
  }
};

struct Solution {
  Vector w;
  bool converged = false;
  int iterations = 0;
};

Solution minimise(const Problem& problem, const LogisticRegressionParams& params) {
  Solution at{.w = Vector::Zero(problem.x.cols())};
  Vector gradient(problem.x.cols());
  Eigen::MatrixXd hessian(problem.x.cols(), problem.x.cols());
  double loss = problem.loss(at.w);
  const double scale = std::max(1.0, problem.weight.sum());
  for (;; ++at.iterations) {
    problem.derivatives(at.w, gradient, hessian);
    at.converged = gradient.lpNorm<Eigen::Infinity>() <= params.tol * scale;
    if (at.converged || at.iterations == params.max_iter) return at;
    const Vector step = hessian.ldlt().solve(gradient);
    const double slope = gradient.dot(step);
    // Close to the optimum rounding hides the last of the descent from the loss: there Newton's full step is safe.
    constexpr double kHidden = 1e-12;
    double length = 1;
    if (slope > kHidden * std::max(1.0, std::abs(loss))) {
      while (length > 1e-10 && !(problem.loss(at.w - length * step) <= loss - 1e-4 * length * slope)) length /= 2;
    }
    at.w -= length * step;
    loss = problem.loss(at.w);
  }
}

std::vector<double> to_vector(const Vector& values, Index count) {
  return {values.data(), values.data() + count};
}

}  // namespace

LogisticRegression fit_logistic_regression(MatrixView x, std::span<const double> y, std::span<const double> weights,
                                           const LogisticRegressionParams& params) {
  check_training_rows({x, y, weights});
  const std::vector<double> weighted = class_weighted(y, weights, params.class_weight);
  Scale scale = scale_of(x);
  Problem problem{standardised(x, scale), Vector(static_cast<Index>(y.size())),
                  Eigen::Map<const Vector>(weighted.data(), static_cast<Index>(weighted.size())) * params.C};
  for (std::size_t i = 0; i < y.size(); ++i) problem.sign[static_cast<Index>(i)] = y[i] == 1 ? 1 : -1;
  const Solution solution = minimise(problem, params);

  LogisticRegression model;
  model.coefficients_ = to_vector(solution.w, problem.features());
  model.intercept_ = solution.w[problem.features()];
  model.mean_ = std::move(scale.mean);
  model.deviation_ = std::move(scale.deviation);
  model.converged_ = solution.converged;
  model.iterations_ = solution.iterations;
  return model;
}

double LogisticRegression::predict_logit(std::span<const double> row) const {
  double logit = intercept_;
  for (std::size_t j = 0; j < coefficients_.size(); ++j) {
    if (!std::isnan(row[j])) logit += coefficients_[j] * ((row[j] - mean_[j]) / deviation_[j]);
  }
  return logit;
}

void LogisticRegression::predict_logit(MatrixView rows, std::span<double> out) const {
  for (std::size_t i = 0; i < rows.rows; ++i) out[i] = predict_logit(rows.row(i));
}

void LogisticRegression::explain(std::span<const double> row, Explanation& out) const {
  out.base = intercept_;
  out.contributions.assign(coefficients_.size(), 0.0);
  for (std::size_t j = 0; j < coefficients_.size(); ++j) {
    if (!std::isnan(row[j])) out.contributions[j] = coefficients_[j] * ((row[j] - mean_[j]) / deviation_[j]);
  }
}

std::vector<double> LogisticRegression::importance() const {
  std::vector<double> shares(coefficients_.size());
  std::transform(coefficients_.begin(), coefficients_.end(), shares.begin(), [](double c) { return std::abs(c); });
  const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (total > 0) {
    for (double& share : shares) share /= total;
  }
  return shares;
}

Json LogisticRegression::to_json() const {
  return boost::json::object{{"format", boost::json::string_view(kFormat.data(), kFormat.size())},
                             {"coefficients", boost::json::value_from(coefficients_)},
                             {"intercept", intercept_},
                             {"mean", boost::json::value_from(mean_)},
                             {"deviation", boost::json::value_from(deviation_)},
                             {"converged", converged_},
                             {"iterations", iterations_}};
}

LogisticRegression LogisticRegression::from_json(const Json& json) {
  if (read_string(json, "format") != kFormat) throw_malformed("its \"format\" is unknown");
  LogisticRegression model;
  model.coefficients_ = read_numbers(json, "coefficients");
  model.intercept_ = read_number(json, "intercept");
  model.mean_ = read_numbers(json, "mean");
  model.deviation_ = read_numbers(json, "deviation");
  model.converged_ = read_boolean(json, "converged");
  model.iterations_ = static_cast<int>(read_integer(json, "iterations", 0, std::numeric_limits<int>::max()));
  if (model.coefficients_.empty() || model.mean_.size() != model.coefficients_.size() ||
      model.deviation_.size() != model.coefficients_.size()) {
    throw_malformed("\"coefficients\", \"mean\" and \"deviation\" differ in length");
  }
  for (const double deviation : model.deviation_) {
    if (!(deviation > 0)) throw_malformed("\"deviation\" must hold positive numbers");
  }
  return model;
}

}  // namespace rapport::ml
