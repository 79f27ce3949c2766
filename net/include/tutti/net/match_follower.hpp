#pragma once
// How a relay of a fleet watches the matches of the others: their logs, as far as they are kept
// outside of the relays that have them. By that it serves spectators of matches that are not its
// own: it is a mirror of them. Nothing here waits: news come later. net/FLEET.md explains it.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tutti/net/address.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/event.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

/// What is heard of a match that is followed.
namespace followed {
/// All that is kept of it: at first, and whenever its log was begun anew by a relay.
struct Whole {
  MatchRecord record;  ///< its door too
};
/// What has come to that since.
struct Grown {
  std::vector<Event> events{};  ///< in the order of acceptance
  Tick horizon{};               ///< after these
};
/// It cannot be followed, or not any more: nothing more comes.
struct Lost {
  std::string sentence{};  ///< why
};
}  // namespace followed

/// News of one match.
struct FollowedNews {
  std::string room{};                                                 ///< the code of its room
  std::variant<followed::Whole, followed::Grown, followed::Lost> is;  ///< the news
};

/// See the top of this file. Its functions are called on the relay's thread, and must not wait.
class TUTTI_API MatchFollower {
 public:
  virtual ~MatchFollower() = default;

  /// From now on there are news of the match that this room has. Precondition: it is not followed.
  virtual void follow(const std::string& room) = 0;
  /// There are none of it any more.
  virtual void let_go(const std::string& room) = 0;
  /// The oldest of the news that nobody has taken.
  virtual std::optional<FollowedNews> next_news() = 0;

  /// Another relay that can follow matches and has little to do, if there is one.
  virtual std::optional<Address> another_relay() = 0;
};

}  // namespace tutti
