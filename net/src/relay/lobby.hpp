#pragma once
// The lobby of a room: newcomers on whom its host decides. The host is the player who opened the
// room, or once that is gone the connected player in the lowest slot. It is asked, and answers; a
// newcomer waits so long, and no more than so many do.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "relay/door.hpp"
#include "relay/seats.hpp"

namespace tutti::detail {

class Lobby {
 public:
  /// All must outlive this. `expects_opener`: the first who comes has opened the room.
  struct Around {
    Venue* itself;
    Commons* commons;
    const std::string* room;
    const RelayMatch* match;
    const Door* door;
    Seats* seats;
  };
  Lobby(const Around& around, bool expects_opener)
      : around_(around), expects_opener_(expects_opener) {}

  /// Whether a newcomer, or a peer of the room in another role, may be seated now. If not it has
  /// been told why, or waits here from now on.
  bool lets_in(PeerId peer, const Hello& hello, Instant now);
  bool has(PeerId peer) const { return wish(peer).has_value(); }
  /// The role that a peer waits for here; nothing if it does not wait.
  std::optional<Role> wish(PeerId peer) const;
  /// It waits no more.
  void lose(PeerId peer);

  /// The host's answer: the newcomer is seated, or told that it is not. Returns who was seated.
  std::optional<PeerId> take(const HostAnswer& answer, Instant now);
  bool is_host(const Seat& seat) const;
  /// Asks a new host, and sends away those who have waited too long, or for a match that is over.
  void pass(Instant now);
  /// Until then a pass would change nothing, unless the seats change or a message comes.
  Instant next_due() const;

 private:
  struct Guest {
    NewcomerId id{};
    PeerId peer{};
    Hello hello{};
    Instant until{};
  };
  using SecretHash = std::array<std::byte, 16>;

  const PlayerSeat* host() const;
  std::optional<Refused> refusal(const Hello& hello) const;
  bool must_ask(const Hello& hello) const;
  void remember(const Hello& hello);
  void ask(const PlayerSeat& host, const Guest& guest);
  void tell_gone(const Guest& guest);
  void send_away(const Guest& guest, Refusal reason, const std::string& sentence, Instant now);

  Around around_;
  bool expects_opener_;
  std::vector<Guest> guests_;         // in the order of their coming
  std::map<SecretHash, Role> known_;  // let in before: whom they may be without asking again
  PeerId asked_{};                    // the host's connection that knows of all guests
  std::uint32_t last_id_ = 0;
};

}  // namespace tutti::detail
