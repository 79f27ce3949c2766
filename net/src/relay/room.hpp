#pragma once
// A room of the relay: one match, and the peers who play or watch it. It takes what they say, goes
// on with time, writes down what its match has accepted and tells everybody. It knows the other
// rooms only by what they share.

#include <optional>
#include <string>

#include "relay/chronicle.hpp"
#include "relay/comparison.hpp"
#include "relay/deliveries.hpp"
#include "relay/door.hpp"
#include "relay/headcount.hpp"
#include "relay/lobby.hpp"
#include "relay/minutes.hpp"
#include "relay/recovery.hpp"
#include "relay/replication.hpp"
#include "relay/room_clock.hpp"
#include "relay/seats.hpp"
#include "relay/venue.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

class Room final : public Venue {
 public:
  /// A match that begins. `commons` and the journal must outlive the room.
  Room(Commons& commons, Journal& journal, const MatchOpening& opening, Instant now);
  /// A match that a dead relay left in the journal under this number; `epoch` is this life's.
  Room(Commons& commons, Journal& journal, MatchNumber number, const MatchRecord& record,
       std::uint32_t epoch, Instant now);

  const RelayMatch& match() const { return match_; }
  const Door& door() const { return door_; }
  const Deliveries& deliveries() const { return deliveries_; }
  const Seats& seats() const { return seats_; }
  bool is_recovering() const { return recovery_.has_value(); }
  /// Recorded, and left by its players; spectators may still watch it.
  bool is_finished() const { return is_finished_; }
  bool is_mirror() const override { return false; }
  bool is_done() const override { return is_finished_ && seats_.spectators().empty(); }

  // ---- What peers say ----

  /// Also of a peer that waits before the room.
  bool is_change(PeerId peer, const Hello& hello) const override;
  bool has_seat(PeerId peer) const override { return seats_.has(peer); }
  /// Whether a hello is of a player of this match who comes back.
  bool awaits(const Hello& hello) const {
    return hello.resume && seats_.with_secret(*hello.resume) != nullptr &&
           !TUTTI_MUTANT(returning_players_wait);
  }
  /// From somebody who is in no room, or is in this one and wants another role.
  void enter(PeerId peer, const Hello& hello, Instant now);
  bool take(PeerId peer, const ControlMessage& message, Instant now) override;
  bool take(PeerId peer, const PlayUp& message, Instant now) override;
  void leave(PeerId peer) override;
  void lose(PeerId peer) override {
    seats_.lose(peer);
    lobby_.lose(peer);
  }

  // ---- Time ----

  void advance(Instant now) override;
  void tell(Instant now) override;
  Instant next_due(Instant now) const override;
  /// Its operator ends the match.
  void end();
  /// The match is about to go on at another relay, or goes on here after all.
  void leave();
  /// No other relay could take it.
  void stay() { is_leaving_ = false; }
  bool is_leaving() const { return is_leaving_; }

  /// Goes on as a branch, in which newcomers take the open slots: its file is all that there is to
  /// know of it, and its clock stands until they are there, at most until `until`.
  void wait_for_branch(Instant until);

  // ---- For the operator ----

  Instant opened_at() const { return opened_at_; }
  RoomSummary summary(Instant now) const {
    RoomSummary summary = summary_of(match_, seats_);
    summary.room = code();
    summary.age = now - opened_at_;
    summary.is_held = summary.is_held || waits_until_ || recovery_ || !may_order();
    return summary;
  }

  // ---- The journal ----

  /// Writes the match into another journal; gives its number there. Errors: the disk does not give
  /// back what was put away.
  Result<MatchNumber> copy_into(Journal& journal);
  void continue_in(Journal& journal, MatchNumber number) {
    minutes_.continue_in(journal, number, match_);
  }

  /// About the bytes of memory that the room takes.
  std::size_t memory_bytes() const {
    return sizeof *this + match_.memory_bytes() + minutes_.memory_bytes() + seats_.memory_bytes() +
           comparison_.memory_bytes();
  }

 private:
  /// Messages that only a relay sends, and hello and goodbye, which the server takes: out of place.
  template <class Message>
  bool take_from(const Seat&, const Message&, Instant) {
    return false;
  }
  bool take_from(const Seat& seat, const Kick& kick, Instant now);
  bool take_from(const Seat& seat, const Correct& correct, Instant now);
  bool take_from(const Seat& seat, const EndMatch&, Instant) {
    if (!seats_.creator(seat)) return false;
    end();
    return true;
  }
  bool take_from(const Seat& seat, const Refolded& refolded, Instant) {
    return take_answer(seat, refolded);
  }
  bool take_from(const Seat& seat, const Evidence& evidence, Instant) {
    return take_answer(seat, evidence);
  }
  bool take_from(const Seat& seat, const HostAnswer& answer, Instant now) {
    if (!lobby_.is_host(seat)) return false;
    if (const auto peer = lobby_.take(answer, now)) note_key(*peer);
    return true;
  }
  bool take_from(const Seat& seat, const WantSnapshot&, Instant) {
    std::visit([&](auto* place) { deliveries_.open(place->delivery); }, seat);
    return true;
  }
  bool take_from(const Seat& seat, const SnapshotPiece& piece, Instant now);
  bool take_from(const Seat& seat, const SnapshotTaken& taken, Instant now) {
    std::visit([&](auto* place) { place->delivery.take(taken, now); }, seat);
    return true;
  }
  bool take_from(const Seat& seat, const Tail& tail, Instant now);
  bool take_from(const Seat& seat, const Vouch& vouch, Instant now);
  bool take_from(PlayerSeat& seat, const PlayUp& message, Instant now);
  bool take_from(SpectatorSeat& seat, const PlayUp& message, Instant now);
  bool take_digest(PlayerSeat& seat, const DigestReport& report);

  /// A player's word about its state, that it was asked for.
  template <class Answer>
  bool take_answer(const Seat& seat, const Answer& answer) {
    const PlayerSeat* player = player_at(seat);
    if (player != nullptr) comparison_.answer(player->player, answer);
    return player != nullptr;
  }

  void note_key(PeerId peer);
  void settle_recovery();
  bool is_waiting(Instant now);
  void write_down(Instant now);
  void compare(Instant now);
  void take_findings();
  bool is_to_finish(Instant now) const;
  void finish();
  bool is_putting_away(Instant now) const;
  JournaledMatch journaled() const;
  /// Whether events may get their places here at present.
  bool may_order() const { return commons_->has_lease && !is_leaving_; }
  /// Where the match is now: tick, and time into it. After the end too, for spectators from behind.
  std::pair<Tick, Duration> position(Instant now) const {
    const Duration length = clock_.tick_length();
    if (!over_since_) return {match_.clock(), clock_.since(match_.clock(), now)};
    const Duration since = now - *over_since_;
    return {match_.clock() + since / length, since % length};
  }

  Commons* commons_;
  RelayMatch match_;
  Minutes minutes_;
  RoomClock clock_;
  Door door_;
  Seats seats_;
  Lobby lobby_;
  Headcount headcount_{};
  Replication replication_{};
  Deliveries deliveries_;
  Comparison comparison_;
  std::optional<Recovery> recovery_;
  Instant opened_at_;
  Chronicle chronicle_{match_};
  /// The match clock stands still until then, or until all its players are back.
  std::optional<Instant> waits_until_;
  std::optional<Instant> over_since_;
  EndReason end_reason_ = EndReason::time_over;  // if nothing else ends it
  bool is_finished_ = false;
  bool is_leaving_ = false;
};

}  // namespace tutti::detail
