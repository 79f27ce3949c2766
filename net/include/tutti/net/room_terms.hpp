#pragma once
// The terms of a room: its password, whom its host asks to be asked about, and how much is told.
// The player who opens a room sets them, the relay keeps them, and the log of the match does not
// have them.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tutti/sim/bytes.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// How a room is kept. Its password is no part of this: nobody is told it.
struct RoomTerms {
  /// The host decides on each newcomer who wants to play.
  bool asks_for_players = false;
  /// The host decides on each newcomer who wants to watch.
  bool asks_for_spectators = false;
  /// Spectators at a time, 0 for none; nothing for as many as the relay lets in.
  std::optional<std::uint16_t> spectators_max{};
  /// *No-peek*: nobody is told another player's event before its tick is final, so that nobody can
  /// choose an input by what the others have chosen. It costs deeper rollbacks.
  bool is_no_peek = false;

  bool operator==(const RoomTerms&) const = default;
};

/// A password as clients say it: its BLAKE2b-256 hash behind a word of our own. So all are equally
/// long on the wire, and the text itself leaves no machine.
using PasswordHash = std::array<std::byte, 32>;
/// The hash of a password, which is UTF-8.
TUTTI_API PasswordHash hash_password(std::string_view password);

}  // namespace tutti
