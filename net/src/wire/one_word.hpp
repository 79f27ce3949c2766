#pragma once
// Bytes as one word of letters, digits, `-` and `_`, for people to hand on (RFC 4648, base64url
// without padding).

#include <optional>
#include <string>
#include <string_view>

#include "tutti/sim/bytes.hpp"

namespace tutti::detail {

std::string to_word(BytesView bytes);
/// Nothing for what `to_word` does not make, or what is longer than so many bytes.
std::optional<Bytes> from_word(std::string_view word, std::size_t bytes_max);

}  // namespace tutti::detail
