#pragma once
// The messages about who comes into a room and who watches it. All are control; messages.hpp has
// the variant and the codec's entry, and net/PROTOCOL.md the story.

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace tutti {

/// A client's part in a room.
enum class Role : std::uint8_t {
  player = 0,     ///< has a slot, and is told every event as it is accepted
  spectator = 1,  ///< has none, and is told the final log, as late as it asked to
};

/// The number of somebody who waits before a room, by which its host answers. Numbers of one room
/// are not used twice.
struct NewcomerId {
  std::uint32_t value = 0;  ///< counted from 1
  constexpr auto operator<=>(const NewcomerId&) const = default;
};

/// From the relay to a newcomer: the room's host has been asked. You hear of its answer.
struct HostAsked {
  std::uint16_t seconds = 0;  ///< how long the relay waits for the answer

  bool operator==(const HostAsked&) const = default;
};

/// From the relay to the host of a room: somebody asks to come in.
struct Newcomer {
  NewcomerId id{};                   ///< for the answer
  Role role = Role::player;          ///< what it wants to be
  std::vector<std::string> names{};  ///< of all its players; at least one, which may be empty

  bool operator==(const Newcomer&) const = default;
};

/// From the relay to the host: that one does not wait any more.
struct NewcomerGone {
  NewcomerId id{};  ///< as in Newcomer

  bool operator==(const NewcomerGone&) const = default;
};

/// What a host says about a newcomer.
enum class HostWish : std::uint8_t {
  turn_away = 0,  ///< it may not come in
  let_in = 1,     ///< it may
};

/// From the host of a room: its answer.
struct HostAnswer {
  NewcomerId id{};                      ///< as in Newcomer
  HostWish wish = HostWish::turn_away;  ///< its answer

  bool operator==(const HostAnswer&) const = default;
};

/// From the relay to the players: so many watch the match. Untold, nobody does.
struct Attendance {
  std::uint16_t spectators = 0;  ///< at this moment, whatever their delay

  bool operator==(const Attendance&) const = default;
};

}  // namespace tutti
