#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "support/api_test.h"
#include "support/markdown.h"
#include "support/raw_http.h"
#include "support/recordings.h"

namespace rapport::testing {
namespace {

constexpr const char* kTranscribe = "/api/v1/ml/voice/transcribe-upload";
constexpr const char* kTranslate = "/api/v1/ml/voice/translate-upload";
constexpr const char* kDetect = "/api/v1/ml/voice/detect-language-upload";
constexpr const char* kLanguages = "/api/v1/ml/voice/supported-languages";
constexpr const char* kTranscriptions = "/v1/audio/transcriptions";

HttpAnswer send(HttpClient& client, const char* target, const std::string& body,
                const std::string& type = Form::kType) {
  return client.request("POST", target, body, {{"Content-Type", type}});
}
HttpAnswer send(HttpClient& client, const char* target, const Form& form) {
  return send(client, target, form.body());
}

/// What OpenAI's clients read of an error.
struct OpenAiError {
  std::string type;
  std::string code;
  Json param;
};
OpenAiError openai_error(const HttpAnswer& answer) {
  const Json document = answer.json();
  EXPECT_EQ(document.as_object().size(), 1U) << answer.body;
  const auto& error = document.at("error").as_object();
  EXPECT_FALSE(error.at("message").as_string().empty());
  return {std::string(error.at("type").as_string()), std::string(error.at("code").as_string()), error.at("param")};
}

/// Without a voice model: everything but a transcript.
class VoiceApi : public ApiTest {
 protected:
  HttpClient viewer_ = client();
};

TEST_F(VoiceApi, WithoutAModelSaysWhichCommandInstallsOne) {
  for (const char* target : {kTranscribe, kTranslate, kDetect}) {
    const HttpAnswer answer = send(viewer_, target, Form().file(wav_of(1)));
    expect_error(answer, 503, "model_not_installed");
    EXPECT_NE(answer.body.find("rapport models pull whisper-base"), std::string::npos);
  }
  const HttpAnswer answer = send(viewer_, kTranscriptions, Form().file(wav_of(1)).field("model", "whisper-1"));
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(openai_error(answer).type, "server_error");
  EXPECT_EQ(openai_error(answer).code, "model_not_installed");
  EXPECT_EQ(viewer_.get("/v1/models").json().at("data").as_array().size(), 0U);
}

TEST_F(VoiceApi, WithoutAModelNamesTheNinetyNineLanguagesOfWhisper) {
  const Json data = data_of(viewer_.get(kLanguages));

  std::set<std::string> codes;
  for (const Json& code : data.at("languages").as_array()) codes.insert(std::string(code.as_string()));
  EXPECT_EQ(codes.size(), 99U);
  EXPECT_EQ(data.at("count").to_number<int>(), 99);
  for (const char* code : {"en", "es", "hi", "pt", "zh"}) EXPECT_TRUE(codes.contains(code)) << code;
  EXPECT_EQ(data.at("names").at("pt"), "portuguese");
  EXPECT_TRUE(data.at("model").is_null());
}

TEST_F(VoiceApi, TakesFormsAlone) {
  for (const char* target : {kTranscribe, kTranslate, kDetect}) {
    expect_error(send(viewer_, target, "{}", "application/json"), 415, "content_type_not_supported");
    expect_error(send(viewer_, target, wav_of(1), "audio/wav"), 415, "content_type_not_supported");
    expect_error(send(viewer_, target, "abc"), 400, "malformed_form");
    expect_error(send(viewer_, target, Form().file(wav_of(1)).body(), "multipart/form-data"), 400, "malformed_form");
    std::string cut = Form().file(wav_of(1)).body();
    cut.resize(cut.size() - 10);
    expect_error(send(viewer_, target, cut), 400, "malformed_form");
  }
}

TEST_F(VoiceApi, NamesEveryMistakeByItsField) {
  using Pointers = std::vector<std::string>;
  const auto pointers = [&](const char* target, const Form& form) {
    const HttpAnswer answer = send(viewer_, target, form);
    expect_error(answer, 422, "invalid_request");
    return pointers_of(answer);
  };
  EXPECT_EQ(pointers(kTranscribe, Form()), Pointers{"/file"});
  EXPECT_EQ(pointers(kTranscribe, Form().file("a").file("b")), Pointers{"/file"});
  EXPECT_EQ(pointers(kTranscribe, Form().file("a").field("language", "klingon")), Pointers{"/language"});
  EXPECT_EQ(pointers(kTranscribe, Form().file("a").field("language", "\xff")), Pointers{"/language"});
  EXPECT_EQ(pointers(kTranscribe, Form().file("a").field("words", "maybe").field("temperature", "1.5")),
            (Pointers{"/words", "/temperature"}));
  EXPECT_EQ(pointers(kTranscribe, Form().file("a").field("prompt", std::string(4097, 'x'))), Pointers{"/prompt"});
  EXPECT_EQ(pointers(kTranscribe, Form().file("a").field("message_id", "a\nb")), Pointers{"/message_id"});
  EXPECT_EQ(pointers(kTranscribe, Form().file("a").field("colour", "red")), Pointers{"/colour"});
  EXPECT_EQ(pointers(kTranslate, Form().file("a").field("words", "true")), Pointers{"/words"});
  EXPECT_EQ(pointers(kDetect, Form().file("a").field("language", "en")), Pointers{"/language"});
}

TEST_F(VoiceApi, KeepsItsDoorsClosed) {
  HttpClient nobody = server_.client();
  for (const char* target : {kTranscribe, kTranslate, kDetect}) {
    expect_error(send(nobody, target, Form().file(wav_of(1))), 401, "token_missing");
  }
  expect_error(nobody.get(kLanguages), 401, "token_missing");
  const HttpAnswer openai = send(nobody, kTranscriptions, Form().file(wav_of(1)));
  EXPECT_EQ(openai.status, 401);
  EXPECT_EQ(openai_error(openai).code, "token_missing");
  EXPECT_FALSE(openai.header("www-authenticate").empty());
  EXPECT_EQ(nobody.get("/v1/models").status, 401);

  const Form with_message = Form().file(wav_of(1)).field("message_id", "m0000001");
  expect_error(send(viewer_, kTranscribe, with_message), 403, "role_required");
}

TEST_F(VoiceApi, KnowsNoMessageOfAnotherTenant) {
  HttpClient stranger = client("analyst", "somebody-else");

  expect_error(send(stranger, kTranscribe, Form().file(wav_of(1)).field("message_id", "m0000001")), 404,
               "unknown_message");
}

TEST_F(VoiceApi, RefusesWhatIsTooLargeBeforeItIsRead) {
  const HttpAnswer answer = send(viewer_, kTranscribe, Form().file(std::string((26 << 20) + 300'000, 'x')).body());

  expect_error(answer, 413, "body_too_large");
}

TEST_F(VoiceApi, GivesOpenAisClientsErrorsInTheirForm) {
  const auto error_of = [&](const Form& form) {
    const HttpAnswer answer = send(viewer_, kTranscriptions, form);
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_EQ(openai_error(answer).type, "invalid_request_error");
    return std::string(openai_error(answer).param.as_string());
  };
  const auto form = [] { return Form().file("a").field("model", "whisper-1"); };
  EXPECT_EQ(error_of(Form().field("model", "whisper-1")), "file");
  EXPECT_EQ(error_of(Form().file("a")), "model");
  EXPECT_EQ(error_of(form().field("response_format", "diarized_json")), "response_format");
  EXPECT_EQ(error_of(form().field("response_format", "docx")), "response_format");
  EXPECT_EQ(error_of(form().field("timestamp_granularities[]", "word")), "timestamp_granularities[]");
  EXPECT_EQ(error_of(form().field("include[]", "logprobs")), "include[]");
  EXPECT_EQ(error_of(form().field("chunking_strategy", "{}")), "chunking_strategy");
  EXPECT_EQ(error_of(form().field("temperature", "2")), "temperature");
  EXPECT_EQ(error_of(form().field("language", "xx")), "language");
  EXPECT_EQ(error_of(form().field("colour", "red")), "colour");

  const HttpAnswer wrong_type = send(viewer_, kTranscriptions, "{}", "application/json");
  EXPECT_EQ(wrong_type.status, 415);
  EXPECT_TRUE(openai_error(wrong_type).param.is_null());
  const HttpAnswer unknown = viewer_.get("/v1/models/gpt-4o");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(openai_error(unknown).code, "model_not_found");
}

/// With the micro model: from the file to the words.
class VoiceModelApi : public ApiTest {
 protected:
  VoiceModelApi() : ApiTest(with_voice_model()) {}

  static std::string heard(const char* name) { return file_text(clip(name)); }
  HttpClient analyst_ = client("analyst");
};

TEST_F(VoiceModelApi, WritesWhatIsSaidInTheLanguageThatIsSpoken) {
  const Json english = data_of(send(analyst_, kTranscribe, Form().file(heard("where_is_my_order.wav"))));
  const Json spanish = data_of(send(analyst_, kTranscribe, Form().file(heard("donde_esta_mi_pedido.ogg"))));

  EXPECT_EQ(english.at("text"), "Where is my order?");
  EXPECT_EQ(english.at("language"), "en");
  EXPECT_EQ(spanish.at("text"), "¿Dónde está mi pedido?");
  EXPECT_EQ(spanish.at("language"), "es");
  EXPECT_EQ(english.at("speech"), true);
  EXPECT_EQ(english.at("model"), "micro-whisper");
  EXPECT_GT(english.at("confidence").to_number<double>(), 0.5);
}

TEST_F(VoiceModelApi, TranslatesAndNamesTheLanguage) {
  const Form form = Form().file(heard("donde_esta_mi_pedido.ogg"));
  EXPECT_EQ(data_of(send(analyst_, kTranslate, form)).at("text"), "Where is my order?");
  EXPECT_EQ(data_of(send(analyst_, kDetect, form)).at("language"), "es");
}

TEST_F(VoiceModelApi, HearsNothingInSilence) {
  const Json data = data_of(send(analyst_, kTranscribe, Form().file(wav_of(3))));

  EXPECT_EQ(data.at("text"), "");
  EXPECT_EQ(data.at("speech"), false);
  EXPECT_EQ(data.at("reason"), "no_speech");
  EXPECT_TRUE(data.at("confidence").is_null());
}

TEST_F(VoiceModelApi, AnswersOpenAisClients) {
  const HttpAnswer answer =
      send(analyst_, kTranscriptions,
           Form().file(heard("where_is_my_order.wav")).field("model", "whisper-1").field("response_format", "srt"));

  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_NE(answer.body.find("Where is my order?"), std::string::npos) << answer.body;
  EXPECT_EQ(analyst_.get("/v1/models").json().at("data").at(1).at("id"), "micro-whisper");
}

/// Minutes of one sentence, again and again: 16,000 Hz, 16 bits.
std::string long_recording(std::size_t bytes) {
  constexpr std::size_t kHead = 44;
  constexpr std::size_t kDataBytes = 40;  // where the head says how long it is
  std::string wav = file_text(clip("where_is_my_order.wav"));
  const std::string sentence = wav.substr(kHead) + std::string(32'000, '\0');
  while (wav.size() + sentence.size() < bytes) wav += sentence;
  const auto size = static_cast<std::uint32_t>(wav.size() - kHead);
  for (std::size_t i = 0; i < 4; ++i) wav[kDataBytes + i] = static_cast<char>(size >> 8 * i);
  return wav;
}

/// Uploads from outside, byte by byte where it matters.
class VoiceUploads : public VoiceModelApi {
 protected:
  std::string request_of(const char* target, const Form& form) {
    return make_request("POST", target, form.body(),
                        {{"Content-Type", Form::kType}, {"Authorization", "Bearer " + workspace_.token("analyst")}});
  }
  static Form streamed(const std::string& recording) {
    return Form().field("model", "whisper-1").field("stream", "true").file(recording);
  }
  bool comes_to_count(const std::string& metric) {
    HttpClient observer = client();
    for (int i = 0; i < 3000; ++i) {
      if (observer.get("/metrics").body.find(metric) != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  /// The most memory that the server has had, in bytes.
  std::size_t peak_memory() {
    const std::string status = file_text("/proc/" + std::to_string(server_.program().pid()) + "/status");
    return std::stoull(status.substr(status.find("VmHWM:") + 6)) * 1024;
  }
};

TEST_F(VoiceUploads, MayDribble) {
  RawConnection connection(server_.port());
  for (const char& byte : request_of(kTranscribe, Form().file(heard("donde_esta_mi_pedido.ogg")))) {
    connection.send({&byte, 1});
  }

  const auto answer = connection.read(std::chrono::seconds(60));

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_NE(answer->body.find("¿Dónde está mi pedido?"), std::string::npos) << answer->body;
}

TEST_F(VoiceUploads, DoNotLieInMemory) {
  const std::string recording = long_recording(25 << 20);
  data_of(send(analyst_, kDetect, Form().file(recording)));  // once, so that everything has been used
  const std::size_t before = peak_memory();

  data_of(send(analyst_, kDetect, Form().file(recording)));

  EXPECT_LT(peak_memory() - before, std::size_t{4} << 20);
}

TEST_F(VoiceUploads, OfClientsThatLeaveLeaveNothing) {
  const std::string request = request_of(kTranscribe, Form().file(std::string(20 << 20, 'x')));
  for (int i = 0; i < 20; ++i) {  // more than the budget of all bodies together, one behind the other
    RawConnection connection(server_.port());
    connection.send(std::string_view(request).substr(0, request.size() / 2));
    connection.reset();
  }

  EXPECT_TRUE(comes_to_count("route=\"" + std::string(kTranscribe) + "\",status=\"499\"} 20"));
  EXPECT_EQ(data_of(send(analyst_, kTranscribe, Form().file(heard("where_is_my_order.wav")))).at("text"),
            "Where is my order?");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(workspace_.data())) {
    EXPECT_FALSE(entry.path().filename().string().starts_with(".rapport-")) << entry.path();
  }
}

TEST_F(VoiceUploads, StreamTheTextWhileItIsWritten) {
  RawConnection connection(server_.port());
  connection.send(request_of(kTranscriptions, streamed(long_recording(8 << 20))));

  const auto first = connection.read_until("\n\n", std::chrono::seconds(60));
  ASSERT_TRUE(first);
  EXPECT_NE(first->find("Transfer-Encoding: chunked"), std::string::npos) << *first;
  EXPECT_NE(first->find("X-Rapport-Model: "), std::string::npos) << *first;
  EXPECT_NE(first->find("data: {\"type\":\"transcript.text.delta\""), std::string::npos) << *first;
  EXPECT_EQ(first->find("transcript.text.done"), std::string::npos);
  connection.reset();  // work is still to be done: a client that has its whole answer is not counted so

  EXPECT_TRUE(comes_to_count("route=\"" + std::string(kTranscriptions) + "\",status=\"499\"} 1"));
}

TEST_F(VoiceUploads, StreamToSlowReadersToTheEnd) {
  RawConnection connection(server_.port());
  connection.send(request_of(kTranscriptions, streamed(heard("where_is_my_order.wav"))));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));

  const auto answer = connection.read_until("0\r\n\r\n", std::chrono::seconds(60));

  ASSERT_TRUE(answer);
  EXPECT_NE(answer->find("data: {\"type\":\"transcript.text.delta\",\"delta\":\"Where is my order?\"}\n\n"),
            std::string::npos)
      << *answer;
  EXPECT_NE(answer->find("data: {\"type\":\"transcript.text.done\",\"text\":\"Where is my order?\""),
            std::string::npos);
  connection.send(make_request("GET", "/livez"));
  EXPECT_EQ(connection.read()->status, 200) << "the connection goes on";
}

TEST_F(VoiceUploads, AreAnsweredWithAnErrorWhereNothingWasStreamed) {
  const HttpAnswer answer = send(analyst_, kTranscriptions, streamed("this is no sound"));

  EXPECT_EQ(answer.status, 415);
  EXPECT_EQ(openai_error(answer).code, "audio_unsupported");
}

}  // namespace
}  // namespace rapport::testing
