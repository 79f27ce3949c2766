#pragma once
// Recovery of a match after its relay died: nobody knows what the disk has lost until the players
// who come back have said what they know, or have had the time to. Until then the relay tells
// nothing and the clock stands still; clients that come and go in that time wait for the decision.

#include <map>
#include <vector>

#include "relay/adoption.hpp"
#include "relay/seats.hpp"

namespace tutti::detail {

class Recovery {
 public:
  /// `found`: the log as the journal has it.
  Recovery(const Log& found, Instant until, Instant now)
      : found_(copy_log(found)), until_(until), now_(now) {}

  const Log& found() const { return found_; }
  /// The time of the latest pass.
  Instant now() const { return now_; }

  /// The question to a player who comes back.
  TailWanted question() const { return {found_.horizon(), found_.head()}; }
  void answer(PlayerId player, const Tail& tail) { tails_[player] = tail; }

  /// Whether this hello has to wait: from a newcomer, who may be somebody whose joining the disk
  /// has lost, or from a player who would leave its slot. `is_in`: its sender is in the room.
  static bool must_wait(const Hello& hello, bool is_in) {
    return hello.role == Role::player || hello.resume || is_in;
  }
  void postpone(PeerId peer, const Hello& hello, const Seats& seats);
  /// The players of a client have left, by a word.
  void leave(const std::vector<PlayerId>& players);

  /// Whether there is nothing more to wait for.
  bool is_complete(const Seats& seats, Instant now);

  /// The log with what the players brought back; nothing if they brought nothing that can be
  /// believed. `players`: how many are in the match.
  std::optional<Log> adopted(std::size_t players) const;
  const std::vector<std::pair<PeerId, Hello>>& hellos() const { return hellos_; }
  const std::vector<PlayerId>& goodbyes() const { return goodbyes_; }

 private:
  Log found_;
  Instant until_;
  Instant now_;
  std::map<PlayerId, Tail> tails_;
  std::vector<std::pair<PeerId, Hello>> hellos_;
  std::vector<PlayerId> goodbyes_;
  std::vector<PlayerId> leaving_;  // not waited for: they have said that they leave their slots
};

}  // namespace tutti::detail
