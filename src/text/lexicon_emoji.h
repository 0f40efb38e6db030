#pragma once

#include <string_view>

/// Emoji that say something good by themselves. Left out on purpose: folded hands (please, thanks, sorry), tears of joy
/// (also mockery), and what only decorates (fire, rocket, money).
namespace rapport::text {

constexpr std::u32string_view kPositiveEmoji =
    U"❤🧡💛💚💙💜🤎🖤🤍💕💖💗💓💞💘💝😍🥰😘😊🙂😀😃😄"
    U"😁😆🤗🤩😇☺👍👏🙌👌🎉🥳💯🌟⭐💪🏆😻🤝";

}  // namespace rapport::text
