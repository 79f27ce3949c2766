#pragma once
// What a relay tells its operator about its rooms, as plain structs: the news, each of them once,
// and a summary of a room as it is now. No player's name, address or secret is in them. The code of
// a room is: it lets its reader in, so it belongs into no log.

#include <cstdint>
#include <string>
#include <variant>

#include "tutti/net/link.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/net/time.hpp"
#include "tutti/replay/match_record.hpp"

namespace tutti {

/// The things that happen in a relay's rooms.
namespace news {
/// A room was opened, and its match has begun.
struct Opened {
  std::string room{};      ///< its code
  std::string rules{};     ///< the rules id of its game
  std::uint8_t slots = 0;  ///< for players
  PeerId peer{};           ///< whose hello opened it; 0 for a branch
};
/// The match of a relay that died goes on.
struct TakenUp {
  std::string room{};   ///< its code
  std::string rules{};  ///< the rules id of its game
  Tick tick{};          ///< at which it goes on
};
/// A match is another relay's by now.
struct Moved {
  std::string room{};  ///< its code
};
/// A player has come in, and counts from now on.
struct Joined {
  std::string room{};  ///< the room's code
  PlayerId player{};   ///< its slot
  PeerId peer{};       ///< its connection; 0 if that is gone already
};
/// The connection of a player's client is gone without a word; its slots are kept for a while.
struct Lost {
  std::string room{};  ///< the room's code
  PlayerId player{};   ///< the first slot of the client
  PeerId peer{};       ///< the connection that is gone
};
/// A player's client came back into its slots.
struct Back {
  std::string room{};  ///< the room's code
  PlayerId player{};   ///< the first slot of the client
  PeerId peer{};       ///< its new connection
};
/// A player has left the match.
struct Left {
  std::string room{};                      ///< the room's code
  PlayerId player{};                       ///< its slot
  LeaveReason reason = LeaveReason::quit;  ///< why
};
/// A spectator has come.
struct Watching {
  std::string room{};  ///< the room's code
  PeerId peer{};       ///< its connection
};
/// A spectator has gone.
struct WatchedEnough {
  std::string room{};  ///< the room's code
  PeerId peer{};       ///< its connection
};
/// A client was not let in.
struct Refused {
  Refusal reason = Refusal::bad_request;  ///< why
  PeerId peer{};                          ///< its connection
};
/// Players' states differed, and that is settled.
struct Diverged {
  std::string room{};       ///< the room's code
  DesyncFinding finding{};  ///< which tick, and the verdict
};
/// The match is over and complete; its file is written next.
struct Ended {
  std::string room{};                           ///< the room's code
  EndReason reason = EndReason::everyone_left;  ///< why
  Tick tick{};                                  ///< its last tick
};
}  // namespace news

/// One thing that happened.
using RelayNews = std::variant<news::Opened, news::TakenUp, news::Moved, news::Joined, news::Lost,
                               news::Back, news::Left, news::Watching, news::WatchedEnough,
                               news::Refused, news::Diverged, news::Ended>;

namespace limits {
/// News that wait to be taken; when there are more, the oldest go.
inline constexpr std::size_t relay_news = 1024;
}  // namespace limits

/// A room as it is now.
struct RoomSummary {
  std::string room{};            ///< its code
  std::string rules{};           ///< the rules id of its game
  std::size_t players = 0;       ///< slots whose players are connected
  std::uint8_t slots = 0;        ///< that the match has
  std::size_t spectators = 0;    ///< connected
  Tick clock{};                  ///< where the match is
  std::uint16_t tick_rate = 60;  ///< ticks a second
  Duration age{};                ///< since this process has had the room
  bool is_held = false;          ///< its clock stands still, or waits for players
  bool is_over = false;          ///< the match has ended; the room waits for its last readers
};

}  // namespace tutti
