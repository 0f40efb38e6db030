#pragma once

#include <xgboost/c_api.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "ml/matrix.h"

namespace rapport::ml {

/// XGBoost's own predictor on a model's JSON: what tests compare with and benchmarks race against.
class XgboostReference {
 public:
  explicit XgboostReference(const std::string& json, int threads = 1) {
    check(XGBoosterCreate(nullptr, 0, &booster_));
    check(XGBoosterSetParam(booster_, "nthread", std::to_string(threads).c_str()));
    check(XGBoosterSetParam(booster_, "verbosity", "0"));
    check(XGBoosterLoadModelFromBuffer(booster_, json.data(), json.size()));
  }
  ~XgboostReference() { XGBoosterFree(booster_); }
  XgboostReference(const XgboostReference&) = delete;
  XgboostReference& operator=(const XgboostReference&) = delete;

  /// One value per row.
  std::vector<float> predict(MatrixView x) { return run(x, 1); }
  /// features + 1 values per row: the contributions and the base.
  std::vector<float> contributions(MatrixView x) { return run(x, 2); }

  /// The call without a copy of the rows: floats, row by row.
  const float* predict_in_place(const std::vector<float>& values, std::size_t rows, std::size_t cols) {
    const std::string array = R"({"data": [)" + std::to_string(reinterpret_cast<std::uintptr_t>(values.data())) +
                              R"(, true], "shape": [)" + std::to_string(rows) + ", " + std::to_string(cols) +
                              R"(], "typestr": "<f4", "version": 3})";
    const char* const config =
        R"({"type": 1, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false,
            "cache_id": 0, "missing": NaN})";
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* result = nullptr;
    check(XGBoosterPredictFromDense(booster_, array.c_str(), config, nullptr, &shape, &dimensions, &result));
    return result;
  }

 private:
  static void check(int status) {
    if (status != 0) throw std::runtime_error(XGBGetLastError());
  }

  std::vector<float> run(MatrixView x, int type) {
    const std::vector<float> values(x.values, x.values + x.rows * x.cols);
    DMatrixHandle data = nullptr;
    check(XGDMatrixCreateFromMat(values.data(), x.rows, x.cols, std::nanf(""), &data));
    const std::string config = R"({"type": )" + std::to_string(type) +
                               R"(, "training": false, "iteration_begin": 0, "iteration_end": 0,
                                   "strict_shape": false})";
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* result = nullptr;
    check(XGBoosterPredictFromDMatrix(booster_, data, config.c_str(), &shape, &dimensions, &result));
    std::size_t count = 1;
    for (bst_ulong i = 0; i < dimensions; ++i) count *= shape[i];
    std::vector<float> copy(result, result + count);
    check(XGDMatrixFree(data));
    return copy;
  }

  BoosterHandle booster_ = nullptr;
};

}  // namespace rapport::ml
