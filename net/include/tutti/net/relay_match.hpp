#pragma once
// The relay's match: a small deterministic state machine that gives every event one tick. It has no
// I/O, clock or game: `handle(command)` answers with outcomes. It keeps the promises O1 to O4
// (engine/ARCHITECTURE.md).

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tutti/net/delay_review.hpp"
#include "tutti/net/event_budget.hpp"
#include "tutti/net/event_counters.hpp"
#include "tutti/net/held_clock.hpp"
#include "tutti/net/margin_spans.hpp"
#include "tutti/net/player_path.hpp"
#include "tutti/sim/assert.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/log.hpp"
#include "tutti/sim/roster.hpp"

namespace tutti {

/// The commands that a match takes.
namespace command {
/// Reserve the lowest free slot for a player who will catch up and then count.
struct Admit {
  std::string name{};  ///< the player's, UTF-8
  /// See RelayEvent::resume_hash.
  std::array<std::byte, 16> resume_hash{};
  /// The first player of the same client, if this is another one: their events are counted as one.
  std::optional<PlayerId> beside{};
};
/// No event of this player at or before this tick will follow.
struct Announce {
  PlayerId player{};  ///< who reports
  Tick progress{};    ///< the tick through which it has sent its events
};
/// The player's next event. One with a counter that was seen before, or beyond the next one, is
/// ignored: redundancy repeats it. So is a command that would land more than
/// limits::stamp_ahead_ticks ahead of the clock, as yet.
struct Offer {
  PlayerId player{};                    ///< who sent it
  std::uint32_t counter = 0;            ///< the player's own count
  Tick stamp{};                         ///< the tick for which it is meant
  BytesView payload{};                  ///< the game's bytes
  PlayerEvent is = PlayerEvent::input;  ///< what it is to the game
};
/// Command: a player leaves.
struct Leave {
  PlayerId player{};                       ///< who leaves
  LeaveReason reason = LeaveReason::quit;  ///< why
};
/// Time has passed: the match clock goes on to this tick, never back. In a hold it stands still,
/// and the ticks beyond it count the length of the hold.
struct Advance {
  Tick clock{};  ///< the tick that it has come to
};
/// A referee's word, in this player's name. A match takes one in a second, and none after its end.
struct Correct {
  PlayerId by{};                                 ///< in whose name
  Correction correction = Correction::decision;  ///< what kind of word it is
  Tick about{};                                  ///< the tick that it is about
  std::string text{};                            ///< why, UTF-8, at most limits::correction_bytes
};
/// The match ends now: its operator, or the player who opened the room, says so.
struct End {};
}  // namespace command

/// Anything that a match is told.
using Command = std::variant<command::Admit, command::Announce, command::Offer, command::Leave,
                             command::Advance, command::Correct, command::End>;

/// The reason why an event was not accepted.
enum class OfferRefusal : std::uint8_t {
  expired,      ///< an input stamped before H - W: its sender offers its current controls again
  too_early,    ///< an input stamped beyond limits::stamp_ahead_ticks
  over_limit,   ///< too large, or too many inputs at one tick
  over_budget,  ///< the readers could not be told of it in time; see EventBudget
  not_playing,  ///< the player is not in the match (yet, or any more)
  after_end,    ///< it would come when the match is over
};

/// The outcomes of commands.
namespace outcome {
/// Output: a player is in.
struct Admitted {
  PlayerId player{};  ///< its slot
};
/// There is no free slot, or the match is over.
struct NotAdmitted {};
/// An event entered the log with the next sequence number.
struct Accepted {
  std::uint32_t sequence = 0;   ///< its number among the accepted events
  std::optional<Tick> stamp{};  ///< the tick that its sender asked for, if it was moved
};
/// Output: an event was refused.
struct Refused {
  PlayerId player{};                            ///< whose it was
  std::uint32_t counter = 0;                    ///< its counter
  OfferRefusal reason = OfferRefusal::expired;  ///< why
};
/// Output: the log is final through another tick.
struct HorizonMoved {
  Tick horizon{};  ///< the tick
};
}  // namespace outcome

/// Anything that becomes of it.
using Outcome = std::variant<outcome::Admitted, outcome::NotAdmitted, outcome::Accepted,
                             outcome::Refused, outcome::HorizonMoved>;

/// See the top of this file.
class TUTTI_API RelayMatch {
 public:
  /// What a relay's match is made of, and what it allows.
  struct Options {
    Setup setup{};  ///< the match's
    /// W, in ticks, 1 to limits::input_window_ticks.
    std::int64_t input_window_ticks = limits::input_window_ticks;
    /// The bytes a second that play may cost each reader; 0 for no bound.
    std::uint32_t bytes_per_second = 0;
    /// Events that are kept here, beyond which players' events are refused: so many are forgotten
    /// long before, if the disk takes them. 0 for no bound.
    std::size_t events_kept_max = 0;
    /// Events a second of one client, as many at once; 0 for no bound.
    std::uint32_t events_per_second = 0;
    /// How long the clock may stand still for lost players in all, in seconds; then those who are
    /// lost leave. 0 for no bound.
    std::uint32_t hold_seconds_max = 0;
  };
  /// Precondition: is_valid(options.setup).
  explicit RelayMatch(Options options);
  /// Goes on with a match whose relay died: all of `log` is final, the clock stands at its horizon,
  /// and its players are still in it, but silent. `Restarted{epoch}` is the first event to follow.
  /// Sequence numbers count the log's events in canonical order. Precondition: the log has not
  /// ended.
  RelayMatch(Options options, const Log& log, std::uint32_t epoch);

