#pragma once
// The mirror of a match that another relay of the fleet has: it knows the match's log, as far as
// that is kept outside of the other relay, and tells it to those who watch here as a room would.
// The other relay and its players know nothing of it.

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "relay/door.hpp"
#include "relay/mirror_clock.hpp"
#include "relay/spectators.hpp"
#include "relay/venue.hpp"
#include "tutti/net/address.hpp"
#include "tutti/net/match_follower.hpp"
#include "tutti/sim/log.hpp"

namespace tutti::detail {

class Mirror final : public Venue {
 public:
  /// `owner`: who has the match, as far as is known. `commons` must outlive this.
  Mirror(Commons& commons, std::string room, Address owner, Instant now)
      : Venue(std::move(room)),
        commons_(&commons),
        owner_(std::move(owner)),
        idle_since_(now),
        heard_at_(now) {}

  // ---- What its log says ----

  /// False if nothing can be made of it.
  bool take(followed::Whole whole, Instant now);
  bool take(const followed::Grown& grown, Instant now);
  /// Ends all connections: who watches asks anew.
  void send_away();
  /// Whether it was silent for so long that the directory is to be asked whose the match is, which
  /// takes it over if it is nobody's. True once in a while.
  bool is_to_be_looked_for(Instant now);

  // ---- Who comes ----

  bool has_log() const { return match_.has_value(); }
  /// Whether a hello is for this mirror to answer. Not of somebody who plays; and not where the
  /// room's host decides about spectators or counts them.
  bool serves(const Hello& hello) const;
  /// A newcomer waits for the log. False if too many do.
  bool postpone(PeerId peer, const Hello& hello);
  std::vector<std::pair<PeerId, Hello>> take_waiting() { return std::exchange(waiting_, {}); }
  const Address& owner() const { return owner_; }
  void set_owner(const Address& owner) { owner_ = owner; }
  /// Somebody whom it serves.
  void enter(PeerId peer, const Hello& hello, Instant now);
  std::size_t spectator_count() const { return match_ ? match_->spectators.all().size() : 0; }
  /// About the bytes of memory that it takes.
  std::size_t memory_bytes() const;

  bool is_mirror() const override { return true; }
  bool is_change(PeerId, const Hello& hello) const override {
    return hello.room == code() && hello.role == Role::player;
  }
  bool has_seat(PeerId peer) const override { return match_ && match_->spectators.has(peer); }
  bool take(PeerId peer, const ControlMessage& message, Instant now) override;
  bool take(PeerId peer, const PlayUp& message, Instant now) override;
  void leave(PeerId peer) override { lose(peer); }
  void lose(PeerId peer) override {
    if (match_) match_->spectators.remove(peer);
  }

  void advance(Instant now) override;
  void tell(Instant now) override;
  Instant next_due(Instant now) const override;
  bool is_done() const override { return is_done_; }

 private:
  /// All that the log gives.
  struct Match {
    Match(Commons& commons, const std::string& room, MatchRecord record, Instant now);

    Log log;
    Door door;
    Duration tick_length;
    std::uint32_t epoch = 0;                        ///< of the relay that orders it
    std::set<std::array<std::byte, 16>> players{};  ///< by the hashes of their secrets
    MirrorClock clock;
    Spectators spectators;
  };
  void note(const EventView& event);
  void begin_epoch(std::uint32_t epoch);
  void put_out(bool brought_log_only);
  void look_whether_over(Instant now);

  Commons* commons_;
  Address owner_;
  std::optional<Match> match_{};
  std::vector<std::pair<PeerId, Hello>> waiting_{};
  Instant idle_since_;
  Instant heard_at_;
  Instant replicated_at_{};
  Tick replicated_{};
  std::size_t bytes_ = 0;  // of the events, about
  std::optional<Instant> over_since_{};
  bool is_done_ = false;
};

}  // namespace tutti::detail
