#include "ml/xgboost_trainer.h"

#include <xgboost/c_api.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/error.h"
#include "ml/row_slots.h"

namespace rapport::ml {
namespace {

Error invalid(std::string message) {
  return Error(ErrorKind::kInvalid, "invalid_training_data", std::move(message));
}

void check(int status) {
  if (status == 0) return;
  throw Error(ErrorKind::kInternal, "training_failed", "The model could not be trained.").with_log(XGBGetLastError());
}

/// `values` in the way in which XGBoost's interface describes an array of floats.
std::string array_interface(const std::vector<float>& values, const std::string& shape) {
  return R"({"data": [)" + std::to_string(reinterpret_cast<std::uintptr_t>(values.data())) +
         R"(, true], "shape": [)" + shape + R"(], "typestr": "<f4", "version": 3})";
}

class DataSet {
 public:
  explicit DataSet(const TrainingRows& rows) {
    std::vector<float> values;
    values.reserve(rows.x.rows * rows.x.cols);
    for (std::size_t i = 0; i < rows.x.rows * rows.x.cols; ++i) values.push_back(to_feature_value(rows.x.values[i]));
    const std::string shape = std::to_string(rows.x.rows) + ", " + std::to_string(rows.x.cols);
    check(XGDMatrixCreateFromDense(array_interface(values, shape).c_str(), R"({"missing": NaN, "nthread": 1})",
                                   &handle_));
    if (!rows.y.empty()) set("label", rows.y);
    if (!rows.weights.empty()) set("weight", rows.weights);
  }
  ~DataSet() { XGDMatrixFree(handle_); }
  DataSet(const DataSet&) = delete;
  DataSet& operator=(const DataSet&) = delete;

  DMatrixHandle handle() const { return handle_; }

 private:
  void set(const char* field, std::span<const double> values) {
    const std::vector<float> floats(values.begin(), values.end());
    check(XGDMatrixSetInfoFromInterface(handle_, field,
                                        array_interface(floats, std::to_string(floats.size())).c_str()));
  }

  DMatrixHandle handle_ = nullptr;
};

class Booster {
 public:
  explicit Booster(DMatrixHandle rows) { check(XGBoosterCreate(&rows, 1, &handle_)); }
  ~Booster() { XGBoosterFree(handle_); }
  Booster(const Booster&) = delete;
  Booster& operator=(const Booster&) = delete;

  BoosterHandle handle() const { return handle_; }

 private:
  BoosterHandle handle_ = nullptr;
};

}  // namespace

void check_training_rows(const TrainingRows& rows) {
  if (rows.x.rows == 0 || rows.x.cols == 0) throw invalid("There is no row to learn from.");
  if (rows.x.cols > TreeModel::kMaxFeatures) throw invalid("There are more than 2000 features.");
  if (rows.y.size() != rows.x.rows || (!rows.weights.empty() && rows.weights.size() != rows.x.rows)) {
    throw invalid("Features, targets and weights differ in their number of rows.");
  }
  for (std::size_t i = 0; i < rows.x.rows * rows.x.cols; ++i) {
    if (std::isinf(rows.x.values[i])) {
      throw invalid("Row " + std::to_string(i / rows.x.cols) + " has an infinite value in feature " +
                    std::to_string(i % rows.x.cols) + ".");
    }
  }
  constexpr double kLargest = 1e30;  // squares and sums of it stay within float
  for (std::size_t i = 0; i < rows.y.size(); ++i) {
    if (!(std::abs(rows.y[i]) <= kLargest)) throw invalid("Row " + std::to_string(i) + " has no finite target.");
  }
  double total = rows.weights.empty() ? 1 : 0;
  for (std::size_t i = 0; i < rows.weights.size(); ++i) {
    if (!(rows.weights[i] >= 0 && rows.weights[i] <= kLargest)) {
      throw invalid("Row " + std::to_string(i) + " has a weight that is negative or not finite.");
    }
    total += rows.weights[i];
  }
  if (!(total > 0)) throw invalid("All weights are zero.");
}

std::string setting(double value) {
  std::array<char, 32> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

std::string seed_setting(std::uint64_t seed) {
  return std::to_string((seed ^ (seed >> 31)) & 0x7fffffffU);
}

int bins_for(std::size_t rows, int most) {
  return static_cast<int>(std::min(std::max<std::size_t>(rows / 32, 32), static_cast<std::size_t>(most)));
}

struct XgboostTrainer::Handles {
  explicit Handles(const TrainingRows& rows) : data(rows), booster(data.handle()) {}

  DataSet data;
  Booster booster;
};

XgboostTrainer::XgboostTrainer(const TrainingRows& rows, const Settings& settings) {
  check(XGBSetGlobalConfig(R"({"verbosity": 0})"));
  handles_ = std::make_unique<Handles>(rows);
  for (const auto& [name, value] : settings) {
    check(XGBoosterSetParam(handles_->booster.handle(), name.c_str(), value.c_str()));
  }
}

XgboostTrainer::~XgboostTrainer() = default;

void XgboostTrainer::update(int round) {
  check(XGBoosterUpdateOneIter(handles_->booster.handle(), round, handles_->data.handle()));
}

std::vector<float> XgboostTrainer::predict(MatrixView x) {
  const DataSet data({x, {}, {}});
  constexpr const char* kConfig =
      R"({"type": 1, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false})";
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* predicted = nullptr;
  check(XGBoosterPredictFromDMatrix(handles_->booster.handle(), data.handle(), kConfig, &shape, &dimensions,
                                    &predicted));
  return {predicted, predicted + x.rows};
}

std::string XgboostTrainer::json() {
  bst_ulong size = 0;
  const char* bytes = nullptr;
  check(XGBoosterSaveModelToBuffer(handles_->booster.handle(), R"({"format": "json"})", &size, &bytes));
  return std::string(bytes, size);
}

}  // namespace rapport::ml
