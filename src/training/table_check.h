#pragma once

#include <cstddef>

#include "training/train.h"

namespace rapport::training {

/// Fewest usable rows (at least one feature known) that a model is trained on: the contract's.
constexpr std::size_t kMinRows = 100;
/// Fewest rows of the rarer class: two for each of five folds.
constexpr std::size_t kMinRarerClass = 10;

/// The table without the rows of which no feature is known.
///
/// Throws    kConflict "null_target" (how many, the first row numbers, from 1), "insufficient_training_data" (how many
///           rows there are and are needed), "single_class", "no_features"; kInvalid "invalid_target" for a target that is
///           no score 0..100 (no 0 or 1), "invalid_training_data" for infinities and sizes that do not fit together.
TrainingTable usable_rows(const TrainingTable& table);

/// The first part of it, for evaluation: sizes, infinities and targets.
void check_values(const TrainingTable& table);

}  // namespace rapport::training
