#pragma once

#include <optional>
#include <string_view>

#include "server/http/request_reader.h"
#include "server/http/wire_error.h"

namespace rapport::http {

/// Whether the bytes of a head, its last empty line included, are exactly what RFC 9112 permits a sender to send.
/// nullopt: they are.
///
/// Threads   pure.
std::optional<WireError> check_head_bytes(std::string_view head);

/// Decides from the headers how the request goes on: its body's length, whether the connection stays, whether the
/// client waits for "100 Continue"; checks Host, and reduces the absolute form of the target. nullopt: all is well.
std::optional<WireError> check_framing(RequestHead& head);

}  // namespace rapport::http
