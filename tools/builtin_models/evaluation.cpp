#include "evaluation.h"

#include <algorithm>
#include <cmath>

#include "ml/metrics.h"

namespace rapport::training_tool {
namespace {

std::size_t strongest(const std::vector<float>& values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

double log_loss_at(const std::vector<std::vector<float>>& logits, const Samples& samples, float temperature) {
  double loss = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    double total = 0;
    for (const float logit : logits[i]) total += std::exp(logit / temperature);
    for (std::size_t l = 0; l < logits[i].size(); ++l) {
      loss -= samples[i].weight * samples[i].target[l] * (logits[i][l] / temperature - std::log(total));
    }
  }
  return loss;
}

}  // namespace

Quality measure(const ml::NgramClassifier& model, const Samples& samples) {
  const std::size_t labels = model.labels().size();
  std::vector<double> right(labels), there(labels), said(labels);
  std::vector<double> correct;
  std::vector<double> confidence;
  std::vector<float> probs(labels);
  for (const Sample& sample : samples) {
    model.probabilities(sample.text, probs);
    const std::size_t guess = strongest(probs);
    const std::size_t truth = sample.target[guess] > 0 ? guess : strongest(sample.target);
    there[truth] += 1;
    said[guess] += 1;
    right[guess] += guess == truth ? 1 : 0;
    correct.push_back(guess == truth ? 1 : 0);
    confidence.push_back(probs[guess]);
  }
  Quality quality;
  quality.texts = samples.size();
  double present = 0;
  double all_right = 0;
  for (std::size_t l = 0; l < labels; ++l) {
    quality.f1.push_back(there[l] + said[l] > 0 ? 2 * right[l] / (there[l] + said[l]) : 0);
    all_right += right[l];
    if (there[l] == 0) continue;
    present += 1;
    quality.macro_recall += right[l] / there[l];
    quality.macro_f1 += quality.f1[l];
  }
  quality.macro_recall /= std::max(present, 1.0);
  quality.macro_f1 /= std::max(present, 1.0);
  quality.accuracy = all_right / std::max<double>(1, static_cast<double>(samples.size()));
  quality.ece = ml::ece(correct, confidence).value_or(0);
  return quality;
}

float fit_temperature(const ml::NgramClassifier& model, const Samples& samples) {
  std::vector<std::vector<float>> logits(samples.size(), std::vector<float>(model.labels().size()));
  for (std::size_t i = 0; i < samples.size(); ++i) model.logits(samples[i].text, logits[i]);
  float best = 1;
  double least = log_loss_at(logits, samples, best);
  for (float temperature = 0.4F; temperature < 4; temperature *= 1.03F) {
    const double loss = log_loss_at(logits, samples, temperature);
    if (loss < least) {
      least = loss;
      best = temperature;
    }
  }
  return best;
}

}  // namespace rapport::training_tool
