#pragma once
// The directory of a fleet's rooms as one relay uses it: the questions that the relay has, the
// rooms that are its own, and what it has seen of the other relays. Whenever the relay got its
// lease anew, everything that is said of its rooms is said again, before it may go on with them: a
// relay that wanted one of them meanwhile either has it, or finds that something was said. It knows
// no clock and no thread; what waits for the store is `pass` and `claim`.

#include <deque>
#include <map>
#include <set>
#include <span>
#include <string>
#include <variant>

#include <vector>

#include "fleet/lease.hpp"
#include "fleet/room_search.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::detail {

/// A room that the journal of this relay has, with a match that runs.
struct RoomClaim {
  std::string room{};
  MatchId match{};
  std::uint32_t epoch = 0;  ///< the last that the journal knows of
};
struct ClaimOutcome {
  bool is_ours = false;     ///< else another relay has gone on with it
  std::uint32_t epoch = 0;  ///< in which this one goes on
};

class RoomBook {
 public:
  /// What the relay is told, in order.
  using News = std::variant<RoomAnswer, RoomMoved>;

  /// The store must outlive this.
  RoomBook(FleetStore& store, RelayId owner, Address address, std::uint64_t seed)
      : store_(&store), owner_(owner), search_(store, ahead_, owner, address), dice_(seed) {}

  // ---- What the relay says ----
  void ask(const RoomQuestion& question, Instant now) { pending_.push_back({question, now, now}); }
  void close(const std::string& room);
  /// The room is to be handed over soon: asks the relay that will have it to read its log.
  void prepare(const std::string& room, Instant now);
  /// Says that the room is another relay's from now on, which goes on with its match; if
  /// `is_stored`, and there is one that can.
  void hand_over(const std::string& room, bool is_stored, Instant now);
  void drain(bool is_draining) { is_draining_ = is_draining; }
  // ---- What its streamer says ----
  /// The room's match has begun.
  void begin(const std::string& room, const MatchId& match);
  /// Another relay writes this match's log.
  void note_fenced(const MatchId& match) { fenced_.insert(match); }

  /// Nothing for those that are to be claimed again, since nobody answered. `lives`: who this relay
  /// was before; nothing if it does not know.
  std::vector<std::optional<ClaimOutcome>> claim(std::span<const RoomClaim> claims,
                                                 const std::optional<std::vector<RelayId>>& lives,
                                                 const LeaseView& lease);

  void pass(const LeaseView& lease, Instant now);
  /// A log that this relay is to read ahead.
  std::optional<RelayWord> next_to_read();
  /// Reads it, which may take seconds, and says so. Other threads may call this.
  void read_ahead(const RelayWord& wanted, Instant now);
  std::optional<News> next_news();
  /// A room that was to be prepared, and for which nobody is waited any longer.
  std::optional<std::string> next_prepared();
  /// A match that was taken over, told before its answer.
  std::optional<TakenMatch> next_taken_over();

  /// The relay with the fewest connections, but for this one, that opens rooms.
  std::optional<Address> least_crowded(Instant now) const;

  /// The lease for which all that is said of this relay's rooms has been said again.
  std::uint64_t affirmed() const { return affirmed_; }
  /// Whether nothing is left to be said.
  bool is_done() const { return closing_.empty() && begun_.empty(); }
  /// When to pass again at the latest.
  Instant next_due(Instant now) const;
  std::size_t room_count() const { return owned_.size(); }
  /// Rooms that were handed over, and with which nobody has gone on yet.
  std::size_t on_the_way() const { return on_the_way_.size(); }
  std::uint64_t taken_over() const { return taken_over_; }
  std::uint64_t lost() const { return lost_; }

 private:
  struct Pending {
    RoomQuestion question{};
    Instant asked{};
    Instant next_try{};
    std::optional<RelayId> owner{};  // who had the room when it was looked up last
  };
  struct Owned {
    StoredRoom stored{};
    std::uint64_t life = 0;   // the lease in which it was said
    std::uint64_t fence = 0;  // while it is claimed: see TakenMatch
  };
  struct Seen {
    RelayCard card{};
    Instant renewed{};  // when that was seen
  };
  struct Sent {
    std::uint64_t sequence = 0;  // of what we have said of it last
    Instant until{};             // the other relay is waited for
  };
  struct Heir {
    RelayId relay{};
    MatchId match{};
    Instant until{};  // it is waited for
    bool has_read = false;
  };
  enum class Rewritten : std::uint8_t { yes, no, lost };

  Rewritten rewrite(const std::string& room, Owned& owned, std::optional<Address>& relay) const;
  void rewrite_all(const std::vector<std::string>& rooms, std::uint64_t life);
  void move_away(std::string room, std::optional<Address> relay);
  std::optional<ClaimOutcome> claimed(const RoomClaim& claim,
                                      const std::optional<std::vector<RelayId>>& lives,
                                      std::uint16_t chance, Owned& owned) const;
  void remove_closed(Instant now);
  void affirm(const LeaseView& lease);
  void say_begun(const LeaseView& lease);
  void look_at_fenced();
  void look_at_unsure();
  void look_after_sent(Instant now);
  void hear();
  void look_after_heirs(Instant now);
  void note_prepared(const std::string& room, Heir& heir);
  /// The relay that a room is to go to; null if none can take it.
  Seen* heir_of(const std::string& room, Instant now);
  void look_around(Instant now);
  void answer_all(const LeaseView& lease, Instant now);
  bool answer_at_once(const Pending& pending, Instant now);
  void take(Pending& pending, SearchResult result, const LeaseView& lease, Instant now);
  void answer(const Pending& pending, SearchResult::Answer answer);
  Seen* least_busy(Instant now);
  std::optional<Address> with_less_to_do(Instant now);
  bool is_silent(const RelayId& relay, Instant now) const;
  void sweep(const LeaseView& lease, Instant now);

  FleetStore* store_;
  LogsAhead ahead_;
  RelayId owner_;
  RoomSearch search_;
  Random dice_;
  bool is_draining_ = false;
  std::deque<Pending> pending_{};
  std::map<std::string, Owned> owned_{};
  std::map<RoomName, std::uint64_t> closing_{};  // the last that we have said of them
  std::map<std::string, MatchId> begun_{};       // to be said
  std::set<MatchId> fenced_{};                   // to be looked at
  std::set<std::string> unsure_{};               // to be handed over, and nobody answered
  std::map<std::string, Heir> heirs_{};          // of rooms that are to be handed over
  std::deque<std::string> prepared_{};
  std::deque<RelayWord> to_read_{};
  std::map<RoomName, Sent> on_the_way_{};
  Instant next_look_after_{};
  std::map<RelayId, Seen> seen_{};
  Instant next_look_{};
  Instant next_close_{};
  std::deque<RoomName> to_sweep_{};
  std::map<RoomName, Instant> orphans_{};  // since when their owners are gone
  Instant next_sweep_{};
  std::deque<News> news_{};
  std::deque<TakenMatch> taken_news_{};
  std::uint64_t affirmed_ = 0;
  bool is_affirming_ = false;  // not all of them answered
  std::uint64_t taken_over_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace tutti::detail
