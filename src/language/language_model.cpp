#include "language/language_model.h"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace rapport::language {
namespace {

constexpr std::string_view kMagic = "RLANGS1\n";
constexpr std::size_t kHeader = kMagic.size() + 4;
constexpr std::size_t kEntry = 8;
constexpr std::size_t kAlignment = 64;

std::size_t aligned(std::size_t at) {
  return (at + kAlignment - 1) / kAlignment * kAlignment;
}

std::uint32_t u32_at(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

void put_u32(std::size_t value, std::string& out) {
  const auto low = static_cast<std::uint32_t>(value);
  out.append(reinterpret_cast<const char*>(&low), sizeof low);
}

}  // namespace

std::variant<LanguageModel, std::string> LanguageModel::read(std::span<const std::byte> bytes) {
  if (bytes.size() < kHeader || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0) {
    return std::string("no language model");
  }
  const std::size_t count = u32_at(bytes, kMagic.size());
  if (count > kScripts || bytes.size() < kHeader + count * kEntry) return std::string("a cut language model");
  LanguageModel model;
  std::size_t at = kHeader + count * kEntry;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t script = u32_at(bytes, kHeader + i * kEntry);
    const std::size_t size = u32_at(bytes, kHeader + i * kEntry + 4);
    at = aligned(at);
    if (script >= kScripts || at > bytes.size() || size > bytes.size() - at) return std::string("a cut language model");
    auto read = ml::NgramClassifier::read(bytes.subspan(at, size));
    if (auto* why = std::get_if<std::string>(&read)) return std::move(*why);
    model.models_[script].emplace(std::get<ml::NgramClassifier>(std::move(read)));
    at += size;
  }
  return model;
}

const ml::NgramClassifier* LanguageModel::of(Script script) const {
  const auto& model = models_[static_cast<std::size_t>(script)];
  return model ? &*model : nullptr;
}

std::string pack_language_model(const std::vector<std::pair<Script, std::string>>& models) {
  std::string out(kMagic);
  put_u32(models.size(), out);
  for (const auto& [script, bytes] : models) {
    put_u32(static_cast<std::size_t>(script), out);
    put_u32(bytes.size(), out);
  }
  for (const auto& [script, bytes] : models) {
    out.resize(aligned(out.size()));
    out += bytes;
  }
  return out;
}

}  // namespace rapport::language