  /// Outcomes in the order in which they happened; valid until the next call.
  const std::vector<Outcome>& handle(const Command& command);

  /// The events that were accepted, in canonical order, and the horizon.
  const Log& log() const { return log_; }
  /// The life of the relay: 0 until it is started again.
  std::uint32_t epoch() const { return epoch_; }
  /// The tick through which the log was there when this life began; 0 in the first one.
  Tick found_through() const { return found_through_; }
  Tick clock() const { return clock_.tick(); }
  Tick horizon() const { return log_.horizon(); }
  bool is_over() const { return log_.ended().has_value(); }
  /// Whether the clock stands still, or will do so after a tick that is not far.
  bool is_held() const { return clock_.held_at().has_value(); }
  /// Whether the clock stands still now.
  bool is_standing() const { return clock_.is_standing(); }
  /// Players who have a slot: catching up, playing or silent.
  std::size_t player_count() const {
    return static_cast<std::size_t>(
        std::count_if(slots_.begin(), slots_.end(),
                      [](const Slot& slot) { return slot.presence != Presence::empty; }));
  }

  /// The number of accepted events so far. Sequence numbers count them from 0; `MatchStarted` is
  /// not among them.
  std::uint32_t accepted_count() const {
    return first_kept_ + static_cast<std::uint32_t>(accepted_.size());
  }
  /// An event of the log, in the order of acceptance.
  struct Accepted {
    EventView event;             ///< at the tick that it was given; the log owns its bytes
    Tick horizon_before;         ///< the horizon when it was accepted
    bool is_as_offered = false;  ///< it has the tick that its sender stamped it with
  };
  /// One of them, by its sequence number, from `first_kept()` to below `accepted_count()`. Valid
  /// until it is forgotten.
  const Accepted& accepted(std::uint32_t sequence) const {
    TUTTI_ASSERT(sequence >= first_kept_, sequence, first_kept_);
    return accepted_[sequence - first_kept_];
  }
  /// Those before this one are forgotten.
  std::uint32_t first_kept() const { return first_kept_; }
  /// Drops the accepted events before this one, and the final ones of the log that lie before all
  /// that are left: their caller has them elsewhere. The heads of the last 20 s stay.
  void forget(std::uint32_t sequence);
  /// About the bytes of memory that its events take.
  std::size_t memory_bytes() const {
    constexpr std::size_t accepted_bytes = 56;
    constexpr std::size_t logged_bytes = 88;  // a row of the log, with its head
    return sizeof *this + accepted_.size() * accepted_bytes + log_.events().size() * logged_bytes;
  }

  /// The match has decided on all events of the player's client below this counter.
  std::uint32_t counted(PlayerId player) const { return counters_.next(player); }
  /// Whether another player of its client came before it.
  bool is_beside(PlayerId player) const { return counters_.is_beside(player); }
  /// Events of the player were refused within the last second because of the budget.
  bool is_over_budget(PlayerId player) const {
    const auto& at = slot(player).over_budget_at;
    return at && clock_.time() - *at < seconds(1);
  }
  /// The tick through which this player has sent its events.
  Tick progress(PlayerId player) const { return slot(player).progress; }
  /// Whether this player counts for the horizon.
  bool is_playing(PlayerId player) const { return slot(player).presence == Presence::playing; }
  /// Whether the player is still on its way in: the log does not know of it yet.
  bool is_catching_up(PlayerId player) const {
    return slot(player).presence == Presence::catching_up;
  }
  /// Whether a player has the slot: catching up, playing or silent.
  bool is_taken(PlayerId player) const { return slot(player).presence != Presence::empty; }
  const std::array<std::byte, 16>& resume_hash(PlayerId player) const {
    return slot(player).resume_hash;
  }
  /// Whether this player opened the room: the first player of the first slot, while it is in the
  /// match.
  bool is_creator(PlayerId player) const { return slot(player).is_creator; }
  /// Ticks between this player's actions and the steps that see them, as the log says.
  std::uint8_t input_delay(PlayerId player) const { return slot(player).input_delay; }
  /// The ticks by which this player may stamp behind the clock (promise O3).
  std::int64_t window(PlayerId id) const {
    return slot(id).path.window().value_or(options_.input_window_ticks);
  }

