#pragma once
// A room's code: what a player tells a friend. Its characters are never 0, O, 1 or I, which people
// confuse. Five are quickly typed, for a local network; a relay on the internet gives ten, so that
// guessing finds no room.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tutti/sim/random.hpp"

namespace tutti {

/// No 0, 1, I or O: 32 characters.
inline constexpr std::string_view room_code_alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
inline constexpr std::size_t room_code_length = 5;  ///< characters of a short code, and of a group
inline constexpr std::size_t long_room_code_length = 10;  ///< characters of a relay's on the net
inline constexpr std::size_t room_code_length_max = 20;   ///< characters of the longest code

/// Whether codes of so many characters exist: 5, 10, 15 or 20.
constexpr bool is_room_code_length(std::size_t characters) {
  return characters > 0 && characters <= room_code_length_max && characters % room_code_length == 0;
}

/// The code that these bytes of chance make: a character by each.
inline std::string room_code_of(std::span<const std::byte> chance) {
  std::string code;
  for (const std::byte byte : chance)
    code += room_code_alphabet[std::to_integer<std::size_t>(byte) % room_code_alphabet.size()];
  return code;
}

/// A short code by chance that can be foreseen: for tests and storms.
inline std::string random_room_code(Random& random) {
  std::string code;
  for (std::size_t i = 0; i < room_code_length; ++i) {
    code += room_code_alphabet[random.below(static_cast<std::uint32_t>(room_code_alphabet.size()))];
  }
  return code;
}

/// The code as it is kept, from the text that a person typed: lower case and dashes between
/// characters are forgiven, nothing else.
inline std::optional<std::string> parse_room_code(std::string_view text) {
  std::string code;
  for (char c : text) {
    if (c == '-' && !code.empty() && text.back() != '-') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (room_code_alphabet.find(c) == std::string_view::npos) return std::nullopt;
    code += c;
  }
  return is_room_code_length(code.size()) ? std::optional(code) : std::nullopt;
}

/// The code as it is shown: "K7Q2M", "K7Q2M-ABCDE". `parse_room_code` reads it back.
inline std::string shown_room_code(std::string_view code) {
  std::string shown;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (i > 0 && i % room_code_length == 0) shown += '-';
    shown += code[i];
  }
  return shown;
}

/// What a code looks like, for a sentence that refuses a text.
inline std::string room_code_rule() {
  return "it has 5, 10, 15 or 20 characters of " + std::string(room_code_alphabet);
}

}  // namespace tutti
