#pragma once

#include <string>
#include <string_view>

namespace rapport::inference {

/// A text as the Twitter models saw it in training: each word that begins with "@" becomes "@user", each that begins
/// with "http" becomes "http". Nothing else changes.
///
/// Source    the preprocess() function of the models' cards (cardiffnlp/twitter-roberta-base-sentiment-latest), except
///           that line ends and tabs end a word too: the card knows spaces only, and so would swallow the line behind a
///           link.
std::string twitter_text(std::string_view text);

/// Whether the model of this name (its own, or its folder's) was trained on such texts: "twitter-...".
bool reads_twitter_text(std::string_view model_name);

}  // namespace rapport::inference
