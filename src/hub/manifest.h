#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rapport::hub {

/// What a pretrained model is for.
enum class ModelRole { kSentiment, kEmotion, kMultilingualSentiment, kVoice, kTranslation };

std::string_view to_string(ModelRole role);

/// One pretrained model that Rapport knows: where it lives on the Hugging Face hub and which of its files are needed.
/// A file that is not named here is never fetched, copied or removed.
struct ModelSpec {
  std::string_view name;        ///< also its folder below the models folder
  std::string_view repository;  ///< "OWNER/NAME" on the hub
  std::string_view revision;    ///< the commit whose files are fetched
  ModelRole role;
  std::string_view languages;  ///< ISO 639-1 codes, or what the authors say
  std::string_view licence;    ///< as its authors state it, or that they do not
  std::uint64_t approximate_bytes;
  std::span<const std::string_view> files;     ///< all of them are needed
  std::span<const std::string_view> optional;  ///< taken where they exist
  std::span<const std::string_view> weights;   ///< the first that exists is taken
  // Of a translation model for one pair, or for few; empty: its own files say (M2M-100).
  std::string_view sources = {};       ///< codes between spaces: "es pt"
  std::string_view targets = {};       ///< likewise
  std::string_view target_token = {};  ///< what must stand before every text where the model knows several: ">>pob<<"
};

/// The models of the contract.
std::span<const ModelSpec> manifest();

/// By name or by repository. Throws kNotFound "unknown_pretrained_model", naming those that there are.
const ModelSpec& find_model(std::string_view name_or_repository);

}  // namespace rapport::hub
