#include "tutti/sim/text.hpp"

#include <cstdint>

#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

/// The character that a text begins with, and how many bytes it takes: none if it is no UTF-8.
struct LeadingCharacter {
  std::uint32_t code = 0;
  std::size_t bytes = 0;
};

LeadingCharacter leading_character(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (bytes == 0 || first > 0xF4 || text.size() < bytes) return {};
  std::uint32_t code = first & (0x7FU >> bytes);
  for (std::size_t at = 1; at < bytes; ++at) {
    if ((byte(at) & 0xC0U) != 0x80U) return {};
    code = code << 6U | (byte(at) & 0x3FU);
  }
  constexpr std::uint32_t shortest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < shortest[bytes] || is_surrogate || code > 0x10FFFF) return {};
  return {code, bytes};
}

bool is_control(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x2028 || code == 0x2029;
}

bool is_directional(std::uint32_t code) {
  return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x206F);
}

bool is_shown(const LeadingCharacter& character) {
  return character.bytes > 0 && !is_control(character.code) && !is_directional(character.code);
}

}  // namespace

bool is_presentable(std::string_view text) {
  while (!text.empty()) {
    const LeadingCharacter character = leading_character(text);
    if (!is_shown(character)) return false;
    text.remove_prefix(character.bytes);
  }
  return true;
}

std::string cut_text(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  constexpr std::size_t bytes_of_joiner = 3;
  std::size_t kept = bytes;
  // Back to the first byte of the character that the cut would split.
  while (kept > 0 && (static_cast<unsigned char>(text[kept]) & 0xC0U) == 0x80U)
    --kept;
  std::string_view cut = text.substr(0, kept);
  while (cut.ends_with("\u200C") || cut.ends_with("\u200D"))
    cut.remove_suffix(bytes_of_joiner);
  return std::string(cut);
}

std::string presentable(std::string_view text) {
  if (TUTTI_MUTANT(texts_are_shown_raw)) return std::string(text);
  std::string shown;
  while (!text.empty()) {
    const LeadingCharacter character = leading_character(text);
    const std::size_t bytes = character.bytes == 0 ? 1 : character.bytes;
    if (is_shown(character)) {
      shown += text.substr(0, bytes);
    } else {
      shown += '?';
    }
    text.remove_prefix(bytes);
  }
  return shown;
}

}  // namespace tutti
