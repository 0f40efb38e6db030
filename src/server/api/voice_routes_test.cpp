// The voice endpoints over a transcriber that says what the test wants; everything else is real.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <functional>

#include "inference/model_registry.h"
#include "sentiment/fake_classifier.h"
#include "server/api/api.h"
#include "support/recordings.h"
#include "support/temporary_folder.h"
#include "translation/message_translator.h"
#include "voice/fake_transcriber.h"

namespace rapport::api {
namespace {

using sentiment::testing::FakeClassifier;
using testing::Form;
using voice::testing::FakeTranscriber;

constexpr const char* kTranscribe = "/api/v1/ml/voice/transcribe-upload";
constexpr const char* kTranslate = "/api/v1/ml/voice/translate-upload";
constexpr const char* kDetect = "/api/v1/ml/voice/detect-language-upload";
constexpr const char* kTranscriptions = "/v1/audio/transcriptions";
constexpr const char* kTranslations = "/v1/audio/translations";

/// Keeps what is sent.
struct Events final : http::EventStream {
  void set_header(std::string name, std::string value) override {
    headers.emplace_back(std::move(name), std::move(value));
  }
  void send(std::string_view data) override { sent.emplace_back(data); }
  std::vector<std::string> sent;
  std::vector<std::pair<std::string, std::string>> headers;
};

class VoiceRoutes : public ::testing::Test {
 protected:
  void say(voice::Transcript said) { said_ = std::move(said); }

  const std::vector<http::Route>& routes() {
    if (routes_.empty()) {
      routes_ = api::routes({.flows = {*store_, models_, clock_},
                             .jobs = jobs_,
                             .analyzer = analyzer_,
                             .voice = {.transcriber = &transcriber_},
                             .translator = translator_,
                             .translators = {},
                             .translation_limits = {},
                             .metrics = metrics_});
    }
    return routes_;
  }

  http::Request request(const Form& form, auth::Role role = auth::Role::kAnalyst) const {
    http::Request made;
    made.method = "POST";
    made.headers = {{"content-type", Form::kType}};
    made.form = form_of(form);
    made.events = events_;
    made.principal = auth::Principal{tenant_, "ana", role};
    made.client_gone = client_gone_;
    return made;
  }

  static std::shared_ptr<const http::Form> form_of(const Form& form) {
    http::FormReader reader(Form::kType, "file", std::filesystem::temp_directory_path());
    reader.write(form.body());
    return std::make_shared<const http::Form>(std::move(reader).finish());
  }

  http::Response call(const std::string& pattern, const http::Request& request) {
    for (const http::Route& route : routes()) {
      if (route.pattern != pattern) continue;
      try {
        return route.handle(request);
      } catch (const Error& error) {
        http::Response response = http::error_response(error, "id");
        if (route.shape_error) route.shape_error(response);
        return response;
      }
    }
    throw std::runtime_error("no such route: " + pattern);
  }
  http::Response call(const std::string& pattern, const Form& form) { return call(pattern, request(form)); }

  Json data_of(const http::Response& response) {
    EXPECT_EQ(response.status, 200) << response.body;
    return parse_json_or_throw(response.body).at("data");
  }
  Json json_of(const http::Response& response) {
    EXPECT_EQ(response.status, 200) << response.body;
    return parse_json_or_throw(response.body);
  }
  static Form recording() { return Form().file(testing::wav_of(2, 440)); }
  static Form openai_recording() { return recording().field("model", "whisper-1"); }

