// Marks stand behind the words in one order in every Whisper model: end of text, start of transcript, the languages,
// translate, transcribe, start of language model, start of previous text, no speech, no timestamps, and 1501 times. So
// their ids follow from that of the end of text and the vocabulary's size, where the tokenizer's files do not name
// them. Source: openai/whisper, tokenizer.py.

#include "voice/whisper_vocabulary.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace rapport::voice {
namespace {

constexpr std::string_view kLanguages[] = {
    "en", "zh", "de", "es", "ru", "ko", "fr", "ja", "pt",  "tr", "pl", "ca", "nl", "ar", "sv", "it", "id",
    "hi", "fi", "vi", "he", "uk", "el", "ms", "cs", "ro",  "da", "hu", "ta", "no", "th", "ur", "hr", "bg",
    "lt", "la", "mi", "ml", "cy", "sk", "te", "fa", "lv",  "bn", "sr", "az", "sl", "kn", "et", "mk", "br",
    "eu", "is", "hy", "ne", "mn", "bs", "kk", "sq", "sw",  "gl", "mr", "pa", "si", "km", "sn", "yo", "so",
    "af", "oc", "ka", "be", "tg", "sd", "gu", "am", "yi",  "lo", "uz", "fo", "ht", "ps", "tk", "nn", "mt",
    "sa", "lb", "my", "bo", "tl", "mg", "as", "tt", "haw", "ln", "ha", "ba", "jw", "su", "yue"};
constexpr std::size_t kTimestamps = 1501;  // 0 to 30 s
constexpr std::size_t kMarksAfterLanguages = 6;
/// Signs that nobody speaks; the musical ones count wherever they begin a token sequence.
constexpr std::string_view kSigns[] = {"\"",  "#",  "(",  ")",   "*",   "+",   "/",   ":",  ";",   "<",  "=",  ">",
                                       "@",   "[",  "\\", "]",   "^",   "_",   "`",   "{",  "|",   "}",  "~",  "「",
                                       "」",  "『", "』", "<<",  ">>",  "<<<", ">>>", "--", "---", "-(", "-[", "('",
                                       "(\"", "((", "))", "(((", ")))", "[[",  "]]",  "{{", "}}",  "♪♪", "♪♪♪"};
constexpr std::string_view kMusic[] = {"♩", "♪", "♫", "♬", "♭", "♮", "♯"};

Error damaged(const std::string& why) {
  return {ErrorKind::kUnavailable, "model_damaged", "The model's vocabulary does not fit its weights: " + why + "."};
}

std::unique_ptr<nn::Tokenizer> load_tokenizer(const nn::WhisperFiles& files) {
  try {
    return nn::Tokenizer::load(files.folder);
  } catch (const Error& error) {
    if (!files.openai || error.code() != "model_incomplete") throw;
    throw Error(ErrorKind::kUnavailable, "model_incomplete",
                "An OpenAI .pt file holds no vocabulary: put vocab.json and merges.txt, or tokenizer.json, of the same "
                "model from Hugging Face beside " +
                    files.openai->filename().string() + ".");
  }
}

}  // namespace

WhisperVocabulary WhisperVocabulary::load(const nn::WhisperFiles& files, const nn::WhisperConfig& config) {
  WhisperVocabulary vocabulary;
  vocabulary.tokenizer_ = load_tokenizer(files);
  vocabulary.size_ = config.vocabulary;
  vocabulary.multilingual_ = config.multilingual;
  vocabulary.name_marks(config);
  vocabulary.gather_not_spoken();
  return vocabulary;
}

