#pragma once

#include <cstddef>
#include <string_view>

namespace rapport::text {

/// Looks for a bare web address at the start of `text`: host labels, the last a known top-level domain
/// ("tienda.com.mx", "bit.ly/x"). Where the domain is also a word of chats (".me", ".es", ".in": a full stop without
/// its space), only with a path, three labels or a well-known short-link host.
///
/// `scanned` says how far it looked, found or not; the caller does not look again before that.
bool starts_with_host(std::string_view text, std::size_t& scanned);

}  // namespace rapport::text
