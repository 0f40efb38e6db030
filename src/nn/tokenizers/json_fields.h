#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "nn/tokenizers/vocabulary_files.h"

/// Pieces that the JSON files of tokenizers share.
namespace rapport::nn {

/// An object of token to id.
Read<Vocabulary> read_vocabulary(const Json& value);

/// The name and the flags of a token: a text, or an object with "content". False when it is neither.
bool read_token_name(const Json& value, AddedToken& token);

/// An id as a number, or as the digits of an object's name. False when it is none below kMaxTokens.
bool read_id(const Json& value, TokenId& id);
bool read_id(std::string_view digits, TokenId& id);

std::optional<bool> read_bool(const boost::json::object& object, std::string_view name);

}  // namespace rapport::nn
