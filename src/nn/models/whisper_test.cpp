// A small Whisper of random weights as a Hugging Face folder and as OpenAI's .pt file.
#include "nn/models/whisper.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "support/checkpoint_files.h"
#include "support/temporary_folder.h"

namespace rapport::nn {
namespace {

using testing::MadeTensor;
using testing::MadeZipEntry;
using testing::TemporaryFolder;
namespace made = testing::pickle;

constexpr std::size_t kWidth = 8;
constexpr std::size_t kInner = 32;
constexpr std::size_t kMels = 4;
constexpr std::size_t kPositions = 6;
constexpr std::size_t kTextPositions = 10;
constexpr std::size_t kVocabulary = 20;

const std::string kConfig =
    R"({"model_type":"whisper","num_mel_bins":4,"max_source_positions":6,"max_target_positions":10,"vocab_size":20,)"
    R"("d_model":8,"encoder_layers":1,"encoder_attention_heads":2,"encoder_ffn_dim":32,"decoder_layers":1,)"
    R"("decoder_attention_heads":2,"decoder_ffn_dim":32})";

/// Each tensor under both publishers' names.
struct Named {
  std::string hugging_face;
  std::string openai;
  std::vector<std::size_t> shape;
};

void add_block(std::vector<Named>& to, const std::string& hf, const std::string& openai) {
  for (const auto& [theirs, ours] :
       {std::pair{"q_proj", "query"}, {"k_proj", "key"}, {"v_proj", "value"}, {"out_proj", "out"}}) {
    to.push_back({hf + "." + theirs + ".weight", openai + "." + ours + ".weight", {kWidth, kWidth}});
    if (std::string(ours) != "key")
      to.push_back({hf + "." + theirs + ".bias", openai + "." + ours + ".bias", {kWidth}});
  }
  for (const char* part : {".weight", ".bias"})
    to.push_back({hf + "_layer_norm" + part, openai + "_ln" + part, {kWidth}});
}

std::vector<Named> names() {
  std::vector<Named> all = {
      {"model.encoder.conv1.weight", "encoder.conv1.weight", {kWidth, kMels, 3}},
      {"model.encoder.conv1.bias", "encoder.conv1.bias", {kWidth}},
      {"model.encoder.conv2.weight", "encoder.conv2.weight", {kWidth, kWidth, 3}},
      {"model.encoder.conv2.bias", "encoder.conv2.bias", {kWidth}},
      {"model.encoder.embed_positions.weight", "encoder.positional_embedding", {kPositions, kWidth}},
      {"model.encoder.layer_norm.weight", "encoder.ln_post.weight", {kWidth}},
      {"model.encoder.layer_norm.bias", "encoder.ln_post.bias", {kWidth}},
      {"model.decoder.embed_tokens.weight", "decoder.token_embedding.weight", {kVocabulary, kWidth}},
      {"model.decoder.embed_positions.weight", "decoder.positional_embedding", {kTextPositions, kWidth}},
      {"model.decoder.layer_norm.weight", "decoder.ln.weight", {kWidth}},
      {"model.decoder.layer_norm.bias", "decoder.ln.bias", {kWidth}}};
  for (const std::string part : {"encoder", "decoder"}) {
    const std::string hf = "model." + part + ".layers.0.";
    const std::string openai = part + ".blocks.0.";
    add_block(all, hf + "self_attn", openai + "attn");
    if (part == "decoder") add_block(all, hf + "encoder_attn", openai + "cross_attn");
    all.push_back({hf + "fc1.weight", openai + "mlp.0.weight", {kInner, kWidth}});
    all.push_back({hf + "fc1.bias", openai + "mlp.0.bias", {kInner}});
    all.push_back({hf + "fc2.weight", openai + "mlp.2.weight", {kWidth, kInner}});
    all.push_back({hf + "fc2.bias", openai + "mlp.2.bias", {kWidth}});
    for (const char* end : {".weight", ".bias"})
      all.push_back({hf + "final_layer_norm" + end, openai + "mlp_ln" + end, {kWidth}});
  }
  return all;
}

std::vector<float> values_of(const Named& tensor, std::size_t index) {
  std::size_t count = 1;
  for (const std::size_t size : tensor.shape) count *= size;
  Rng rng(index + 1);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(rng.uniform(-0.6, 0.6));
  return values;
}

std::string hugging_face_weights() {
  std::vector<MadeTensor> tensors;
  for (const Named& tensor : names())
    tensors.push_back({tensor.hugging_face, tensor.shape, values_of(tensor, tensors.size())});
  return testing::safetensors_of(tensors);
}

std::string openai_file(std::int32_t heads = 2) {
  std::vector<MadeZipEntry> entries(1);
  std::vector<std::pair<std::string, std::string>> state;
  for (const Named& tensor : names()) {
    const std::vector<float> values = values_of(tensor, state.size());
    const std::string key = std::to_string(state.size());
    std::string bytes(values.size() * sizeof(float), '\0');
    std::memcpy(bytes.data(), values.data(), bytes.size());
    entries.push_back({"whisper/data/" + key, bytes});
    std::vector<std::string> sizes;
    std::vector<std::string> strides(tensor.shape.size());
    std::size_t stride = 1;
    for (std::size_t d = tensor.shape.size(); d-- > 0; stride *= tensor.shape[d])
      strides[d] = made::integer(static_cast<std::int32_t>(stride));
    for (const std::size_t size : tensor.shape) sizes.push_back(made::integer(static_cast<std::int32_t>(size)));
    const std::string storage =
        made::storage("FloatStorage", key, made::integer(static_cast<std::int32_t>(values.size())));
    state.emplace_back(tensor.openai, made::tensor(storage, made::integer(0), sizes, strides));
  }
  const std::string dims = made::dict({{"n_mels", made::integer(4)},
                                       {"n_audio_ctx", made::integer(6)},
                                       {"n_audio_state", made::integer(8)},
                                       {"n_audio_head", made::integer(heads)},
                                       {"n_audio_layer", made::integer(1)},
                                       {"n_vocab", made::integer(20)},
                                       {"n_text_ctx", made::integer(10)},
                                       {"n_text_state", made::integer(8)},
                                       {"n_text_head", made::integer(2)},
                                       {"n_text_layer", made::integer(1)}});
  entries[0] = {"whisper/data.pkl", made::whole(made::dict({{"dims", dims}, {"model_state_dict", made::dict(state)}}))};
  return testing::zip_of(entries);
}

/// The logits of three tokens behind a small spectrogram.
Matrix logits_of(const Whisper& whisper) {
  Matrix mel(kMels, 12);
  for (std::size_t i = 0; i < kMels * 12; ++i) mel.data()[i] = static_cast<float>(i % 7) / 7;
  const ConstMatrixView view = mel;
  Whisper::State state(whisper);
  const auto sources = whisper.listen({&view, 1}, state);
  Whisper::Hypothesis text(state.cache);
  const std::int32_t tokens[] = {1, 5, 19};
  const Whisper::Input input{&text, &sources[0], tokens};
  const MatrixView hidden = whisper.read({&input, 1}, state);
  Matrix logits(3, kVocabulary);
  whisper.logits(hidden, logits, state);
  return logits;
}

/// The code and message of the error that loading gives.
std::pair<std::string, std::string> error_of(const std::filesystem::path& path) {
  try {
    Whisper::load(WhisperFiles::find(path), Precision::kF32);
  } catch (const Error& error) {
    return {error.code(), error.message()};
  }
  ADD_FAILURE() << "loaded";
  return {};
}

TEST(Whisper, ReadsOpenAisFilesAsHuggingFacesFolders) {
  const TemporaryFolder folder;
  folder.write("config.json", kConfig);
  folder.write("model.safetensors", hugging_face_weights());
  const TemporaryFolder other;
  const std::filesystem::path file = other.write("made.pt", openai_file());

  const Matrix expected = logits_of(Whisper::load(WhisperFiles::find(folder.path()), Precision::kF32));
  const Matrix by_file = logits_of(Whisper::load(WhisperFiles::find(file), Precision::kF32));
  const Matrix by_folder = logits_of(Whisper::load(WhisperFiles::find(other.path()), Precision::kF32));

  for (std::size_t i = 0; i < 3 * kVocabulary; ++i) {
    ASSERT_EQ(by_file.data()[i], expected.data()[i]) << i;
    ASSERT_EQ(by_folder.data()[i], expected.data()[i]) << i;
  }
  EXPECT_NE(expected.row(0)[0], expected.row(1)[0]);
}

TEST(Whisper, AlignsByTheUpperHalfOfTheLayersWhereNothingIsPublished) {
  const TemporaryFolder folder;
  folder.write("config.json", kConfig);

  const WhisperConfig config = read_whisper_config(folder.path());

  EXPECT_EQ(config.alignment_heads, (std::vector<AttentionHead>{{0, 0}, {0, 1}}));
  EXPECT_TRUE(config.multilingual);
}

TEST(Whisper, TakesAlignmentHeadsAndLanguagesFromTheGenerationConfig) {
  const TemporaryFolder folder;
  folder.write("config.json", kConfig);
  folder.write("generation_config.json", R"({"alignment_heads":[[0,1]],"is_multilingual":false})");

  const WhisperConfig config = read_whisper_config(folder.path());

  EXPECT_EQ(config.alignment_heads, (std::vector<AttentionHead>{{0, 1}}));
  EXPECT_FALSE(config.multilingual);
}

TEST(Whisper, NamesWhatIsWrongWithItsFiles) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of(folder.path()).first, "model_not_installed");

