#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "app/training_job.h"
#include "base/metrics.h"
#include "flows/services.h"
#include "flows/transcribe_voice_note.h"
#include "jobs/job_runner.h"
#include "sentiment/analyzer.h"
#include "server/http/router.h"
#include "translation/message_translator.h"

namespace rapport::api {

/// How much one request may ask to be translated.
struct TranslationLimits {
  std::size_t max_text_bytes = 16 * 1024;
  std::size_t max_request_bytes = 256 * 1024;  ///< of all texts together, times the target languages
};

/// What the endpoints need. All references must outlive the routes.
struct ApiServices {
  flows::Services flows;
  jobs::JobRunner& jobs;
  const sentiment::Analyzer& analyzer;
  flows::VoiceNotes voice;
  const translation::MessageTranslator& translator;
  std::span<const std::shared_ptr<const translation::Translator>> translators;  ///< the same ones, by themselves
  TranslationLimits translation_limits;
  Metrics& metrics;
  std::size_t max_batch_rows = 20'000;
  std::chrono::seconds training_wait{600};  ///< how long train-model and train-all wait for their job
  std::function<bool()> draining = {};      ///< readiness turns false
};

/// Every endpoint of Rapport as routes: the contract's under /api/v1/ml, those of OpenAI's audio API under /v1,
/// and /livez, /readyz, /metrics, /version, /openapi.json, /docs. The OpenAPI document is made from the same table.
std::vector<http::Route> routes(const ApiServices& services);

}  // namespace rapport::api