  voice::Transcript said_ = voice::testing::sentence("Hello, I would like to order your product", "en", 0.94);
  const FakeTranscriber transcriber_{[this](const auto&) { return said_; }};
  testing::TemporaryFolder folder_;
  ManualClock clock_{from_epoch_ms(1'763'892'000'000)};
  std::unique_ptr<store::Store> store_ = store::Store::open("sqlite:" + (folder_ / "rapport.db"), clock_);
  Metrics metrics_;
  const translation::MessageTranslator translator_{{}, metrics_};
  inference::ModelRegistry models_{*store_, clock_, metrics_};
  jobs::JobRunner jobs_{*store_, jobs::JobRunner::Options()};
  FakeClassifier sentiment_ = sentiment::testing::fake_sentiment("builtin-sentiment");
  FakeClassifier emotion_ = sentiment::testing::fake_emotion("builtin-emotion");
  const sentiment::Analyzer analyzer_{
      {.builtin_sentiment = &sentiment_, .builtin_emotion = &emotion_, .builtin_emotion_languages = {"en"}},
      [](std::string_view) {
        return language::Identified{"en", 0.97, {}};
      }};
  const TenantId tenant_{"shop"};
  const std::shared_ptr<std::atomic<bool>> client_gone_ = std::make_shared<std::atomic<bool>>(false);
  const std::shared_ptr<Events> events_ = std::make_shared<Events>();
  std::vector<http::Route> routes_;
};

TEST_F(VoiceRoutes, ATranscriptHasEveryFieldOfTheContract) {
  const http::Response response = call(kTranscribe, recording());

  const Json data = data_of(response);
  EXPECT_EQ(data.at("text"), "Hello, I would like to order your product");
  EXPECT_EQ(data.at("language"), "en");
  EXPECT_EQ(data.at("confidence").as_double(), 0.94);
  EXPECT_NEAR(data.at("duration").to_number<double>(), 2, 0.01);
  EXPECT_EQ(data.at("speech"), true);
  EXPECT_EQ(data.at("model"), "fake-whisper");
  const Json& segment = data.at("segments").at(0);
  EXPECT_EQ(segment.at("start").to_number<double>(), 0);
  EXPECT_EQ(segment.at("end").to_number<double>(), 2);
  EXPECT_EQ(segment.at("text"), "Hello, I would like to order your product");
  EXPECT_FALSE(data.as_object().contains("words"));
  EXPECT_FALSE(data.as_object().contains("reason"));
  const auto& headers = response.headers;
  const auto has = [&](const std::string& name, const std::string& part) {
    return std::any_of(headers.begin(), headers.end(), [&](const auto& header) {
      return header.first == name && header.second.find(part) != std::string::npos;
    });
  };
  EXPECT_TRUE(has("Server-Timing", "compute;dur=12.000"));
  EXPECT_TRUE(has("X-Rapport-Model", "fake-whisper"));
}

TEST_F(VoiceRoutes, SilenceIsAnAnswerWithoutWordsAndWithAReason) {
  say(voice::testing::silence());

  const Json data = data_of(call(kTranscribe, recording()));

  EXPECT_EQ(data.at("text"), "");
  EXPECT_EQ(data.at("speech"), false);
  EXPECT_EQ(data.at("language"), "und");
  EXPECT_TRUE(data.at("confidence").is_null());
  EXPECT_TRUE(data.at("language_probability").is_null());
  EXPECT_EQ(data.at("reason"), "no_speech");
  EXPECT_EQ(data.at("suppressed").at(0).at("reason"), "silence");
  EXPECT_EQ(data_of(call(kDetect, recording())).at("reason"), "no_speech");
}

TEST_F(VoiceRoutes, OptionsReachTheModel) {
  const Json data = data_of(call(kTranscribe, recording()
                                                  .field("language", "pt-BR")
                                                  .field("words", "true")
                                                  .field("timestamps", "1")
                                                  .field("prompt", "Rapport")
                                                  .field("temperature", "0.4")));

  EXPECT_EQ(data.at("words").at(0).at("word"), "one");
  const voice::TranscribeOptions& asked = transcriber_.asked.at(0);
  EXPECT_EQ(asked.language, "pt");
  EXPECT_TRUE(asked.words);
  EXPECT_TRUE(asked.timestamps);
  EXPECT_EQ(asked.prompt, "Rapport");
  EXPECT_EQ(asked.temperature, 0.4);
  EXPECT_EQ(asked.task, voice::Task::kTranscribe);
  EXPECT_EQ(asked.cancelled, client_gone_.get());
}

TEST_F(VoiceRoutes, EmptyFieldsAreNotGiven) {
  EXPECT_EQ(call(kTranscribe, recording().field("language", "").field("temperature", "").field("words", "")).status,
            200);
  EXPECT_EQ(call(kTranscribe, recording().field("language", "auto")).status, 200);
  for (const auto& asked : transcriber_.asked) EXPECT_EQ(asked.language, "");
}

TEST_F(VoiceRoutes, KnowOnlyTheLanguagesOfTheModel) {
  EXPECT_EQ(call(kTranscribe, recording().field("language", "fr")).status, 422);
  EXPECT_EQ(call(kTranscribe, recording().field("language", "hindi")).status, 200);
  http::Request ask = request(recording());
  const Json data = data_of(call("/api/v1/ml/voice/supported-languages", ask));
  EXPECT_EQ(data.at("count").to_number<int>(), 4);
  EXPECT_EQ(data.at("model"), "fake-whisper");
}

TEST_F(VoiceRoutes, TranslateIntoEnglishAndNameWhatIsSpoken) {
  say(voice::testing::sentence("I want to buy your product", "es"));

  const Json data = data_of(call(kTranslate, recording()));

  EXPECT_EQ(data.at("text"), "I want to buy your product");
  EXPECT_EQ(data.at("language"), "es");
  EXPECT_EQ(transcriber_.asked.at(0).task, voice::Task::kTranslateToEnglish);
}

TEST_F(VoiceRoutes, DetectTheLanguageWithItsRivals) {
  say(voice::testing::sentence("", "es"));

  const Json data = data_of(call(kDetect, recording()));

  EXPECT_EQ(data.at("language"), "es");
  EXPECT_EQ(data.at("confidence").to_number<double>(), 0.9);
  EXPECT_EQ(data.at("probabilities").at(0).at("name"), "spanish");
  EXPECT_EQ(data.at("probabilities").at(1).at("language"), "pt");
}

TEST_F(VoiceRoutes, ARecordingOfAStoredMessageIsPutDownWithIt) {
  Contact contact;
  contact.id = ContactId("ana");
  Message note;
  note.id = MessageId("n1");
  note.contact = contact.id;
  note.sent_at = from_epoch_ms(1'700'000'000'000);
  const auto writer = store_->bulk_writer(tenant_);
  writer->write(contact);
  writer->write(note);
  writer->commit();
  say(voice::testing::sentence("I love it", "en"));

  const Json data = data_of(call(kTranscribe, recording().field("message_id", "n1")));

  EXPECT_EQ(data.at("message_id"), "n1");
  EXPECT_EQ(data.at("analysis").at("sentiment"), "positive");
  EXPECT_EQ(store_->history(tenant_, contact.id)->messages.at(0).transcript.reveal(), "I love it");
  EXPECT_EQ(call(kTranscribe, recording().field("message_id", "n2")).status, 404);
  EXPECT_EQ(call(kTranscribe, request(recording().field("message_id", "n1"), auth::Role::kViewer)).status, 403);
}

TEST_F(VoiceRoutes, RecordingsThatAreNoneAreNamedSo) {
  EXPECT_EQ(call(kTranscribe, Form().file("this is no sound at all, but a text")).status, 415);
  EXPECT_EQ(call(kTranscribe, Form().file("")).status, 422);
  EXPECT_EQ(call(kTranscriptions, Form().file("").field("model", "whisper-1")).status, 400);
}

TEST_F(VoiceRoutes, SpeakAsOpenAiDoes) {
  const auto content = [&](const std::string& format) {
    const http::Response response = call(kTranscriptions, openai_recording().field("response_format", format));
    EXPECT_EQ(response.status, 200) << response.body;
    return response.content_type + "|" + response.body;
  };
  const std::string text = "Hello, I would like to order your product";
  EXPECT_EQ(content("json"),
            "application/json|{\"text\":\"" + text + "\",\"usage\":{\"type\":\"duration\",\"seconds\":2}}");
  EXPECT_EQ(content(""), content("json"));
  EXPECT_EQ(content("text"), "text/plain; charset=utf-8|" + text + "\n");
  EXPECT_EQ(content("srt"), "application/x-subrip; charset=utf-8|1\n00:00:00,000 --> 00:00:02,000\n" + text + "\n\n");
  EXPECT_EQ(content("vtt"), "text/vtt; charset=utf-8|WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n" + text + "\n\n");
  EXPECT_FALSE(transcriber_.asked.at(0).timestamps) << "no times where nobody reads them";
  EXPECT_TRUE(transcriber_.asked.back().timestamps);
}

TEST_F(VoiceRoutes, GiveOpenAisVerboseForm) {
  const Json document = json_of(call(kTranscriptions, openai_recording()
                                                          .field("response_format", "verbose_json")
                                                          .field("timestamp_granularities[]", "word")
                                                          .field("timestamp_granularities[]", "segment")));

  EXPECT_EQ(document.at("task"), "transcribe");
  EXPECT_EQ(document.at("language"), "english");
  EXPECT_NEAR(document.at("duration").to_number<double>(), 2, 0.01);
  const Json& segment = document.at("segments").at(0);
  for (const char* field : {"id", "seek", "start", "end", "text", "tokens", "temperature", "avg_logprob",
                            "compression_ratio", "no_speech_prob"}) {
    EXPECT_TRUE(segment.as_object().contains(field)) << field;
  }
  EXPECT_EQ(segment.at("tokens").at(0), 50364);
  EXPECT_EQ(document.at("words").at(0).at("word"), "one");

  const Json words = json_of(
      call(kTranscriptions,
           openai_recording().field("response_format", "verbose_json").field("timestamp_granularities[]", "word")));
  EXPECT_FALSE(words.as_object().contains("segments"));
  const Json translated = json_of(call(kTranslations, openai_recording().field("response_format", "verbose_json")));
  EXPECT_EQ(translated.at("task"), "translate");
  EXPECT_EQ(translated.at("language"), "english");
}

TEST_F(VoiceRoutes, StreamOpenAisEvents) {
  const http::Response response = call(kTranscriptions, openai_recording().field("stream", "true"));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(events_->sent,
            (std::vector<std::string>{
                R"({"type":"transcript.text.delta","delta":"Hello, I would like to order your product"})",
                R"({"type":"transcript.text.done","text":"Hello, I would like to order your product",)"
                R"("usage":{"type":"duration","seconds":2}})"}));
  ASSERT_EQ(events_->headers.size(), 1U);
  EXPECT_EQ(events_->headers[0], std::make_pair(std::string("X-Rapport-Model"), std::string("fake-whisper")));
}

TEST_F(VoiceRoutes, StreamNothingWhereAnErrorIsTheAnswer) {
  const Form no_sound = Form().file("this is no sound").field("model", "whisper-1").field("stream", "true");

  EXPECT_EQ(call(kTranscriptions, no_sound).status, 415);
  EXPECT_TRUE(events_->sent.empty());
}

TEST_F(VoiceRoutes, TakeOpenAisHints) {
  call(kTranscriptions, openai_recording()
                            .field("languages[]", "es")
                            .field("languages[]", "pt-BR")
                            .field("keywords[]", "Rapport")
                            .field("keywords[]", "Acme")
                            .field("temperature", "0")
                            .field("chunking_strategy", "auto"));

  const voice::TranscribeOptions& asked = transcriber_.asked.at(0);
  EXPECT_EQ(asked.allowed_languages, (std::vector<std::string>{"es", "pt"}));
  EXPECT_EQ(asked.prompt, "Rapport, Acme");
  EXPECT_FALSE(asked.temperature) << "0 lets the model try higher ones";
  EXPECT_EQ(call(kTranscriptions, openai_recording().field("languages[]", "fr")).status, 400);
}

TEST_F(VoiceRoutes, KnowTheModelByItsNames) {
  EXPECT_EQ(call(kTranscriptions, recording().field("model", "fake-whisper")).status, 200);
  const http::Response unknown = call(kTranscriptions, recording().field("model", "gpt-4o-transcribe"));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(parse_json_or_throw(unknown.body).at("error").at("param"), "model");
  EXPECT_EQ(parse_json_or_throw(unknown.body).at("error").at("code"), "model_not_found");

  http::Request ask = request(recording());
  const Json list = json_of(call("/v1/models", ask));
  EXPECT_EQ(list.at("object"), "list");
  EXPECT_EQ(list.at("data").at(0).at("id"), "whisper-1");
  EXPECT_EQ(list.at("data").at(1).at("id"), "fake-whisper");
  ask.path_values["voice_model"] = "whisper-1";
  EXPECT_EQ(json_of(call("/v1/models/{voice_model}", ask)).at("owned_by"), "rapport");
}

TEST_F(VoiceRoutes, CountWhatTheyHear) {
  say(voice::testing::silence());
  call(kTranscribe, recording());
  say(voice::testing::sentence("Hello", "en"));
  call(kTranscriptions, openai_recording());

  const std::string metrics = metrics_.text();

  EXPECT_NE(metrics.find("rapport_predictions_total{model=\"voice\",outcome=\"ok\"} 2"), std::string::npos);
}

}  // namespace
}  // namespace rapport::api
