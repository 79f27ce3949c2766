#pragma once
// A room's code: the five characters that a player tells a friend. They are never 0, O, 1 or I,
// which people confuse.

#include <optional>
#include <string>
#include <string_view>

#include "tutti/sim/random.hpp"

namespace tutti {

/// No 0, 1, I or O.
inline constexpr std::string_view room_code_alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
inline constexpr std::size_t room_code_length = 5;  ///< letters of a code

/// A code by chance.
inline std::string random_room_code(Random& random) {
  std::string code;
  for (std::size_t i = 0; i < room_code_length; ++i) {
    code += room_code_alphabet[random.below(static_cast<std::uint32_t>(room_code_alphabet.size()))];
  }
  return code;
}

/// The code as it is kept, from the text that a person typed: lower case is forgiven, nothing else.
inline std::optional<std::string> parse_room_code(std::string_view text) {
  if (text.size() != room_code_length) return std::nullopt;
  std::string code;
  for (char c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (room_code_alphabet.find(c) == std::string_view::npos) return std::nullopt;
    code += c;
  }
  return code;
}

}  // namespace tutti
