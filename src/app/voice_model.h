#pragma once

#include <memory>

#include "app/settings.h"
#include "base/metrics.h"
#include "flows/transcribe_voice_note.h"
#include "voice/transcriber.h"

namespace rapport::app {

/// The voice model that the settings name, if any, with its limits.
///
/// Threads   safe.
/// Throws    the constructor: kInvalid "invalid_setting" for a model that is neither in the manifest nor there, or a
///           language that no model knows; kUnavailable for a model that cannot be loaded.
class VoiceModel {
 public:
  /// `metrics` must outlive it.
  VoiceModel(const Settings& settings, Metrics& metrics);

  const flows::VoiceNotes& notes() const { return notes_; }

 private:
  std::unique_ptr<const voice::Transcriber> transcriber_;
  flows::VoiceNotes notes_;
};

}  // namespace rapport::app