  /// The margins of players' events, in spans of `margin_span_seconds`: the spans that ended since
  /// the last call.
  std::vector<ArrivalMargins> take_margins() { return margins_.take(); }

  /// Totals since the match began.
  struct Statistics {
    std::uint64_t moved = 0;        ///< events that were given a later tick than they asked for
    std::uint64_t refused = 0;      ///< events that were refused
    std::uint64_t over_budget = 0;  ///< of these, beyond EventBudget
    bool has_held_enough = false;   ///< the clock has stood still as long as it may in all
  };
  const Statistics& statistics() const { return statistics_; }  ///< Totals since the match began.

 private:
  enum class Presence : std::uint8_t { empty, catching_up, playing, silent };
  struct Slot {
    Presence presence = Presence::empty;
    std::string name;
    std::array<std::byte, 16> resume_hash{};
    Tick progress;
    std::int64_t heard = 0;  // in ticks that have passed, at the latest new announcement
    std::optional<Tick> last_stamp;
    Tick last_tick;
    Tick left_at;  // of the slot's last player: nobody joins before
    PlayerPath path{};
    std::uint8_t input_delay = 0;
    bool is_creator = false;
    std::optional<std::int64_t> over_budget_at{};  // in ticks that have passed
    std::int64_t lost_at = 0;                      // in ticks that have passed; while it is silent
  };

  void apply(const command::Admit& admit);
  void apply(const command::Announce& announce);
  void apply(const command::Offer& offer);
  void apply(const command::Leave& leave);
  void apply(const command::Advance& advance);
  void apply(const command::Correct& correct);
  void apply(const command::End&) {
    if (!is_over()) end(next_open_tick());
  }

  std::int64_t seconds(std::int64_t count) const { return count * options_.setup.tick_rate; }
  void take_up(const Roster& roster);
  void replay(const EventView& event, Tick horizon);
  void note_silence();
  void lose(PlayerId player);
  void give_up_lost();
  bool has_held_enough();
  void hold();
  void resume_if_complete();
  /// A player announces ticks that lie ahead of the shown one by its input delay.
  static std::int64_t path_length(const Slot& player) {
    return player.path.length() + player.input_delay * PlayerPath::unit;
  }
  std::int64_t lead_ticks() const;
  void review_delays();
  const Slot& slot(PlayerId player) const {
    TUTTI_ASSERT(player.value < slots_.size(), player.value);
    return slots_[player.value];
  }
  Slot& slot(PlayerId player) {
    TUTTI_ASSERT(player.value < slots_.size(), player.value);
    return slots_[player.value];
  }
  void refuse(const command::Offer& offer, OfferRefusal reason);
  std::optional<OfferRefusal> why_not(const Slot& player, const command::Offer& offer) const;
  bool is_expired(const command::Offer& offer) const {
    return log_.horizon() - offer.stamp > options_.input_window_ticks;
  }
  Tick place(const command::Offer& offer, Tick stamp) const;
  void note_margin(const command::Offer& offer, bool is_late) {
    margins_.note({offer.player, offer.stamp - clock(), is_late});
  }
  /// Messages of a player who is catching up say how far behind it is, not how long its path is; in
  /// a hold nobody's progress moves.
  void measure_path(Slot& player, Tick progress) {
    if (player.presence == Presence::playing && !is_standing()) {
      player.path.measure(clock() - progress);
    }
  }
  Tick next_open_tick() const { return std::max(log_.horizon(), clock()) + 1; }
  void write(const RelayEvent& event, Tick tick) {
    const bool accepted =
        accept({tick, relay_author, ++relay_counter_, encode(event)}, std::nullopt);
    TUTTI_ASSERT(accepted, tick, log_.horizon());
  }
  bool accept(EventView event, std::optional<Tick> moved_from);
  /// The event as the log has it, which keeps its bytes until its tick is forgotten.
  EventView logged(const EventView& event) const {
    const auto of_tick = log_.events_at(event.tick);
    return *std::find_if(of_tick.begin(), of_tick.end(), [&](const EventView& other) {
      return canonical_order(other, event) == 0;
    });
  }
  void count_in(PlayerId player);
  void move_horizon();
  void end(Tick earliest);

  Options options_;
  std::uint32_t epoch_ = 0;
  Tick found_through_;
  Tick last_tick_;  // the match ends here at the latest
  Log log_;
  std::vector<Slot> slots_;        // those that the setup has
  std::deque<Accepted> accepted_;  // from first_kept_ on
  std::uint32_t first_kept_ = 0;
  std::vector<Outcome> outcomes_;
  EventCounters counters_;
  HeldClock clock_;
  EventBudget budget_;
  DelayReview delay_review_;
  bool has_had_creator_ = false;
  std::optional<Tick> corrected_at_;
  std::uint32_t relay_counter_ = 0;  // MatchStarted has 0
  MarginSpans margins_{Tick{}};
  Statistics statistics_;
};

}  // namespace tutti
