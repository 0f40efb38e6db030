#pragma once

#include <string>
#include <vector>

#include "language_training/evaluation.h"

namespace rapport::language {

/// Figures as lines of text: accuracy on words, pairs and sentences of each language, means of each script with the
/// calibration error, and last the mean over the 75 languages of Lingua, another identifier of languages, whose
/// authors published its accuracy and that of others. Languages of Lingua that are known by their script alone count
/// as right. Languages that were not measured are left out of means.
std::string report(const std::vector<ScriptFigures>& scripts);

}  // namespace rapport::language