void WhisperVocabulary::name_marks(const nn::WhisperConfig& config) {
  const auto end = tokenizer_->id_of("<|endoftext|>");
  if (!end || *end <= 0) throw damaged("it has no <|endoftext|>");
  end_of_text_ = *end;
  const auto before_languages = static_cast<std::size_t>(end_of_text_) + 2;
  const std::size_t around = before_languages + kMarksAfterLanguages + kTimestamps;
  const std::size_t languages = config.vocabulary > around ? config.vocabulary - around : 0;
  auto next = static_cast<TokenId>(before_languages);
  const auto mark = [&](TokenId layout, std::string_view name) { return tokenizer_->id_of(name).value_or(layout); };
  start_ = mark(end_of_text_ + 1, "<|startoftranscript|>");
  for (std::size_t i = 0; i < std::min(languages, std::size(kLanguages)); ++i) {
    languages_.push_back(
        {kLanguages[i], mark(next + static_cast<TokenId>(i), "<|" + std::string(kLanguages[i]) + "|>")});
  }
  next += static_cast<TokenId>(languages);
  translate_ = mark(next, "<|translate|>");
  transcribe_ = mark(next + 1, "<|transcribe|>");
  start_of_model_ = mark(next + 2, "<|startoflm|>");
  start_of_previous_ = mark(next + 3, "<|startofprev|>");
  no_speech_ = mark(mark(next + 4, "<|nocaptions|>"), "<|nospeech|>");
  no_timestamps_ = mark(next + 5, "<|notimestamps|>");
  if (static_cast<std::size_t>(no_timestamps_) + 1 >= config.vocabulary || languages_.empty() ||
      std::min({start_, translate_, transcribe_, start_of_model_, start_of_previous_, no_speech_}) <= end_of_text_ ||
      std::max({start_, translate_, transcribe_, start_of_model_, start_of_previous_, no_speech_}) > no_timestamps_) {
    throw damaged("the weights know " + std::to_string(config.vocabulary) + " tokens, <|endoftext|> is token " +
                  std::to_string(end_of_text_));
  }
  if (!multilingual_) languages_.resize(1);
}

void WhisperVocabulary::gather_not_spoken() {
  const auto ids_of = [&](const std::string& text) {
    std::vector<TokenId> ids;
    tokenizer_->encode(text, ids, nn::SpecialNames::kText);
    return ids;
  };
  const auto first_of = [&](const std::string& text) {
    if (const auto ids = ids_of(text); !ids.empty()) not_spoken_.push_back(ids.front());
  };
  first_of(" -");  // within words both are spoken of as nothing; before one they begin a list or a quotation
  first_of(" '");
  for (const std::string_view sign : kSigns) {
    for (const char* before : {"", " "}) {
      const auto ids = ids_of(before + std::string(sign));
      if (ids.size() == 1) not_spoken_.push_back(ids.front());
    }
  }
  for (const std::string_view sign : kMusic) {
    for (const char* before : {"", " "}) first_of(before + std::string(sign));
  }
  for (const TokenId mark : {start_, translate_, transcribe_, start_of_model_, start_of_previous_, no_speech_}) {
    not_spoken_.push_back(mark);
  }
  std::sort(not_spoken_.begin(), not_spoken_.end());
  not_spoken_.erase(std::unique(not_spoken_.begin(), not_spoken_.end()), not_spoken_.end());
  not_first_ = ids_of(" ");
  not_first_.push_back(end_of_text_);
}

std::optional<TokenId> WhisperVocabulary::language_id(std::string_view code) const {
  const auto at = std::find_if(languages_.begin(), languages_.end(), [&](const Language& l) { return l.code == code; });
  if (at == languages_.end()) return std::nullopt;
  return at->id;
}

std::vector<TokenId> WhisperVocabulary::prompt(std::string_view text) const {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  std::vector<TokenId> ids;
  tokenizer_->encode(" " + std::string(text.substr(begin, end - begin + 1)), ids, nn::SpecialNames::kText);
  return ids;
}

std::string WhisperVocabulary::text(std::span<const TokenId> ids) const {
  std::vector<TokenId> words;
  words.reserve(ids.size());
  for (const TokenId id : ids) {
    if (id < end_of_text_) words.push_back(id);
  }
  return tokenizer_->decode(words);
}

}  // namespace rapport::voice
