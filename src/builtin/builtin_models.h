#pragma once

#include "ml/ngram_classifier.h"

namespace rapport::builtin {

/// The models that ship inside the program, so that a machine that never downloaded one has an answer too. Their cards
/// stand in models/builtin/. Read at first use; the weights are not copied.
///
/// Threads   safe.

/// "negative", "neutral", "positive".
const ml::NgramClassifier& sentiment_model();
/// "anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise".
const ml::NgramClassifier& emotion_model();

}  // namespace rapport::builtin