  const auto [damaged, dims] = error_of(folder.write("heads.pt", openai_file(3)));
  EXPECT_EQ(damaged, "model_damaged");
  EXPECT_NE(dims.find("heads"), std::string::npos) << dims;

  folder.write("second.pt", "");
  EXPECT_EQ(error_of(folder.path()).first, "model_unsupported");

  folder.write("config.json", R"({"model_type":"bert"})");
  EXPECT_EQ(error_of(folder.path()).first, "model_unsupported");

  folder.write("config.json", kConfig);
  folder.write("generation_config.json", R"({"alignment_heads":[[1,0]]})");
  const auto [code, message] = error_of(folder.path());
  EXPECT_EQ(code, "model_damaged");
  EXPECT_NE(message.find("alignment_heads"), std::string::npos) << message;
}

TEST(Whisper, RefusesTokensAndSpectrogramsThatDoNotFit) {
  const TemporaryFolder folder;
  folder.write("config.json", kConfig);
  folder.write("model.safetensors", hugging_face_weights());
  const Whisper whisper = Whisper::load(WhisperFiles::find(folder.path()), Precision::kF32);
  Whisper::State state(whisper);
  const Matrix mel(kMels, 13);
  const ConstMatrixView view = mel;
  EXPECT_THROW(whisper.listen({&view, 1}, state), Error);

  const ConstMatrixView fits = view.cols_between(0, 12);
  const auto sources = whisper.listen({&fits, 1}, state);
  Whisper::Hypothesis text(state.cache);
  const std::int32_t unknown[] = {20};
  const Whisper::Input input{&text, &sources[0], unknown};
  EXPECT_THROW(whisper.read({&input, 1}, state), Error);
  const std::vector<std::int32_t> many(11, 1);
  const Whisper::Input longer{&text, &sources[0], many};
  EXPECT_THROW(whisper.read({&longer, 1}, state), Error);
}

}  // namespace
}  // namespace rapport::nn
