#pragma once
// Texts that strangers wrote: names, notes, rules ids. A text is presentable if a terminal, a
// window and a table can show it without being steered by it. No state depends on anything here.

#include <cstddef>
#include <string>
#include <string_view>

#include "tutti/sim/export.hpp"

namespace tutti {

/// Whether a text is valid UTF-8 (RFC 3629) without control characters (U+0000 to U+001F, U+007F to
/// U+009F, the line separators U+2028 and U+2029) and without characters that change the direction
/// of what follows (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+206F). The joiners U+200C
/// and U+200D, which scripts and emoji need, are allowed.
TUTTI_API bool is_presentable(std::string_view text);

/// The longest beginning of a text that has at most `bytes` bytes and ends between two characters;
/// a joiner with nothing left to join goes too.
TUTTI_API std::string cut_text(std::string_view text, std::size_t bytes);

/// The text with a question mark in place of each character that is_presentable() refuses, and of
/// each byte that is no UTF-8.
TUTTI_API std::string presentable(std::string_view text);

}  // namespace tutti
